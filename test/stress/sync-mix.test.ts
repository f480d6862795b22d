/**
 * Locks under everything at once: blocking and waiting parties, times that run out, aborts and
 * kills, from a seed. What the locks protect must come out right, and nothing may hang.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as threading from "manyhands/threading";
import { type Backend, processes, threads } from "../contracts/backend.js";
import { PartyDied } from "../contracts/party.js";

const ROUNDS = 6;
const PARTIES = 5;

/** What a party does: enters by any way that there is, and notes itself in and out. */
async function work(
  lock: threading.Lock,
  semaphore: threading.Semaphore,
  cells: threading.Event,
): Promise<{ entries: number; clashes: number }> {
  const at = cells.handle.block + 46;
  const { words } = cells.member.arena;
  const until = performance.now() + 700;
  const seen = { entries: 0, clashes: 0 };
  const inside = (pause: boolean): Promise<void> | void => {
    if (words[at] !== 0) seen.clashes++;
    words[at] = lock.member.id;
    const leave = (): void => {
      if (words[at] !== lock.member.id) seen.clashes++;
      words[at] = 0;
      seen.entries++;
    };
    if (!pause) return leave();
    return new Promise<void>((resolve) => setImmediate(resolve)).then(leave);
  };
  const chain = async (): Promise<void> => {
    while (performance.now() < until) {
      const way = Math.floor(Math.random() * 5);
      if (way === 0) {
        lock.acquireSync();
        void inside(false);
        lock.release();
      } else if (way === 1) {
        if (!lock.acquireSync({ timeoutMs: Math.random() })) continue;
        void inside(false);
        lock.release();
      } else if (way === 2) {
        await lock.run(() => inside(true));
      } else if (way === 3) {
        const signal = AbortSignal.timeout(1);
        await lock.run(() => inside(true), { signal }).catch(() => {});
      } else {
        if (!(await semaphore.acquire({ timeoutMs: 2 }))) continue;
        await new Promise((resolve) => setImmediate(resolve));
        semaphore.release();
      }
    }
  };
  // A thread that blocks for what another of its chains has would wait for itself.
  await chain();
  return seen;
}

function mix(backend: Backend): void {
  test(
    `${backend.name} locks stand a mix of waits, aborts and kills`,
    { timeout: 120_000 },
    async () => {
      const { Lock, Semaphore, Event } = backend.sync;
      const [lock, semaphore, cells] = [new Lock(), new Semaphore(2), new Event()];
      const { words } = cells.member.arena;
      const at = cells.handle.block + 46;
      let entries = 0;
      let parties = Array.from({ length: PARTIES }, () => backend.party());
      for (let round = 0; round < ROUNDS; round++) {
        const working = parties.map((party) => party.do([lock, semaphore, cells], work));
        const killed = parties[round % PARTIES]!;
        const victim = setTimeout(() => void killed.kill(), 300);
        const results = await Promise.allSettled(working);
        clearTimeout(victim);
        for (const result of results) {
          if (result.status === "rejected") assert.ok(result.reason instanceof PartyDied);
          else {
            // The one that was killed inside is found there by the next, once.
            assert.ok(result.value.clashes <= 1, `${result.value.clashes} clashes`);
            entries += result.value.entries;
          }
        }
        assert.equal(await lock.acquire({ timeoutMs: 10_000 }), true);
        words[at] = 0;
        lock.release();
        parties = parties.filter((party) => party !== killed);
        parties.push(backend.party());
      }
      assert.ok(entries > ROUNDS * 100, `${entries} entries`);
      const guards = [await semaphore.hold({ timeoutMs: 5_000 }), await semaphore.hold()];
      for (const guard of guards) guard.release();
      assert.equal(semaphore.value, 2);
      await Promise.all(parties.map((party) => party.end()));
    },
  );
}

mix(threads);
mix(processes);
