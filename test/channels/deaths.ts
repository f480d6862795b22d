/** Producers and consumers that are killed at any moment, and what must hold then. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { familyMember } from "#internal/core/family-arena.js";
import { sweep } from "#internal/core/settle.js";
import { Queue } from "manyhands/multiprocessing";
import { blocksInUse } from "./blocks-in-use.js";
import { inProcess, type Party } from "./party.js";

interface Item {
  readonly producer: number;
  readonly number: number;
}

export interface DeathRun {
  readonly queue: Pick<Queue, "size" | "empty" | "shutdown">;
  readonly pairs: number;
  readonly durationMs: number;
}

/**
 * Lets producers and consumers work and kills one after the other. Nothing may come out twice, and
 * nothing may be missing but one item for each consumer that was killed.
 */
export async function killAtRandom({ queue, pairs, durationMs }: DeathRun): Promise<void> {
  const before = blocksInUse(familyMember());
  const taken = new Queue<Item>();
  const seen = new Map<number, Set<number>>();
  let last = -1;
  const note = ({ producer, number }: Item): void => {
    let numbers = seen.get(producer);
    if (numbers === undefined) seen.set(producer, (numbers = new Set()));
    assert.ok(!numbers.has(number), `item ${number} of producer ${producer} came twice`);
    numbers.add(number);
  };
  const produce = (): Party => inProcess("produceForever", queue, ++last);
  const consume = (): Party => inProcess("takeAll", queue, taken);
  const producers = Array.from({ length: pairs }, produce);
  const consumers = Array.from({ length: pairs }, consume);
  const until = performance.now() + durationMs;
  let killed = 0;
  while (performance.now() < until || seen.size < 3) {
    const pause = performance.now() + Math.random() * 300;
    while (performance.now() < pause) note(await taken.get({ timeoutMs: 20_000 }));
    const index = Math.floor(Math.random() * pairs);
    const [list, start] = Math.random() < 0.5 ? [producers, produce] : [consumers, consume];
    await list[index]!.kill();
    if (list === consumers) killed++;
    list[index] = start();
  }
  for (const party of producers) await party.kill();
  const drained = inProcess("takeAll", queue, taken);
  while (!queue.empty || !taken.empty) {
    const item = taken.tryGet();
    if (item === undefined) await setTimeout(1);
    else note(item.value);
  }
  queue.shutdown();
  for (const party of [...consumers, drained]) await party.ended();
  for (let item = taken.tryGet(); item !== undefined; item = taken.tryGet()) note(item.value);
  assert.equal(queue.size, 0);
  const missing = missingIn(seen);
  assert.ok(missing <= killed, `${missing} items are lost, ${killed} consumers were killed`);
  sweep(familyMember());
  const { KIND_MESSAGE = 0 } = blocksInUse(familyMember());
  assert.equal(KIND_MESSAGE - (before.KIND_MESSAGE ?? 0), 0, "messages are left in the arena");
}

function missingIn(seen: ReadonlyMap<number, ReadonlySet<number>>): number {
  let missing = 0;
  for (const numbers of seen.values()) {
    // There may be more than a call takes arguments.
    const last = Array.from(numbers).reduce((highest, number) => Math.max(highest, number));
    missing += last + 1 - numbers.size;
  }
  return missing;
}
