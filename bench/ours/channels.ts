/** Our queues and pipes between two processes. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type FamilyAddress, adoptFamily, familyAddress } from "#internal/core/family-arena.js";
import { familyMember } from "#internal/core/family-arena.js";
import { fromHandle, handleOf } from "#internal/sync/handles.js";
import { type Connection, Pipe, Queue } from "manyhands/multiprocessing";

type Kind = keyof typeof items;

const megabyte = new Uint8Array(2 ** 20).fill(1);
const large = new Uint8Array(2 ** 26).fill(1);
const items = {
  integers: (index: number): unknown => index,
  objects: (index: number): unknown => ({ id: index, name: "task", args: [index, 2] }),
  megabytes: (): unknown => megabyte,
  large: (): unknown => large,
};

const parts = {
  put(queue: Queue, kind: Kind, count: number, go: Queue): void {
    const make = items[kind];
    go.putSync("ready");
    for (let index = 0; index < count; index++) queue.putSync(make(index));
  },
  echoSync(connection: Connection): void {
    for (;;) connection.sendSync(connection.recvSync());
  },
  async echo(connection: Connection): Promise<void> {
    for await (const value of connection) await connection.send(value);
  },
};

interface Order {
  readonly family: FamilyAddress;
  readonly mailbox: { readonly block: number; readonly stamp: number };
}

function start(part: keyof typeof parts, ...args: unknown[]): void {
  const mailbox = new Queue();
  mailbox.putSync([part, ...args]);
  const order: Order = { family: familyAddress(), mailbox: handleOf(mailbox) };
  spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "ignore"],
  }).unref();
  kept.push(mailbox);
}

const kept: unknown[] = [];

/** Items per second, from process to process, both blocking. */
function throughput(kind: Kind, count: number, warmUp: number): number {
  const [queue, go] = [new Queue(), new Queue()];
  start("put", queue, kind, count + warmUp, go);
  go.getSync();
  for (let got = 0; got < warmUp; got++) queue.getSync();
  const began = performance.now();
  for (let got = 0; got < count; got++) queue.getSync();
  return count / ((performance.now() - began) / 1000);
}

export const integers = (effort: number): number =>
  throughput("integers", Math.ceil(2_000_000 * effort), 20_000);
export const objects = (effort: number): number =>
  throughput("objects", Math.ceil(500_000 * effort), 20_000);
export const megabytes = (effort: number): number =>
  throughput("megabytes", Math.ceil(10_000 * effort), 300);

/** Milliseconds for an array of 64 MB, once warm. */
export const large64 = (effort: number): number =>
  1000 / throughput("large", Math.ceil(20 * effort), 5);

const TRIPS = 20_000;

/** Microseconds there and back, blocking. */
export function pingPongSync(effort: number): number {
  const [here, there] = Pipe();
  start("echoSync", there);
  const trips = Math.ceil(TRIPS * effort);
  let began = 0;
  for (let trip = -3000; trip < trips; trip++) {
    if (trip === 0) began = performance.now();
    here.sendSync(trip);
    here.recvSync();
  }
  return ((performance.now() - began) * 1000) / trips;
}

/** The same in two event loops. */
export async function pingPong(effort: number): Promise<number> {
  const [here, there] = Pipe();
  start("echo", there);
  const trips = Math.ceil(TRIPS * effort);
  let began = 0;
  for (let trip = -3000; trip < trips; trip++) {
    if (trip === 0) began = performance.now();
    await here.send(trip);
    await here.recv();
  }
  return ((performance.now() - began) * 1000) / trips;
}

const order = process.argv[2];
if (order?.startsWith("{")) {
  const { family, mailbox } = JSON.parse(order) as Order;
  adoptFamily(family);
  const orders = fromHandle(Queue, familyMember, mailbox).getSync() as [keyof typeof parts];
  const [part, ...args] = orders;
  await (new Map(Object.entries(parts)).get(part) as (...args: unknown[]) => unknown)(...args);
  if (part === "put")
    while (!(args as unknown as [Queue])[0].empty) await new Promise(setImmediate);
  process.exit(0);
}
