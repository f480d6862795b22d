/** What a child is told about itself before anything else; crosses as JSON. */
import type { Attachment } from "./crossing/attachments.ts";
import type { StartMethod } from "./runtime.ts";

export interface Bootstrap {
  readonly name: string;
  readonly daemon: boolean;
  /** The numbers in its name: [1, 2] in `Process-1:2`. Names of its own children continue them. */
  readonly lineage: readonly number[];
  readonly parent: { readonly pid: number; readonly name: string };
  /** What `getStartMethod()` answers in the child; null: not chosen. */
  readonly startMethod: StartMethod | null;
  readonly authKey: string;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  /** Only where the child does not get these from the system. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly affinity?: readonly number[];
  /** Whether a lifeline comes along. */
  readonly lifeline: boolean;
  /** Whether the family's memory comes along. */
  readonly family: boolean;
  /** What goes beside the payload; descriptors of sockets and servers follow in their order. */
  readonly attachments: readonly Attachment[];
  /** What may have to be loaded to decode it. */
  readonly handleModules: readonly string[];
  /** Whether decoding the payload imports the main script. */
  readonly importMain: boolean;
}

/** Where a spawned child finds its descriptors; a forked one is told the numbers. */
export const CONTROL_FD = 3;
export const LIFELINE_FD = 4;
export const FAMILY_FD = 5;
/** What V8 compiled in earlier children, if that is known. */
export const COMPILED_FD = 6;
export const FIRST_EXTRA_FD = 7;

/** Where a fork server finds requests, and what V8 compiled in its parent. */
export const REQUESTS_FD = 3;
export const SERVER_COMPILED_FD = 4;
/** The first message to a server that waits for compiled code; another says that there is none. */
export const CODE_IS_THERE = 1;

/** What a child is told about compiled code. */
export interface CompiledOrder {
  /** As `platform/compiled-bytes.ts` packs it. */
  readonly given: Uint8Array | null;
  /** Whether its parent wants to know what V8 compiles in this one. */
  readonly wanted: boolean;
}

/** The same as a process is told it, behind the name of its program. */
export const CompiledChoice = {
  /** It is there to be read. */
  GIVEN: "given",
  /** Its parent wants to have it. */
  WANTED: "wanted",
  /** For a fork server: it will be there when the first message comes. */
  COMING: "coming",
  NONE: "none",
} as const;

/** What a fork server is started with, as its one argument. */
export interface ServerOrder {
  readonly preload: readonly string[];
  /** Modules of the library that most children need. */
  readonly own: readonly string[];
  /** Parts of the library that modules of the program import, and so those of children. */
  readonly entries: readonly string[];
}

/** Exit codes by which a fork server says that it can never serve here. */
export const ServerExit = {
  /** Native calls, or the filter that forking needs, are missing or forbidden. */
  NO_FORK: 71,
  /** A preload module registered loader hooks. */
  LOADER_HOOKS: 72,
} as const;
