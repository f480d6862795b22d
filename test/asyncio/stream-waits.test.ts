import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createTask, openConnection, sleep, startServer, StreamReader } from "manyhands/asyncio";
import { CancelledError, TimeoutError } from "manyhands/errors";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };
const isNo = (reason: unknown): boolean => reason === "no";

test("a read that runs out of time or is aborted loses nothing", limit, async () => {
  const reader = new StreamReader();
  reader.feedData(Buffer.from("half a li"));
  const { signal } = new AbortController();
  for (const timeoutMs of [0, 2]) {
    await assert.rejects(reader.readLine({ timeoutMs, signal }), TimeoutError);
    await assert.rejects(reader.readExactly(20, { timeoutMs, signal }), TimeoutError);
    await assert.rejects(reader.readUntil("x", { timeoutMs, signal }), TimeoutError);
    await assert.rejects(reader.read(-1, { timeoutMs, signal }), TimeoutError);
  }
  assert.equal(getEventListeners(signal, "abort").length, 0);
  const stop = new AbortController();
  const aborted = reader.readLine({ signal: stop.signal });
  stop.abort("enough");
  await assert.rejects(aborted, (reason) => reason === "enough");
  reader.feedData(Buffer.from("ne\n"));
  assert.equal(String(await reader.readLine({ timeoutMs: 0 })), "half a line");
});

test("a read refuses bad times", limit, async () => {
  const reader = new StreamReader();
  await assert.rejects(reader.read(5, { timeoutMs: -1 }), RangeError);
  await assert.rejects(reader.read(0, { timeoutMs: NaN }), RangeError);
  await assert.rejects(reader.readLine(5 as never), TypeError);
});

test("writers and servers are waited for as long as is allowed", limit, async () => {
  const server = await startServer(async ({ reader }) => void (await reader.read()), 0);
  const { writer } = await openConnection(server.port);
  await assert.rejects(writer.waitClosed({ timeoutMs: 2 }), TimeoutError);
  await assert.rejects(writer.waitClosed({ signal: AbortSignal.abort("no") }), isNo);
  writer.write(Buffer.alloc(8 * 2 ** 20));
  await assert.rejects(writer.drain({ timeoutMs: 0 }), TimeoutError);
  await assert.rejects(writer.drain({ timeoutMs: -1 }), RangeError);
  await writer.drain();
  server.close();
  await assert.rejects(server.waitClosed({ timeoutMs: 2 }), TimeoutError);
  writer.close();
  await writer.waitClosed();
  await server.waitClosed();
});

test("whoever stops waiting for the end of a writer disturbs no one", limit, async () => {
  const server = await startServer(async ({ reader }) => void (await reader.read()), 0);
  const { writer } = await openConnection(server.port);
  const first = createTask(() => writer.waitClosed());
  const second = createTask(() => writer.waitClosed());
  await sleep(1);
  second.cancel();
  await assert.rejects(second, CancelledError);
  writer.write(Buffer.alloc(8 * 2 ** 20));
  await writer.drain({ timeoutMs: 15_000 });
  writer.close();
  await first;
  server.close();
  await server.waitClosed();
});
