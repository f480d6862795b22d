/** What queues do between parties; a part of the contract. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { Check, Kinds } from "./queue-contract.js";
import type { StartParty } from "./party.js";

export function describeParties(
  check: Check,
  { Queue, LifoQueue, PriorityQueue, SimpleQueue }: Kinds,
  startParty: StartParty,
): void {
  check("each producer's items arrive in its order, each once", async () => {
    for (const routine of ["produce", "produceLater"] as const) {
      const queue = new Queue<{ producer: number; number: number }>(50);
      const parties = [0, 1].map((producer) => startParty(routine, queue, producer, 2000));
      const next = [0, 0];
      for (let taken = 0; taken < 4000; taken++) {
        const { producer, number } = taken % 2 === 0 ? await queue.get() : queue.getSync();
        assert.equal(number, next[producer]!++);
      }
      for (const party of parties) await party.ended();
      assert.ok(queue.empty);
    }
  });

  check("several consumers share the items, none twice", async () => {
    for (const Kind of [Queue, LifoQueue, PriorityQueue, SimpleQueue]) {
      const tasks = new Kind<number>();
      const taken = new Queue<number>();
      const parties = [startParty("takeAll", tasks, taken), startParty("passOn", tasks, taken)];
      for (let item = 0; item < 1000; item++) tasks.putSync(item);
      const seen = new Set<number>();
      while (seen.size < 1000) seen.add(await taken.get());
      tasks.shutdown();
      for (const party of parties) await party.ended();
      assert.ok(taken.empty);
    }
  });

  check("a consumer reports tasks done to who joins", async () => {
    const tasks = new Queue<number>();
    const answers = new Queue<number>();
    const worker = startParty("work", tasks, answers);
    for (const item of [1, 2, 3, -1]) await tasks.put(item);
    assert.equal(await tasks.join(), true);
    assert.deepEqual([answers.getSync(), answers.getSync(), answers.getSync()], [2, 4, 6]);
    await worker.ended();
  });

  check("a queue goes through a queue, and lives while it is on its way", async () => {
    const queues = new Queue<unknown>();
    const party = startParty("answerThrough", queues);
    const inner = new Queue<string>();
    queues.putSync(inner);
    assert.equal(await inner.get(), "through");
    await party.ended();
    await setTimeout(0);
    assert.ok(inner.empty);
  });
}
