/**
 * Options by another name than they have here are refused by every call that takes options. The
 * calls are found by looking at the modules, so that a new one is among them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import { StateError } from "manyhands/errors";
import * as futures from "manyhands/futures";
import * as multiprocessing from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
import * as os from "manyhands/os";
import * as queue from "manyhands/queue";
import * as sched from "manyhands/sched";
import * as subprocess from "manyhands/subprocess";
import * as testing from "manyhands/testing";
import * as threading from "manyhands/threading";
import { objects } from "../support/public-objects.js";
import { callsOf, methodsOf, type PublicCall } from "../support/public-calls.js";

const LIMIT = { timeout: 120_000 };
const one = () => 1;

const modules: Readonly<Record<string, object>> = {
  asyncio,
  dummy,
  futures,
  multiprocessing,
  os,
  queue,
  sched,
  subprocess,
  testing,
  threading,
};

/** What stands before the options, by the names of parameters. */
const before: Readonly<Record<string, unknown>> = {
  address: "/nobody/listens",
  args: [],
  awaitables: [],
  body: one,
  buffer: new Uint8Array(4),
  code: "i",
  command: "true",
  coro: one,
  factory: null,
  fn: one,
  futures: [],
  initial: 0,
  item: 1,
  iterable: [],
  line: "true",
  locks: [],
  lock: undefined,
  main: one,
  maxSize: 0,
  method: "spawn",
  ms: 0,
  n: 1,
  objects: [],
  offset: 0,
  parties: 2,
  pid: process.pid,
  port: 1,
  predicate: () => true,
  separator: "\n",
  serve: one,
  size: undefined,
  sizeOrItems: 1,
  source: [],
  target: new threading.Lock(),
  tasks: [],
  typeId: "Nothing",
  value: 1,
};

/** Not for users: what methods of ours call. */
const INTERNAL =
  /#(sent|received|acceptLink)$|^new (asyncio\.Task|futures\.Executor)$|#_|\.arrived$/;

/** What stands for options. */
const given: Readonly<Record<string, unknown>> = {
  options: { timeout: 3 },
  wait: { timeout: 3 },
  "...rest": { timeout: 3 },
};

const takesOptions = ({ name, parameters }: PublicCall): boolean =>
  !INTERNAL.test(name) && parameters.some((name) => name in given);

/** The error of a call, thrown or rejected; undefined when there is none. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Calls with `{ timeout }` for options; says what came of it when that is not right. */
async function faultOf({ name, parameters, with: call }: PublicCall): Promise<string | undefined> {
  const values = parameters.map((parameter) => ({ ...before, ...given })[parameter]);
  const error = await errorOf(() => call(...values));
  const right = "timeout is not an option here: write timeoutMs, in milliseconds";
  if (error instanceof TypeError && error.message === right) return undefined;
  // Too early, or too late, for the call: there is another object for which it is not.
  if (error instanceof StateError) return undefined;
  return `${name}: ${String(error)}`;
}

test("every call with options refuses a name that they have elsewhere", LIMIT, async () => {
  const ends: (() => unknown)[] = [];
  const all = await objects(ends);
  const calls = [
    ...Object.entries(modules).flatMap(([label, module]) => callsOf(label, module)),
    ...Object.entries(all).flatMap(([label, object]) => methodsOf(label, object)),
  ].filter(takesOptions);
  assert.ok(calls.length > 300, `only ${calls.length} calls were found`);
  const faults: string[] = [];
  try {
    for (const call of calls) {
      const fault = await faultOf(call);
      if (fault !== undefined) faults.push(fault);
    }
  } finally {
    for (const end of ends.reverse()) await end();
  }
  assert.deepEqual(faults, []);
});

const { Lock } = threading;
const { PIPE } = subprocess;

