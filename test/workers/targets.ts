/** Functions and classes that the tests run elsewhere. */
import type { Connection } from "manyhands/multiprocessing";
import { randomInt, randomUUID, scrypt, scryptSync } from "node:crypto";
import { writeFileSync, writeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { runInNewContext } from "node:vm";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { gzip } from "node:zlib";
import { promisify } from "node:util";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  activeChildren,
  currentProcess,
  parentProcess,
  Process,
  type StartMethod,
} from "manyhands/multiprocessing";
import { currentThread, Thread } from "manyhands/threading";

export function nothing(): void {}

export function add(a: number, b: number): number {
  return a + b;
}

export async function addLater(a: number, b: number): Promise<number> {
  await sleep(5);
  return a + b;
}

export function echo(...args: unknown[]): unknown[] {
  return args;
}

export function fail(): never {
  throw new TypeError("it went wrong", { cause: "a cause" });
}

export function exitWith(code: number): void {
  process.exit(code);
}

export function setExitCode(code: number): void {
  process.exitCode = code;
}

export function killSelf(signal: string): void {
  process.kill(process.pid, signal);
  for (;;);
}

export function throwLater(): void {
  setTimeout(() => {
    throw new RangeError("thrown later");
  }, 5);
}

export function rejectLater(): void {
  setTimeout(() => void Promise.reject(new RangeError("rejected later")), 5);
}

export function spin(): void {
  for (;;);
}

export async function wait(ms: number): Promise<string> {
  await sleep(ms);
  return "waited";
}

export async function waitAloud(ms: number): Promise<string> {
  writeSync(1, "up\n");
  return await wait(ms);
}

export function identity(): Record<string, unknown> {
  return {
    pid: process.pid,
    ppid: process.ppid,
    title: process.title,
    name: currentProcess().name,
    daemon: currentProcess().daemon,
    parent: parentProcess()?.name,
    parentPid: parentProcess()?.pid,
    parentAlive: parentProcess()?.alive,
    children: activeChildren().length,
    cwd: process.cwd(),
    extra: process.env["MANYHANDS_TEST_EXTRA"],
    argv: process.argv[1],
  };
}

export function randomness(): string[] {
  return [
    String(Math.random()),
    randomUUID(),
    String(randomInt(2 ** 47)),
    globalThis.crypto.randomUUID(),
    String(runInNewContext("Math.random()")),
  ];
}

export function print(text: string): void {
  console.log(text);
}

export function exitHandlers(): void {
  process.on("exit", (code) => writeSync(1, `exit handler ${code}\n`));
  process.exitCode = 4;
}

/** Its types come with those of browsers, which node's do not bring. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, unknown> } }>;
  };
};

export async function everything(): Promise<Record<string, unknown>> {
  const wasm = await WebAssembly.instantiate(
    Uint8Array.from([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97,
      100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11,
    ]),
  );
  const sum = (wasm.instance.exports["add"] as (a: number, b: number) => number)(2, 3);
  const worker = new Worker(
    "const a = []; for (let i = 0; i < 3e5; i++) a.push({ i });" +
      "require('node:worker_threads').parentPort.postMessage(a.length); process.exit();",
    { eval: true },
  );
  const [fromThread] = (await once(worker, "message")) as [number];
  const echoed = spawn("echo", ["hi"]);
  let printed = "";
  echoed.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(echoed, "close")) as [number];
  const key = (await promisify(scrypt)("a", "b", 32)) as Buffer;
  const zipped = await promisify(gzip)(Buffer.alloc(100_000));
  const garbage: unknown[] = [];
  for (let round = 0; round < 5; round++) {
    garbage.length = 0;
    for (let i = 0; i < 100_000; i++) garbage.push({ i, text: `x${i}` });
  }
  const signalled = new Promise<string>((resolve) => process.once("SIGUSR2", resolve));
  process.kill(process.pid, "SIGUSR2");
  const server = createServer((socket) => socket.end("served"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { connect } = await import("node:net");
  const client = connect(port, "127.0.0.1");
  let served = "";
  client.on("data", (chunk) => (served += chunk.toString()));
  await once(client, "close");
  server.close();
  return {
    sum,
    fromThread,
    printed: printed.trim(),
    code,
    key: key.equals(scryptSync("a", "b", 32)),
    zipped: zipped.length > 0,
    garbage: garbage.length,
    signalled: await signalled,
    served,
  };
}

export async function startAnother(method: StartMethod): Promise<Record<string, unknown>> {
  const inner = new Process({ target: identity, startMethod: method });
  await inner.start();
  const result = await inner.result();
  await inner.join();
  return { ...result, exitCode: inner.exitCode };
}

export async function tryChildren(): Promise<string> {
  try {
    await new Process({ target: nothing }).start();
    return "started";
  } catch (error) {
    return (error as Error).name;
  }
}

export function serveOne(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("data", (chunk) => {
      socket.end(`${process.pid} ${chunk.toString()}`);
      resolve();
    });
  });
}

/** All that comes, with one character for each byte. */
export async function readToEnd(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => (text += Buffer.from(chunk).toString("latin1")));
  // A copy made by fork has the socket as it was, perhaps paused.
  socket.resume();
  await once(socket, "end");
  return text;
}

export async function answerAtEnd(socket: Socket): Promise<void> {
  const text = await readToEnd(socket);
  await nextTurn();
  socket.end(`${text} answered`);
}

export function acceptOne(nested: { server: Server }): Promise<void> {
  return new Promise((resolve) => {
    nested.server.once("connection", (socket: Socket) => {
      socket.end(`accepted by ${process.pid}`);
      nested.server.close();
      resolve();
    });
  });
}

export async function finishLater(mark: string): Promise<void> {
  await sleep(400);
  writeFileSync(mark, "");
}

export function countInterrupt(): Promise<string> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 1000);
    process.once("SIGINT", () => {
      clearInterval(alive);
      resolve("interrupted");
    });
    writeSync(1, "up\n");
  });
}

export async function preloaded(): Promise<unknown> {
  const before = (await import("../fixtures/preloaded.js")).ticks;
  await sleep(60);
  const { loadedBy, ticks } = await import("../fixtures/preloaded.js");
  return { loadedInParent: loadedBy !== process.pid, ticks: ticks > before };
}

export async function preloadedRandomness(): Promise<string[]> {
  return (await import("../fixtures/preloaded.js")).draw();
}

export function whoAmI(): string {
  return currentThread().name;
}

export async function runThread(): Promise<string> {
  const garbage: unknown[] = [];
  for (let index = 0; index < 1_000_000; index++) garbage.push({ index });
  const thread = await new Thread({ target: whoAmI }).start();
  const name = await thread.result();
  await thread.join();
  return name;
}

/** Runs its target twice over, in the child. */
export class Twice extends Process<[string, { suffix: string }], string[]> {
  override async run(): Promise<string[]> {
    const one = async (): Promise<string> => String(await super.run());
    return [await one(), await one(), currentProcess() === this ? this.name : "somebody else"];
  }
}

export function join(text: string, { suffix }: { suffix: string }): string[] {
  return [text + suffix];
}

export class Counter extends Process<[], number> {
  readonly steps: number;
  constructor(steps: number, startMethod: StartMethod) {
    super({ name: "Counter", startMethod });
    this.steps = steps;
  }
  override run(): number {
    const self = currentProcess();
    return self === this && self.name === "Counter" && self.pid === process.pid
      ? this.steps * 2
      : -1;
  }
}

export function sendPid(end: Connection): void {
  end.sendSync(process.pid);
}
