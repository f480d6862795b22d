/**
 * This process's way to a fork server.
 *
 * A server is started at the first request and serves the whole family: the way to it is handed
 * down to the children, so what they start comes from the same server. Requests are written and
 * never answered; everything about a child arrives on its own control socket. The server has no
 * event in our loop, so it never keeps a program alive; that it died shows when a request cannot be
 * sent, or when a child's socket ends before the child has said a word.
 */
import type { ChildProcess } from "node:child_process";
import { hasJoinedFamily } from "../../core/family-arena.ts";
import { closeNative } from "../../platform/close-native.ts";
import { packCompiled } from "../../platform/compiled-bytes.ts";
import { compiledHere } from "../../platform/compiled-code.ts";
import { onCopy } from "../../platform/copies.ts";
import { notedEntries } from "../../platform/entries.ts";
import { processPlatform, type ProcessPlatform } from "../../platform/process-platform.ts";
import { spawnNow } from "../../platform/spawn-now.ts";
import { CODE_IS_THERE, CompiledChoice, ServerExit, type ServerOrder } from "../bootstrap.ts";
import { fileWith, writeCompiled } from "../compiled-file.ts";
import { BEGIN, FORKSERVER_MAIN, LOADER_GUARD } from "../child-entry.ts";
import { inheritableExecArgv, loaderOption, loaderProblem } from "../exec-argv.ts";
import { withFixedOptions } from "../option-paths.ts";
import { familyMemory } from "../family-memory.ts";
import { randomnessProblem } from "../forking/fresh-randomness.ts";
import { rehearsalPayload } from "./rehearsal.ts";
import { handleModules } from "../crossing/handle-modules.ts";
import { knownIdentity } from "../identity.ts";
import { serverFlags } from "./server-flags.ts";
import { leaveBehind } from "../threads/thread-belongings.ts";

export interface Server {
  /** Where requests are written. */
  readonly requests: number;
  /** Closes that way; a server that has none left, and no children, leaves. */
  readonly leave: () => void;
  /** Null for a server that an ancestor started. */
  readonly process: ChildProcess | null;
  /** Where it finds what V8 compiled here; negative when that is there, or never will be. */
  code: number;
  /** Whether it has, or needs, no rehearsal. */
  rehearsed: boolean;
  /** Whether its death was counted: every request that it took with it tells of the same one. */
  judged: boolean;
}

/** What became of a request: who was asked, and whether it got there. */
export interface Asked {
  readonly server: Server;
  readonly reached: boolean;
}

const NOTHING = new Uint8Array(0);
const WITHOUT_FAMILY = Uint8Array.of(1);
const WITH_FAMILY = Uint8Array.of(2);
/** Servers that die one after the other without a single child: it is no accident. */
const MOST_DEATHS = 3;
const DYING_MS = 500;
/** After that the cause may have gone: a lack of memory or of processes. */
const DEATHS_COUNT_MS = 60_000;

let server: Server | undefined;
let everStarted = false;
let refused: { readonly why: string; readonly until: number } | null = null;
let deathsInARow = 0;
let preloadModules: readonly string[] = [];
/** Modules of the library itself that most children need. */
const ownModules = new Set<string>();

// What a server expects first is the original's to say.
onCopy(() => {
  if (server !== undefined && !server.rehearsed) leaveServer();
});

/** Why there is no fork server here; null when there should be one. */
export function forkserverProblem(): string | null {
  const why = refusal();
  if (why !== null) return why;
  if (process.platform !== "linux") return `${process.platform} has no fork server`;
  if (process.arch !== "x64" && process.arch !== "arm64") return `not tried on ${process.arch}`;
  const loader = loaderOption();
  if (loader !== null) return loaderProblem(loader);
  if (processPlatform() === null) return "native calls are switched off or not available";
  return randomnessProblem();
}

/** The modules that a server loads before its first fork. A running server stays as it is. */
export function setPreload(modules: readonly string[]): void {
  preloadModules = modules;
}

/** Has a server load a module of the library. */
export function preloadOwn(url: string): void {
  ownModules.add(url);
}

/** Has a server start, if there is none: it does so while its first child is prepared. */
export function wakeServer(): void {
  if (server === undefined && forkserverProblem() === null) serverHere(processPlatform()!);
}

/** Hands over to a server that starts what V8 has compiled here: the more, the less is left. */
export function equipServer(): void {
  if (server === undefined || server.code < 0) return;
  const isThere = writeCompiled(server.code, packCompiled(compiledHere()));
  server.code = -1;
  tell(server, Uint8Array.of(isThere ? CODE_IS_THERE : 0));
}

/** A server that starts rehearses what children do. */
function giveRehearsal(to: Server): void {
  if (to.rehearsed) return;
  const payload = rehearsalPayload();
  to.rehearsed = true;
  tell(to, payload);
}

