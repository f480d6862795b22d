import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipe, wait, waitSync } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { inProcess } from "./party.js";
import { pipeContract } from "./pipe-contract.js";

const limit = { timeout: 60_000 };

await expectNoLeftovers({ warmUp: () => Pipe()[0].poll({ timeoutMs: 1 }) });

pipeContract("processes", Pipe, inProcess);

test("wait answers the connections that are ready, in the order given", limit, async () => {
  const [one, first] = Pipe();
  const [two, second] = Pipe();
  assert.deepEqual(await wait([first, second], { timeoutMs: 5 }), []);
  assert.deepEqual(waitSync([first, second], { timeoutMs: 5 }), []);
  const waiting = wait([first, second]);
  two.sendSync(1);
  assert.deepEqual(await waiting, [second]);
  one.sendSync(1);
  assert.deepEqual(waitSync([first, second]), [first, second]);
  first.recvSync();
  second.recvSync();
  two.close();
  assert.deepEqual(await wait([first, second]), [second]);
  assert.deepEqual(await wait([]), []);
  const stop = new AbortController();
  const aborted = wait([first], { signal: stop.signal });
  stop.abort(new Error("stop"));
  await assert.rejects(aborted, /stop/);
  await assert.rejects(wait([3 as never]), TypeError);
  for (const alone of [first, null] as never[])
    await assert.rejects(wait(alone), /wait\(\) takes an iterable/);
});

test("a blocking wait is woken by any of several other processes", limit, async () => {
  const ends = [Pipe(), Pipe(), Pipe()];
  const parties = ends.map(([, there]) => inProcess("sit", there));
  const left = new Set(ends.map(([here]) => here));
  while (left.size > 0) {
    for (const ready of waitSync([...left])) {
      assert.equal(ready.recvSync(), "here");
      left.delete(ready);
    }
  }
  for (const [, there] of ends) there.close();
  const heres = ends.map(([here]) => here);
  await parties[1]!.kill();
  assert.deepEqual(waitSync(heres), [heres[1]]);
  for (const party of parties) await party.kill();
  for (const here of heres) here.close();
});
