/** What every barrier promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenBarrierError } from "manyhands/errors";
import type * as threading from "manyhands/threading";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

type Barrier = threading.Barrier;

const limit = { timeout: 60_000 };

const sorted = (indexes: readonly (number | undefined)[]): number[] =>
  indexes.map(Number).sort((a, b) => a - b);

export function barrierContract({ name, sync, party }: Backend): void {
  const { Barrier } = sync;

  test(`a ${name} Barrier gives each party an index, round after round`, limit, async () => {
    const barrier = new Barrier(3, { name: "start" });
    assert.equal(barrier.parties, 3);
    for (let round = 0; round < 3; round++) {
      const all = [barrier.wait(), barrier.wait()];
      assert.equal(barrier.waiting, 2);
      all.push(barrier.wait());
      assert.deepEqual(sorted(await Promise.all(all)), [0, 1, 2]);
      assert.equal(barrier.waiting, 0);
    }
    assert.equal(barrier.broken, false);
    assert.equal(String(barrier), 'Barrier "start" (0 of 3 waiting)');
    assert.equal(new Barrier(1).waitSync(), 0);
  });

  test(`a ${name} Barrier refuses what makes no sense`, limit, async () => {
    for (const parties of [0, -1, 1.5]) assert.throws(() => new Barrier(parties), RangeError);
    assert.throws(() => new Barrier("2" as never), TypeError);
    assert.throws(() => new Barrier(2, { action: 5 as never }), TypeError);
    assert.throws(() => new Barrier(2, { timeoutMs: -1 }), RangeError);
    const barrier = new Barrier(2);
    await assert.rejects(barrier.wait({ timeoutMs: -1 }), RangeError);
    assert.equal(barrier.broken, false);
  });

  test(`one party of a ${name} Barrier runs the action before any goes on`, limit, async () => {
    const seen: string[] = [];
    const barrier = new Barrier(2, { action: () => void seen.push("action") });
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        [0, 1].map(async () => {
          await barrier.wait();
          seen.push("on");
        }),
      );
    }
    assert.deepEqual(seen, ["action", "on", "on", "action", "on", "on"]);
  });

  test(`a failing action of a ${name} Barrier breaks it`, limit, async () => {
    const barrier = new Barrier(2, {
      action: () => {
        throw new Error("out of order");
      },
    });
    const [first, second] = await Promise.allSettled([barrier.wait(), barrier.wait()]);
    assert.ok(first!.status === "rejected" && second!.status === "rejected");
    const errors = [first.reason as Error, second.reason as Error];
    assert.equal(errors.filter((error) => error instanceof BrokenBarrierError).length, 1);
    assert.equal(errors.filter((error) => error.message === "out of order").length, 1);
    assert.equal(barrier.broken, true);
    assert.throws(() => barrier.waitSync(), BrokenBarrierError);
  });

  test(`a wait of a ${name} Barrier that runs out of time breaks it for all`, limit, async () => {
    const barrier = new Barrier(3);
    const first = assert.rejects(barrier.wait(), BrokenBarrierError);
    await assert.rejects(barrier.wait({ timeoutMs: 5 }), BrokenBarrierError);
    await first;
    await assert.rejects(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    assert.equal(barrier.broken, false);
    const all = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]);
    assert.deepEqual(sorted(all), [0, 1, 2]);
    const hasty = new Barrier(2, { timeoutMs: 5 });
    assert.throws(() => hasty.waitSync(), BrokenBarrierError);
    const never = new Barrier(2);
    assert.throws(() => never.waitSync({ timeoutMs: 0 }), BrokenBarrierError);
    assert.equal(never.broken, true);
  });

  test(`abort and reset of a ${name} Barrier turn away who waits`, limit, async () => {
    const barrier = new Barrier(2);
    const aborted = assert.rejects(barrier.wait(), BrokenBarrierError);
    barrier.abort();
    await aborted;
    assert.equal(barrier.broken, true);
    barrier.reset();
    const reset = assert.rejects(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    await reset;
    assert.equal(barrier.broken, false);
    assert.deepEqual(sorted(await Promise.all([barrier.wait(), barrier.wait()])), [0, 1]);
  });

  test(`an aborted wait of a ${name} Barrier just leaves`, limit, async () => {
    const barrier = new Barrier(2);
    const controller = new AbortController();
    const leaving = barrier.wait({ signal: controller.signal });
    controller.abort();
    await assert.rejects(leaving, { name: "AbortError" });
    assert.equal(barrier.waiting, 0);
    assert.deepEqual(sorted(await Promise.all([barrier.wait(), barrier.wait()])), [0, 1]);
  });

  test(`who comes to a ${name} Barrier during the action is in the next round`, limit, async () => {
    let finish: () => void = () => {};
    const acting = new Promise<void>((resolve) => (finish = resolve));
    let rounds = 0;
    const action = (): Promise<void> | undefined => (rounds++ === 0 ? acting : undefined);
    const barrier = new Barrier(2, { action: action as () => void });
    const firstRound = [barrier.wait(), barrier.wait()];
    await untilBlocked(() => rounds === 1);
    const secondRound = [barrier.wait(), barrier.wait()];
    assert.equal(barrier.waiting, 3);
    finish();
    assert.deepEqual(sorted(await Promise.all(firstRound)), [0, 1]);
    assert.deepEqual(sorted(await Promise.all(secondRound)), [0, 1]);
    assert.equal(rounds, 2);
  });

  test(`a ${name} Barrier works between parties`, limit, async () => {
    const barrier = new Barrier(3);
    const others = [party(), party()];
    const rounds = 50;
    const [blocking, looping, own] = await Promise.all([
      others[0]!.do([barrier], (barrier: Barrier) => {
        const indexes: number[] = [];
        for (let round = 0; round < 50; round++) indexes.push(barrier.waitSync());
        return indexes;
      }),
      others[1]!.do([barrier], async (barrier: Barrier) => {
        const indexes: number[] = [];
        for (let round = 0; round < 50; round++) indexes.push(await barrier.wait());
        return indexes;
      }),
      (async () => {
        const indexes: number[] = [];
        for (let round = 0; round < rounds; round++) indexes.push(await barrier.wait());
        return indexes;
      })(),
    ]);
    for (let round = 0; round < rounds; round++) {
      assert.deepEqual(sorted([blocking[round], looping[round], own[round]]), [0, 1, 2]);
    }
    await Promise.all(others.map((party) => party.end()));
    assert.equal(barrier.broken, false);
  });

  test(`the action of a ${name} Barrier is run by a party that knows it`, limit, async () => {
    let acted = 0;
    const barrier = new Barrier(2, { action: () => void acted++ });
    const other = party();
    const own = barrier.wait();
    const index = await other.do([barrier], (barrier: Barrier) => barrier.waitSync());
    assert.deepEqual(sorted([index, await own]), [0, 1]);
    assert.equal(acted, 1);
    await other.end();
  });

  for (const when of ["while it waits", "before it came"] as const) {
    test(`a ${name} Barrier breaks when a party dies ${when}`, limit, async () => {
      const barrier = new Barrier(3);
      const dying = party();
      const waits = when === "while it waits";
      const lost = waits
        ? dying.do([barrier], (barrier: Barrier) => barrier.waitSync())
        : dying.do([barrier], (barrier: Barrier) => barrier.parties);
      const outcome = waits ? assert.rejects(lost) : lost;
      if (!waits) await lost;
      const own = assert.rejects(barrier.wait({ timeoutMs: 20_000 }), BrokenBarrierError);
      await untilBlocked(barrier, { waiters: waits ? 2 : 1 });
      await dying.kill();
      await outcome;
      await own;
      assert.equal(barrier.broken, true);
    });
  }
}
