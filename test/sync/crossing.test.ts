import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import { PicklingError } from "manyhands/errors";
import * as multiprocessing from "manyhands/multiprocessing";
import * as threading from "manyhands/threading";
import { createDecoder, createEncoder } from "#internal/carry/index.js";
import { isForgotten } from "#internal/core/blocks.js";

type Destination = "thread" | "process" | "foreign";

function cross<T>(value: T, destination: Destination): T {
  const bytes = createEncoder({ destination }).encode(value);
  return createDecoder({ destination }).decode(bytes) as T;
}

const make = ({
  Lock,
  RLock,
  Semaphore,
  BoundedSemaphore,
  Condition,
  Event,
  Barrier,
}: typeof threading) => [
  new Lock(),
  new RLock(),
  new Semaphore(3),
  new BoundedSemaphore(2),
  new Condition(),
  new Condition(new Lock()),
  new Event(),
  new Barrier(2, { action: () => {} }),
];

test("primitives that come back are themselves, wherever in a message they were", () => {
  for (const object of make(threading)) {
    assert.equal(cross({ deep: [object] }, "thread").deep[0], object);
  }
  for (const object of make(multiprocessing as unknown as typeof threading)) {
    assert.equal(cross(object, "thread"), object);
    assert.equal(cross(new Map([["it", object]]), "process").get("it"), object);
  }
});

test("a message that was read no longer keeps what it carried", () => {
  const lock = new multiprocessing.Lock();
  const { member, handle } = lock;
  cross([lock, lock], "process");
  assert.equal(isForgotten(member.arena, handle.block), false);
  member.letGo(handle);
  // Its memory was free from then on; a lock that takes it proves it.
  const next = new multiprocessing.Lock();
  assert.equal(next.handle.block, handle.block);
  member.retain(handle);
});

test("primitives of threads are refused on the way to a process, by path and with advice", () => {
  for (const object of make(threading)) {
    assert.throws(
      () => cross({ config: { it: object } }, "process"),
      (error: unknown) => {
        assert.ok(error instanceof PicklingError);
        assert.match(error.path, /config.*it/);
        assert.match(error.message, new RegExp(`multiprocessing\\.${object.constructor.name}`));
        return true;
      },
    );
  }
});

test("nothing shared goes to strangers", () => {
  assert.throws(() => cross(new multiprocessing.Lock(), "foreign"), PicklingError);
});

test("a guard does not cross, and says so", async () => {
  const lock = new threading.Lock();
  using held = await lock.hold();
  using ofTask = await new asyncio.Lock().hold();
  const refused = { name: "PicklingError", message: /a Guard does not cross; release it/ };
  assert.throws(() => cross(held, "thread"), refused);
  assert.throws(() => cross({ held }, "process"), refused);
  assert.throws(() => cross(ofTask, "thread"), {
    name: "PicklingError",
    message: /a Guard of manyhands\/asyncio does not cross/,
  });
});
