/** Connections over sockets: what they share with pipes, and what may cross them. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PicklingError } from "manyhands/errors";
import { Lock, Pipe } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { connectionContract } from "./connection-contract.js";
import { closeAll, pair } from "./socket-pair.js";

const limit = { timeout: 60_000 };
const key = Buffer.from("the key of these tests");

after(closeAll);
await expectNoLeftovers({ warmUp: () => Pipe()[0].poll({ timeoutMs: 1 }) });

connectionContract("TCP", () => pair({ address: { port: 0 }, authKey: key }));
connectionContract("a Unix socket", () => pair({}));

test("with a key functions and classes cross, without one plain data only", limit, async () => {
  class Point {
    x: number;
    constructor(x: number) {
      this.x = x;
    }
    double(): number {
      return this.x * 2;
    }
  }
  const factor = 3;
  const [here, there] = await pair({ authKey: key });
  await here.send((n: number) => n * factor);
  assert.equal(((await there.recv()) as (n: number) => number)(5), 15);
  await here.send(new Point(4));
  assert.equal(((await there.recv()) as Point).double(), 8);
  await assert.rejects(here.send(new Lock()), PicklingError);
  await assert.rejects(here.send({ end: Pipe()[0] }), PicklingError);
  await assert.rejects(here.send([here]), PicklingError);

  const [plain, other] = await pair({});
  const data = {
    list: [1, 2n, null],
    map: new Map([["a", new Date(7)]]),
    bytes: new Uint8Array(3),
  };
  await plain.send(data);
  assert.deepEqual(await other.recv(), data);
  await assert.rejects(
    plain.send(() => 1),
    PicklingError,
  );
  await assert.rejects(plain.send(new Point(1)), PicklingError);
  await assert.rejects(plain.send(new Lock()), PicklingError);
});

test("what a peer without a key sends as code is not decoded", limit, async () => {
  // Both ends have a key here, but the reader looks at the bytes as one without would.
  const [sender, keyed] = await pair({ authKey: key });
  const [feeder, reader] = await pair({});
  await sender.send(() => assert.fail("this must not run"));
  await feeder.sendBytes(await keyed.recvBytes());
  await assert.rejects(reader.recv(), { name: "UnpicklingError" });
});
