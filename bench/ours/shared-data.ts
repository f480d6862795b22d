/** Our side of the benchmark of shared data. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Queue, SharedArray, Value, shareBuffer } from "manyhands/multiprocessing";
import { Value as ThreadValue } from "manyhands/threading";
import type { Handle } from "#internal/core/blocks.js";
import { adoptFamily, familyAddress, familyMember } from "#internal/core/family-arena.js";
import { fromHandle, handleOf } from "#internal/sync/handles.js";

const ROUNDS = 400_000;
const MEGABYTES_64 = 64 * 2 ** 20;
const HAND_OVERS = 20;

function perIncrement(value: ThreadValue<"i">, effort: number): number {
  const rounds = Math.ceil(ROUNDS * effort);
  const step = (): void => {
    value.value += 1;
  };
  for (let round = 0; round < 20_000; round++) value.withLockSync(step);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) value.withLockSync(step);
  return ((performance.now() - start) * 1e6) / rounds;
}

/** Nanoseconds to add 1 under the lock. */
export const increment = (effort: number): number => perIncrement(new Value("i"), effort);
export const threadIncrement = (effort: number): number =>
  perIncrement(new ThreadValue("i"), effort);

/** What the other process needs to know. */
interface Order {
  readonly role: "count" | "take";
  readonly family: { readonly pid: number; readonly fd: number };
  readonly things: readonly Handle[];
  readonly times: number;
}

function inProcess(role: Order["role"], things: readonly Handle[], times: number): ChildProcess {
  const order: Order = { role, things, times, family: familyAddress() };
  const script = fileURLToPath(import.meta.url);
  return spawn(process.execPath, [script, JSON.stringify(order)], { stdio: "inherit" });
}

/** Milliseconds from the moment all four are ready until the last is done. */
export async function contended(effort: number): Promise<number> {
  const [value, ready, go] = [new Value("i"), new Queue(), new Queue()];
  const times = Math.ceil(100_000 * effort);
  const things = [value, ready, go].map(handleOf);
  const children = Array.from({ length: 4 }, () => inProcess("count", things, times));
  const exits = children.map((child) => once(child, "exit"));
  for (const _ of children) await ready.get();
  const start = performance.now();
  for (const _ of children) await go.put(1);
  for (const _ of children) await ready.get();
  const ms = performance.now() - start;
  await Promise.all(exits);
  if (value.value !== times * 4) throw new Error(`${value.value} of ${times * 4} were counted`);
  return ms;
}

async function handOverOf(bytes: Uint8Array, effort: number): Promise<number> {
  const [there, back] = [new Queue(), new Queue()];
  const times = Math.ceil(HAND_OVERS * effort) + 2;
  const exit = once(inProcess("take", [there, back].map(handleOf), times), "exit");
  const samples: number[] = [];
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    there.putSync(bytes);
    back.getSync();
    if (round > 1) samples.push(performance.now() - start);
  }
  await exit;
  return samples.toSorted((one, other) => one - other)[samples.length >> 1]!;
}

/** Milliseconds until the other process has the bytes, once warm; the median of several. */
export const handOver = (effort: number): Promise<number> =>
  handOverOf(shareBuffer(MEGABYTES_64), effort);
export const handOverByValue = (effort: number): Promise<number> =>
  handOverOf(new Uint8Array(MEGABYTES_64), effort);

/** Microseconds to make an array. */
export function makeArrays(effort: number): number {
  const times = Math.ceil(500 * effort);
  familyMember();
  const start = performance.now();
  for (let made = 0; made < times; made++) void new SharedArray("d", 1_000);
  return ((performance.now() - start) * 1e3) / times;
}

function count(value: Value<"i">, ready: Queue, go: Queue, times: number): void {
  const step = (): void => {
    value.value += 1;
  };
  ready.putSync(1);
  go.getSync();
  for (let round = 0; round < times; round++) value.withLockSync(step);
  ready.putSync(1);
}

function take(there: Queue, back: Queue, times: number): void {
  for (let round = 0; round < times; round++) {
    const bytes = there.getSync() as Uint8Array;
    back.putSync(bytes[0]);
  }
}

const order = process.argv[2];
if (order?.startsWith("{")) {
  const { role, family, things, times } = JSON.parse(order) as Order;
  adoptFamily(family);
  const queue = (index: number): Queue => fromHandle(Queue, familyMember, things[index]!);
  if (role === "take") take(queue(0), queue(1), times);
  else {
    const value = fromHandle(Value as new () => Value<"i">, familyMember, things[0]!);
    count(value, queue(1), queue(2), times);
  }
}
