/** What becomes of shared objects, and of workers killed at any moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenExecutorError } from "manyhands/errors";
import * as multiprocessing from "manyhands/multiprocessing";
import * as threading from "manyhands/threading";
import { Job, TestCrew } from "./job.js";

const LIMIT = { timeout: 120_000 };
const KILLS = 4;

export function carriedContract(reach: "thread" | "process"): void {
  const { Lock, Value } = reach === "thread" ? threading : multiprocessing;

  test(`${reach}: locks and values go with tasks and come back as themselves`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const value = new Value("i", 0);
    const add = (shared: { add(n: number): unknown }, n: number): void => void shared.add(n);
    await Promise.all(Array.from({ length: 50 }, (_, n) => crew.run(add, value, n)));
    assert.equal(value.value, 1225);
    const lock = new Lock();
    assert.equal(await crew.run((given: unknown) => given, lock), lock);
    const captured = await crew.run(() => value.value);
    assert.equal(captured, 1225);
  });

  test(`${reach}: what a dropped task brought is let go`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    const busy = crew.call(() => {
      for (;;);
    });
    const large = new Uint8Array(100_000);
    const use = (_lock: unknown, bytes: Uint8Array): number => bytes.length;
    const jobs = Array.from({ length: 20 }, () => crew.call(use, new Lock(), large));
    assert.equal(crew.withdraw(jobs[4]!), true);
    crew.interrupt(jobs[7]!, new Error("not wanted"));
    await assert.rejects(jobs[7]!.promise, /not wanted/);
    const rest = crew.cancelQueued();
    assert.ok(rest.length >= 17);
    crew.interrupt(busy, new Error("enough"));
    assert.equal(await crew.run(use, new Lock(), large), 100_000);
  });

  test(`${reach}: workers killed at any moment lose their own task only`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 2 });
    const work = (index: number, bytes: Uint8Array): unknown => {
      const until = performance.now() + (index % 5) / 10;
      while (performance.now() < until);
      return [index, bytes];
    };
    const jobs: Job[] = [];
    const kills = { going: true };
    const killer = (async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        // Somebody works again: a crew whose workers all die before that gives up.
        await crew.run(() => 0).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 50));
        killOne(crew, kill);
      }
      kills.going = false;
    })();
    for (let index = 0; kills.going; index++) {
      const bytes = new Uint8Array(index % 7 === 0 ? 50_000 : 10);
      jobs.push(crew.start(new Job(crew.prepare(work), "call", [index, bytes])));
      if (crew.pending > 500)
        await Promise.race(jobs.slice(-400).map((job) => job.promise)).catch(() => {});
      if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await killer;
    const outcomes = await Promise.allSettled(jobs.map((job) => job.promise));
    let lost = 0;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") assert.equal((outcome.value as unknown[])[0], index);
      else {
        assert.ok(outcome.reason instanceof BrokenExecutorError, String(outcome.reason));
        lost++;
      }
    }
    assert.ok(lost <= KILLS, `${lost} tasks were lost by ${KILLS} kills`);
    assert.equal(crew.pending, 0);
    assert.equal(await crew.run(() => "alive"), "alive");
  });
}

function killOne(crew: TestCrew, kill: number): void {
  const { workers } = crew;
  const victim = workers[kill % workers.length];
  if (victim === undefined) return;
  if (victim.threadId !== null) crew.kill(victim.threadId);
  else if (victim.pid !== null) {
    try {
      process.kill(victim.pid, "SIGKILL");
    } catch {
      // Dead already.
    }
  }
}
