/** What every event promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as threading from "manyhands/threading";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

type Event = threading.Event;

const limit = { timeout: 60_000 };

export function eventContract({ name, sync, party }: Backend): void {
  test(`a ${name} Event is waited for until it is set`, limit, async () => {
    const event = new sync.Event({ name: "ready" });
    assert.equal(event.isSet, false);
    assert.equal(await event.wait({ timeoutMs: 5 }), false);
    assert.equal(event.waitSync({ timeoutMs: 5 }), false);
    assert.equal(event.waitSync({ timeoutMs: 0 }), false);
    const waiting = event.wait();
    await untilBlocked(event);
    assert.equal(String(event), 'Event "ready" (not set, 1 waiting)');
    event.set();
    assert.equal(await waiting, true);
    assert.equal(event.isSet, true);
    assert.equal(await event.wait({ timeoutMs: 0 }), true);
    assert.equal(event.waitSync(), true);
    event.set();
    event.clear();
    event.clear();
    assert.equal(event.isSet, false);
  });

  test(`a ${name} Event that is set and cleared releases all who waited`, limit, async () => {
    const event = new sync.Event();
    const others = [party(), party()];
    const waits = [
      event.wait(),
      event.wait({ timeoutMs: 20_000 }),
      others[0]!.do([event], (event: Event) => event.waitSync()),
      others[1]!.do([event], (event: Event) => event.wait()),
    ];
    await untilBlocked(event, { waiters: 4 });
    event.set();
    event.clear();
    assert.deepEqual(await Promise.all(waits), [true, true, true, true]);
    assert.equal(event.isSet, false);
    assert.equal(event.waiting, 0);
    await Promise.all(others.map((party) => party.end()));
  });

  test(`a wait for a ${name} Event can be aborted and must be well formed`, limit, async () => {
    const event = new sync.Event();
    const controller = new AbortController();
    const waiting = event.wait({ signal: controller.signal });
    await untilBlocked(event);
    controller.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await assert.rejects(event.wait({ timeoutMs: -1 }), RangeError);
    assert.throws(() => event.waitSync({ timeoutMs: Number.NaN }), RangeError);
    assert.equal(event.waiting, 0);
  });

  test(
    `a ${name} Event outlives the party that set it, and forgets dead waiters`,
    limit,
    async () => {
      const event = new sync.Event();
      const [setter, waiter] = [party(), party()];
      const lost = assert.rejects(waiter.do([event], (event: Event) => event.waitSync()));
      await untilBlocked(event);
      await waiter.kill();
      await lost;
      const waiting = event.wait();
      await setter.do([event], (event: Event) => event.set());
      assert.equal(await waiting, true);
      await setter.kill();
      assert.equal(event.isSet, true);
      await untilBlocked(() => event.waiting === 0);
    },
  );
}
