/** The first code of a thread: takes on its identity, runs its job, tells the starter. */
import { threadId, workerData } from "node:worker_threads";
import { Fuse } from "../core/deadline.ts";
import { inNewFlow } from "../core/flow.ts";
import { importPreloads } from "../carry/functions/modules/thread-loader.ts";
import { loading, loadingEnded, watchLoading } from "../platform/loading.ts";
import { atEnd } from "../platform/endings.ts";
import { processPlatform } from "../platform/process-platform.ts";
import { adoptCurrent } from "./current.ts";
import { printDirectly } from "./threads/direct-output.ts";
import { callOwnHook, printUncaught } from "./threads/except-hook.ts";
import { expectHandleModules } from "./crossing/handle-modules.ts";
import { Kind } from "./crossing/frames.ts";
import { tellCompiled, tellCompiledNow } from "./compiled-shelf.ts";
import { decodeJob, encodeFailure, encodeFields, encodeResult } from "./crossing/payload.ts";
import type { ThreadBootstrap } from "./threads/thread.ts";
import { standBelow } from "./threads/thread-belongings.ts";
import { ThreadCell } from "./threads/thread-cell.ts";
import { setStarter } from "./threads/to-starter.ts";
import { sayEnding } from "./threads/thread-roll.ts";
import { becomeThread, currentThreadIdentity, ownNativeId } from "./threads/thread-identity.ts";

const LOOK_EVERY_MS = 2;

const bootstrap = workerData as ThreadBootstrap;
const cell = new ThreadCell(bootstrap.cell);

function send(kind: number, body: Uint8Array): void {
  bootstrap.port.postMessage({ kind, body });
  cell.announce();
}

function fail(error: unknown): void {
  if (!cell.hooked && !callOwnHook(error)) printUncaught(currentThreadIdentity().name, error);
  // One that comes after the result is for the starter's hook alone.
  send(Kind.ERROR, encodeFailure(error, "thread"));
}

function sayWhetherLoading(on: boolean): void {
  cell.loading = on;
  if (cell.leaving) process.exit(1);
}

/**
 * What Node gives to code that it evaluates, and all modules here would see: ES modules would take
 * themselves for CommonJS ones.
 */
function forgetEvaluation(): void {
  for (const name of ["require", "module", "exports", "__filename", "__dirname"])
    Reflect.deleteProperty(globalThis, name);
}

/** What is told of the threads below goes the way of this thread's own errors. */
function passErrorsOn(): void {
  setStarter({
    wants: () => cell.hooked,
    tell: ({ error, name, ident }) => {
      const body = encodeFailure(error, "thread");
      bootstrap.port.postMessage({ kind: Kind.ERROR, body, from: { name, ident } });
      cell.announce();
    },
  });
}

async function main(): Promise<void> {
  forgetEvaluation();
  passErrorsOn();
  becomeThread(bootstrap);
  standBelow(bootstrap.above);
  expectHandleModules(bootstrap.handleModules);
  printDirectly();
  cell.nativeId = ownNativeId() ?? 0;
  if (bootstrap.affinity !== undefined) processPlatform()?.setAffinity(0, bootstrap.affinity);
  atEnd((code) => {
    sayEnding(threadId);
    cell.end(code);
  });
  process.on("uncaughtExceptionMonitor", (error) => {
    if (process.listenerCount("uncaughtException") === 0) fail(error);
  });
  try {
    let self: object | null = null;
    const { attachments, imports, transferred } = bootstrap;
    const arrivals = { attachments, transferred, descriptors: [] };
    const adopt = (object: object): void => adoptCurrent((self = object));
    const decode = () => decodeJob(bootstrap.payload, "thread", arrivals, adopt);
    const prepared = imports.length === 0 ? undefined : importPreloads(imports);
    const decoded = loading(() => prepared?.then(decode) ?? decode());
    watchLoading(sayWhetherLoading);
    const job = await decoded;
    if (!(await delay())) return;
    cell.running = true;
    tellCompiled((bytes) => send(Kind.COMPILED, bytes));
    let result: unknown;
    try {
      result = await inNewFlow(job);
    } finally {
      if (self !== null) send(Kind.FIELDS, encodeFields(self, "thread"));
    }
    send(...encodeResult(result, "thread"));
    tellCompiledNow();
  } catch (error) {
    fail(error);
    await loadingEnded();
    process.exit(1);
  }
  if (bootstrap.inCopy) leaveWhenIdle();
}

/** False when the timer was cancelled before its time. */
function delay(): Promise<boolean> {
  const { delayMs, port } = bootstrap;
  if (delayMs <= 0) return Promise.resolve(!cell.cancelled);
  return new Promise((resolve) => {
    const finish = (): void => {
      fuse.cut();
      port.off("message", finish);
      port.unref();
      resolve(!cell.cancelled);
    };
    const fuse = new Fuse(delayMs, undefined, finish, () => {});
    port.on("message", finish);
    if (cell.cancelled) finish();
  });
}

/**
 * In a forked copy of a process the end of a Worker would wait for threads that were not copied,
 * when its loop runs dry by itself.
 */
function leaveWhenIdle(): void {
  const look = (): void => {
    if (process.getActiveResourcesInfo().every((kind) => kind === "Timeout")) process.exit();
    setTimeout(look, LOOK_EVERY_MS).unref();
  };
  setImmediate(look);
}

void main();
