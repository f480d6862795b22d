/** Functions and classes that the tests run in threads. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, threadId } from "node:worker_threads";
import {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  mainThread,
  setExceptHook,
  Thread,
  Timer,
} from "manyhands/threading";

export function nothing(): void {}

export function add(a: number, b: number): number {
  return a + b;
}

export function echo(...args: unknown[]): unknown[] {
  return args;
}

/** What a CommonJS file would have; a function of another file sees it on the global object. */
export function commonJsNames(): string[] {
  const names = ["require", "module", "exports", "__filename", "__dirname"];
  return names.filter((name) => name in globalThis);
}

export function fail(): never {
  throw new TypeError("it went wrong");
}

export function throwLater(): void {
  setTimeout(() => {
    throw new RangeError("thrown later");
  }, 5);
}

/** Threads within threads, all but the outermost of which fail. */
export async function startUnlucky(depth: number): Promise<string> {
  for (let level = 1; level < depth; level++) {
    const target = level === 1 ? fail : failBelow;
    const thread = await new Thread({ target, name: `unlucky ${level}` }).start();
    await thread.join();
  }
  return "went on";
}

/** Fails one thread further down, whose starter has no hook either. */
async function failBelow(): Promise<void> {
  const { name } = currentThread();
  currentThread().name = "between";
  await (await new Thread({ target: fail, name }).start()).join();
}

export function failQuietly(): never {
  setExceptHook(({ error, name }) => writeSync(1, `${name}: ${(error as Error).message}\n`));
  throw new Error("seen by its own hook");
}

export function exitWith(code: number): void {
  process.exit(code);
}

export function spin(): void {
  for (;;);
}

export async function wait(ms: number): Promise<string> {
  await sleep(ms);
  return "waited";
}

export function sizeOf(buffer: ArrayBuffer): number {
  return buffer.byteLength;
}

export function hoard(): number {
  const hoarded: unknown[] = [];
  for (;;) hoarded.push(Array.from({ length: 1000 }, () => ({})));
}

export function print(line: string): void {
  console.log(line);
  process.stderr.write(`${line}\n`);
}

export function identity(): Record<string, unknown> {
  return {
    name: currentThread().name,
    ident: currentThread().ident === threadId && getIdent() === threadId,
    daemon: currentThread().daemon,
    alive: currentThread().alive,
    main: mainThread().name,
    isMain: isMainThread,
    count: activeCount(),
    names: enumerate().map((thread) => thread.name),
  };
}

export async function nest(): Promise<string> {
  const inner = new Thread({ target: identity, name: "inner" });
  await inner.start();
  const { name, names } = await inner.result();
  await inner.join();
  return `${String(name)} of ${String(names)}`;
}

/** Notes how far it came before it failed. */
export class Unlucky extends Thread {
  reached = "nothing";

  override run(): never {
    this.reached = "half";
    throw new TypeError("it went wrong");
  }
}

export class Doubling extends Timer<[number, number], number> {
  override async run(): Promise<number> {
    return 2 * (await super.run());
  }
}

/** Runs its target too, and notes it. */
export class Loud extends Thread<[ArrayBuffer], number> {
  seen: number[] = [];

  override async run(): Promise<number> {
    const size = await super.run();
    this.seen.push(size);
    return size + 1;
  }
}

export class Counter extends Thread<[], string> {
  readonly steps: number;
  total = 0;
  constructor(steps: number) {
    super({ name: "Counter" });
    this.steps = steps;
  }
  override run(): string {
    for (let step = 1; step <= this.steps; step++) this.total += step;
    return currentThread() === this ? this.name : "somebody else";
  }
}
