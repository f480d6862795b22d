/** Functions that the tests of pools and executors run elsewhere. */
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { currentSignal } from "manyhands/multiprocessing";
import { run } from "manyhands/subprocess";

export function square(n: number): number {
  return n * n;
}

export async function squareLater(n: number): Promise<number> {
  await sleep(1);
  return n * n;
}

export function add(a: number, b: number): number {
  return a + b;
}

export function echo(...args: unknown[]): unknown[] {
  return args;
}

export function length(text: string): number {
  return text.length;
}

/** Fails for odd numbers. */
export function evenOnly(n: number): number {
  if (n % 2 === 1) throw new RangeError(`${n} is odd`);
  return n;
}

export function fail(message: string): never {
  throw new TypeError(message, { cause: "a cause" });
}

export function giveBackAFunction(): unknown {
  return { socket: new WeakMap() };
}

export function weakForFour(n: number): unknown {
  return { weak: n === 4 ? new WeakMap() : n };
}

/** Of five kinds of items, two fail in a way of their own. */
export function weakOrFailing(n: number): unknown {
  if (n % 5 === 1) throw new RangeError(`${n} fails`);
  return n % 5 === 3 ? { weak: new WeakMap() } : n;
}

/** Writes `text` to a log when it begins. */
export function note(log: string, text: string): string {
  appendFileSync(log, `${text} `);
  return text;
}

/** Says in a log that it began, and waits until a file is there. */
export async function held(log: string, gate: string, text = "held"): Promise<string> {
  note(log, text);
  while (!existsSync(gate)) await sleep(1);
  return text;
}

/** Runs until it is told to stop, and says in a log by what. */
export async function untilStopped(log: string): Promise<void> {
  const signal = currentSignal();
  note(log, "began");
  while (!signal.aborted) await sleep(1);
  note(log, `stopped:${(signal.reason as Error).name}`);
}

/** Runs for ever, whatever it is told. */
export function stubborn(log: string): void {
  note(log, "began");
  for (;;);
}

export function* countTo(n: number): Generator<number, string> {
  for (let i = 1; i <= n; i++) yield i;
  return `counted to ${n}`;
}

export async function* countLater(n: number): AsyncGenerator<number, number> {
  for (let i = 1; i <= n; i++) yield i;
  return n;
}

let prepared: unknown[] = [];

export function prepare(...values: unknown[]): void {
  prepared = values;
}

export function whatWasPrepared(): unknown[] {
  return prepared;
}

export async function say(text: string): Promise<string> {
  const { stdout } = await run(["echo", text], { captureOutput: true, text: true });
  return stdout!.trim();
}

export async function runFailing(): Promise<void> {
  await run(["sh", "-c", "exit 3"], { check: true });
}
