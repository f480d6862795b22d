/** What the search for deadlocks promises. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DeadlockError } from "manyhands/errors";
import type * as threading from "manyhands/threading";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

type Lock = threading.Lock;

const limit = { timeout: 60_000 };

async function deadlockOf(work: Promise<unknown>): Promise<DeadlockError> {
  let found: unknown;
  await work.catch((error: unknown) => (found = error));
  assert.ok(found instanceof DeadlockError, String(found));
  return found;
}

export function deadlockContract({ name, sync, party }: Backend): void {
  const { Lock, RLock, detectDeadlocks, holdAll } = sync;
  before(() => detectDeadlocks());
  after(() => detectDeadlocks(false));

  test(`a ${name} Lock that its own thread or flow holds is refused`, limit, async () => {
    const lock = new Lock({ name: "selfish" });
    lock.acquireSync();
    assert.throws(
      () => lock.acquireSync(),
      (error: unknown) => {
        assert.ok(error instanceof DeadlockError);
        assert.equal(error.cycle.length, 1);
        assert.equal(error.cycle[0]!.lock, "selfish");
        assert.match(error.message, /deadlock\.js/);
        return true;
      },
    );
    assert.equal(lock.tryAcquire(), false);
    assert.equal(lock.waiting, 0);
    lock.release();
    await lock.run(async () => {
      await deadlockOf(lock.acquire());
    });
    assert.equal(lock.locked, false);
  });

  test(`two flows of one thread that take two ${name} Locks crosswise`, limit, async () => {
    const [a, b] = [new Lock({ name: "a" }), new RLock({ name: "b" })];
    const inside: (() => void)[] = [];
    const both = new Promise<void>((resolve) => inside.push(resolve));
    let entered = 0;
    const take = (first: Lock, second: Lock) =>
      first.run(async () => {
        if (++entered === 2) inside[0]!();
        await both;
        return second.run(() => "got both");
      });
    const results = await Promise.allSettled([take(a, b), take(b, a)]);
    const refused = results.filter((result) => result.status === "rejected");
    assert.equal(refused.length, 1);
    const error = refused[0]!.reason as DeadlockError;
    assert.ok(error instanceof DeadlockError);
    assert.deepEqual(
      error.cycle.map(({ lock }) => lock).sort((x, y) => x.localeCompare(y)),
      ["a", "b"],
    );
    assert.match(error.cycle[0]!.heldBy, /Main(Thread|Process) .* in flow \d+/);
    // The place in the program comes first.
    const places = error.message.match(/taken\n +at .*\bdeadlock\.js:/g);
    assert.equal(places?.length, 2, error.message);
    assert.deepEqual(
      results.find((result) => result.status === "fulfilled"),
      { status: "fulfilled", value: "got both" },
    );
  });

  for (const form of ["blocking", "waiting"] as const) {
    test(`a ring of three ${form} parties with ${name} Locks is refused once`, limit, async () => {
      const locks = ["x", "y", "z"].map((name) => new Lock({ name }));
      const parties = [party(), party(), party()];
      const gate = new sync.Barrier(3);
      const body =
        form === "blocking"
          ? (first: Lock, second: Lock, gate: threading.Barrier) => {
              first.acquireSync();
              gate.waitSync();
              try {
                second.acquireSync();
                second.release();
                return "done";
              } catch (error) {
                return (error as DeadlockError).message;
              } finally {
                first.release();
              }
            }
          : (first: Lock, second: Lock, gate: threading.Barrier) =>
              first.run(async () => {
                await gate.wait();
                return second.run(() => "done").catch((error: Error) => error.message);
              });
      const results = await Promise.all(
        parties.map((party, index) =>
          party.do([locks[index]!, locks[(index + 1) % 3]!, gate], body as never),
        ),
      );
      const refused = results.filter((result) => result !== "done") as string[];
      assert.equal(refused.length, 1, String(results));
      assert.match(refused[0]!, /"x"[^]*"y"[^]*"z"|"y"[^]*"z"[^]*"x"|"z"[^]*"x"[^]*"y"/);
      // Each party that waited told where it had taken what it held.
      assert.equal(refused[0]!.match(/taken\n/g)?.length, 3, refused[0]);
      for (const lock of locks) assert.equal(lock.locked, false);
      await Promise.all(parties.map((party) => party.end()));
    });
  }

  test(`waiting for a ${name} Lock that somebody will release is allowed`, limit, async () => {
    const [a, b] = [new Lock(), new Lock()];
    const other = party();
    await other.do([b], (b: Lock) => b.acquireSync());
    const mine = a.run(() => b.run(() => "fine"));
    await untilBlocked(b);
    await other.do([b], (b: Lock) => b.release());
    assert.equal(await mine, "fine");
    // Bare code could be anybody's.
    await a.acquire();
    const bare = a.acquire({ timeoutMs: 20 });
    assert.equal(await bare, false);
    a.release();
    await other.end();
  });

  test(`two ${name} Locks that are taken in both orders cause one warning`, limit, async () => {
    const [a, b, c] = ["first", "second", "third"].map((name) => new Lock({ name }));
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const together = (one: Lock, two: Lock): void => {
      using _one = one.holdSync();
      using _two = two.holdSync();
    };
    const other = party();
    await other.do([a!, b!], (a: Lock, b: Lock) => {
      a.acquireSync();
      b.acquireSync();
      b.release();
      a.release();
    });
    together(b!, c!);
    together(a!, c!);
    (await holdAll([c!, b!, a!])).release();
    await new Promise(setImmediate);
    assert.equal(warnings.length, 0);
    together(c!, a!);
    together(c!, a!);
    await b!.run(() => a!.run(() => 1));
    await new Promise(setImmediate);
    process.off("warning", listen);
    assert.deepEqual(
      warnings.map(({ name }) => name),
      ["LockOrderWarning", "LockOrderWarning"],
    );
    assert.match(warnings[0]!.message, /"first" is taken here while "third" is held/);
    await other.end();
  });
}