/** Calls, and what they are told. */
const told: readonly (readonly [() => unknown, RegExp])[] = [
  [() => new Lock().acquire({ blocking: false } as object), /^blocking .* timeoutMs: 0 tries once/],
  [() => new queue.Queue().getSync({ block: false } as object), /^block .* timeoutMs: 0 tries/],
  [() => new queue.PriorityQueue({ maxsize: 3 } as object), /^maxsize .*: write maxSize$/],
  [() => new queue.Queue(3, { timeout: 1 } as object), /^timeout .*: write timeoutMs/],
  [() => new threading.Thread({ group: 1 } as object), /^group is not an option here/],
  [
    () => new multiprocessing.Process({ target: one, group: "g" } as object),
    /^group is not an option here/,
  ],
  [() => new multiprocessing.Pool({ maxtasksperchild: 1 } as object), /: write maxTasksPerChild$/],
  [() => new multiprocessing.Pool({ initargs: [] } as object), /: write initArgs$/],
  [() => new multiprocessing.Pool({ maxWorkers: 2 } as object), /^maxWorkers .*: write processes$/],
  [() => new multiprocessing.Pool({ max_workers: 2 } as object), /: write processes$/],
  [() => new multiprocessing.Pool({ context: {} } as object), /: write startMethod$/],
  [
    () => new (multiprocessing.getContext("spawn").Pool)({ max_workers: 2 } as object),
    /: write processes$/,
  ],
  [() => new futures.ThreadPoolExecutor({ max_workers: 2 } as object), /: write maxWorkers$/],
  [() => new futures.ProcessPoolExecutor({ processes: 2 } as object), /: write maxWorkers$/],
  [() => new futures.ProcessPoolExecutor({ mp_context: {} } as object), /: write startMethod$/],
  [
    () => new futures.ThreadPoolExecutor().shutdown({ cancel_futures: true } as object),
    /: write cancelFutures$/,
  ],
  [() => new futures.ThreadPoolExecutor().with({ chunksize: 5 } as object), /: write chunkSize$/],
  [() => futures.wait([], { return_when: "x", timeoutMs: 1 } as object), /: write returnWhen$/],
  [() => asyncio.wait([], { return_when: "x", timeoutMs: 1 } as object), /: write returnWhen$/],
  [() => asyncio.gather([], { return_exceptions: true } as object), /: write returnExceptions$/],
  [() => asyncio.run(one, { loop_factory: one } as object), /there is one event loop/],
  [() => new multiprocessing.BaseManager({ authkey: "k" } as object), /: write authKey$/],
  [() => new multiprocessing.BaseManager({ serializer: "x" } as object), /^serializer is not/],
  [() => new multiprocessing.Listener({ authkey: "k" } as object), /: write authKey$/],
  [() => new sched.Scheduler({ timefunc: one } as object), /: write time$/],
  [() => subprocess.run("true", { capture_output: true } as object), /: write captureOutput$/],
  [() => subprocess.runSync("true", { start_new_session: true } as object), /: write killGroup/],
  [() => subprocess.run("true", { stdio: "pipe" } as object), /: write stdin, stdout and stderr$/],
  [() => new subprocess.Popen("true", { user: "x" } as object), /^user is not an option here/],
];

test("the error names what was given and what to write instead", LIMIT, async () => {
  for (const [call, message] of told)
    assert.match(String(((await errorOf(call)) as Error | undefined)?.message), message);
  await using pool = new multiprocessing.ThreadPool(1);
  const wrong = { chunksize: 5 } as object;
  await assert.rejects(pool.map(one, [1], wrong), /^TypeError: chunksize .*: write chunkSize$/);
  await assert.rejects(pool.apply(one, [], { kwds: {} } as object), /last of the array of argum/);
});

test("a name beside the one that is meant, or without a value, is no mistake", LIMIT, async () => {
  const shared = { timeout: 5, timeoutMs: 5_000, blocking: true, captureOutput: true, retries: 3 };
  assert.equal(await new Lock().acquire(shared), true);
  assert.equal(new Lock().acquireSync({ timeout: undefined, block: null } as object), true);
  assert.equal((await subprocess.run("true", shared)).returnCode, 0);
  assert.equal(await new sched.Scheduler().run({ blocking: false }), null);
  assert.equal(
    subprocess.runSync("true", { ...shared, stdout: PIPE, captureOutput: false }).returnCode,
    0,
  );
});

test("maps, promises and the like are no options", LIMIT, async () => {
  const wrong = [new Map(), Promise.resolve(1), new Date(), [], new AbortController().signal, one];
  for (const options of wrong as object[]) {
    assert.throws(
      () => new Lock().acquireSync(options),
      /^TypeError: the options of a wait must be/,
    );
    assert.throws(() => multiprocessing.Pipe(options), /^TypeError: Pipe takes \{ duplex \}/);
    assert.throws(() => multiprocessing.SharedMemory.create(options as never), TypeError);
    await assert.rejects(subprocess.run("true", options), /^TypeError: options must be an object/);
  }
});
