/**
 * How V8 is kept from using threads in a fork server.
 *
 * `--single-threaded` does it. But V8 takes code that was compiled before, such as Node's modules
 * bring and a parent hands down, only where all flags are as they were then, and what this one does
 * to WebAssembly counts as a difference. So where all that it does is known, a server starts with
 * the part that does not count, and gets the rest once it has loaded: until then it runs no
 * WebAssembly and forks nothing. In the end its flags are the very same.
 */
import { FORK_FLAGS } from "../exec-argv.ts";
import { splitOptions } from "../option-paths.ts";

const THREADLESS = [
  "--single-threaded-gc",
  "--no-concurrent-recompilation",
  "--no-concurrent-sparkplug",
];
const MAGLEV = ["--no-maglev-deopt-data-on-background", "--no-maglev-build-code-on-background"];
/** By version of V8: what it takes for no difference. */
const NO_DIFFERENCE: Readonly<Record<string, readonly string[]>> = {
  "11.3": THREADLESS,
  "12.4": THREADLESS,
  "13.6": [...THREADLESS, ...MAGLEV],
  "14.6": [...THREADLESS, ...MAGLEV],
};
// In this order: V8 may set anew what a flag implies whenever one is set.
const THE_REST = [
  "--single-threaded",
  "--no-wasm-async-compilation",
  "--wasm-num-compilation-tasks=0",
  "--no-wasm-tier-up",
];
/** Files of options may name such options. */
const LOADS_CODE =
  /^(-r|--(require|import|(experimental-)?loader|env-file.*|experimental-.*config-file))(=|$)/;

export interface ServerFlags {
  readonly flags: readonly string[];
  /** Whether compiled code may be handed to it, and it is to set the rest. */
  readonly takesCode: boolean;
}

/** @param options those of Node that the server gets besides */
export function serverFlags(options: readonly string[]): ServerFlags {
  const [major, minor] = process.versions.v8.split(".");
  const known = NO_DIFFERENCE[`${major}.${minor}`];
  const all = [...options, ...splitOptions(process.env["NODE_OPTIONS"] ?? "")];
  // What such options load may do anything.
  if (known === undefined || all.some((option) => LOADS_CODE.test(option))) {
    return { flags: FORK_FLAGS, takesCode: false };
  }
  const pool = FORK_FLAGS.filter((flag) => flag !== "--single-threaded");
  return { flags: [...known, ...pool], takesCode: true };
}

/** In a server that was started without, before anything of the program runs in it. */
export function setTheRest(): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  for (const flag of THE_REST) setFlagsFromString(flag);
}
