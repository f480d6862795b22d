/**
 * Ten thousand children of one fork server, each doing something else; every exit code is right.
 */
import assert from "node:assert/strict";
import { createHash, scrypt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Process } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const COUNT = Number(process.env["MANYHANDS_SOAK_COUNT"] ?? 10_000);
const AT_ONCE = 4;
const KINDS = 6;

declare const WebAssembly: {
  instantiate(module: Uint8Array): Promise<{ instance: { exports: object } }>;
};

/** A WebAssembly module whose function `f` adds one. */
const ADD_ONE = "0061736d0100000001060160017f017f03020100070501016600000a09010700200041016a0b";

async function work(kind: number, code: number): Promise<void> {
  if (kind === 0) {
    let kept: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      kept = Array.from({ length: 50_000 }, (_, index) => ({ index, text: `x${index}` }));
    }
    assert.equal(kept.length, 50_000);
  } else if (kind === 1) {
    await promisify(scrypt)("password", "salt", 32);
  } else if (kind === 2) {
    assert.ok(((await promisify(gzip)(Buffer.alloc(200_000))) as Buffer).length > 0);
  } else if (kind === 3) {
    const server = createServer((socket) => socket.end("served")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as { port: number }).port, "127.0.0.1").resume();
    await once(client, "close");
    server.close();
  } else if (kind === 4) {
    const { instance } = await WebAssembly.instantiate(Buffer.from(ADD_ONE, "hex"));
    const { f } = instance.exports as { f: (value: number) => number };
    let value = 0;
    for (let index = 0; index < 100_000; index++) value = f(value);
    assert.equal(value, 100_000);
  } else {
    for (let index = 0; index < 2_000; index++) createHash("sha256").update(`${index}`).digest();
  }
  process.exitCode = code;
}

test("every exit code is right", { timeout: 880_000 }, async () => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < COUNT) {
      const index = next++;
      const code = index % 100;
      const args: [number, number] = [index % KINDS, code];
      const child = new Process({ target: work, args, startMethod: "forkserver" });
      await child.start();
      assert.equal(await child.join({ timeoutMs: 60_000 }), true, `child ${index} hangs`);
      assert.equal(child.exitCode, code, `child ${index}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
});