function tell({ requests }: Server, message: Uint8Array): void {
  try {
    processPlatform()!.sendParcel(requests, message, []);
  } catch {
    // It is dead, which the next request finds out.
  }
}

function serverHere(platform: ProcessPlatform): Server {
  return (server ??= inheritedServer() ?? startServer(platform));
}

/** Asks for a child. The rest are its standard streams and further descriptors. */
export function requestChild(control: number, lifeline: number, rest: readonly number[]): Asked {
  const platform = processPlatform()!;
  const chosen = serverHere(platform);
  equipServer();
  giveRehearsal(chosen);
  const { requests } = chosen;
  try {
    const head = [control, lifeline, requests];
    const family = familyMemory();
    if (family < 0) platform.sendParcel(requests, WITHOUT_FAMILY, [...head, ...rest]);
    else platform.sendParcel(requests, WITH_FAMILY, [...head, family, ...rest]);
    return { server: chosen, reached: true };
  } catch {
    if (server === chosen) leaveServer();
    return { server: chosen, reached: false };
  }
}

/**
 * To be called when a request to this server came to nothing. Says whether to try again with
 * another one, which may be there by now: many requests may be lost by one death.
 */
export function serverLost(lost: Server): boolean {
  if (lost.judged) return refusal() === null;
  lost.judged = true;
  const code = exitOf(lost);
  if (code === ServerExit.NO_FORK) refuse("this machine forbids what a fork server needs");
  if (code === ServerExit.LOADER_HOOKS) refuse("a preload module registers loader hooks");
  if (++deathsInARow >= MOST_DEATHS) {
    refuse("the fork server dies again and again", performance.now() + DEATHS_COUNT_MS);
  }
  if (refusal() !== null) return false;
  if (server === lost) leaveServer();
  process.emitWarning("The fork server died and is started again", "ForkserverWarning");
  return true;
}

/** To be called when a child has reported: the server works. */
export function serverProven(): void {
  deathsInARow = 0;
}

function inheritedServer(): Server | null {
  const forkserver = knownIdentity()?.forkserver ?? -1;
  if (forkserver < 0 || everStarted) return null;
  const leave = (): void => closeNative(forkserver);
  return { requests: forkserver, leave, process: null, code: -1, rehearsed: true, judged: false };
}

function startServer(platform: ProcessPlatform): Server {
  everStarted = true;
  const [requests, theirs] = platform.socketPair("messages");
  const inherited = inheritableExecArgv();
  const { flags, takesCode } = serverFlags(inherited);
  const guard = takesCode ? [] : [`--require=${LOADER_GUARD}`];
  const code = takesCode ? fileWith(platform, NOTHING) : -1;
  const choice = code < 0 ? CompiledChoice.NONE : CompiledChoice.COMING;
  const argv = [...guard, ...inherited, ...flags, BEGIN, FORKSERVER_MAIN, choice];
  const order: ServerOrder = {
    preload: preloadModules,
    // Who shares nothing so far has nothing to hand over but data and functions.
    own: [...ownModules, ...(hasJoinedFamily() ? handleModules() : [])],
    entries: notedEntries(),
  };
  let child: ChildProcess;
  try {
    child = spawnNow(process.execPath, [...argv, JSON.stringify(order)], {
      stdio: ["ignore", "inherit", "inherit", theirs, ...(code < 0 ? [] : [code])],
      env: withFixedOptions(process.env),
    });
  } catch (error) {
    closeNative(requests);
    if (code >= 0) closeNative(code);
    throw error;
  } finally {
    closeNative(theirs);
  }
  child.unref();
  const leave = leaveBehind({ descriptors: [requests], pid: child.pid });
  return { requests, leave, process: child, code, rehearsed: false, judged: false };
}

function leaveServer(): void {
  const { code, leave } = server!;
  if (code >= 0) closeNative(code);
  leave();
  server = undefined;
  everStarted = true;
}

/** How a server ended; null while it runs, and for one that is not ours. */
function exitOf({ process: child }: Server): number | null {
  if (child?.pid === undefined) return null;
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const platform = processPlatform()!;
  let watch: number | undefined;
  try {
    watch = platform.openProcess(child.pid);
    // It closes its descriptors a moment before it is dead.
    platform.poll([{ fd: watch }], DYING_MS);
    return platform.peekExit(child.pid);
  } catch {
    return null;
  } finally {
    if (watch !== undefined) closeNative(watch);
  }
}

function refuse(why: string, until = Infinity): void {
  if (refusal() !== null) return;
  process.emitWarning(`${why}; processes are spawned instead`, "ForkserverWarning");
  refused = { why, until };
}

function refusal(): string | null {
  if (refused !== null && refused.until <= performance.now()) {
    refused = null;
    deathsInARow = 0;
  }
  return refused === null ? null : refused.why;
}
