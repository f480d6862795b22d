/** What every connection does, over a pipe or a socket. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BrokenConnectionError,
  BufferTooShortError,
  ClosedError,
  EndOfStreamError,
  TimeoutError,
} from "manyhands/errors";
import type { Connection } from "manyhands/multiprocessing";

type Pair = [Connection, Connection];
/** Makes two ends that are connected with each other. */
export type MakePair = () => Pair | Promise<Pair>;
export type Check = (name: string, body: () => unknown) => void;

const limit = { timeout: 60_000 };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Names its tests after what is connected. */
export const checkFor =
  (where: string): Check =>
  (name, body) =>
    void test(`${where}: ${name}`, limit, async () => void (await body()));

export function connectionContract(where: string, connect: MakePair): void {
  const check = checkFor(where);
  describeObjects(check, connect);
  describeBytes(check, connect);
  describeEnds(check, connect);
}

function describeObjects(check: Check, connect: MakePair): void {
  check("objects go both ways, in every form", async () => {
    const [here, there] = await connect();
    here.sendSync({ one: 1 });
    await here.send("two");
    assert.deepEqual(await there.recv(), { one: 1 });
    assert.deepEqual(there.tryRecv(), { value: "two" });
    assert.equal(there.tryRecv(), undefined);
    const waiting = here.recv();
    there.sendSync(new Uint8Array(200_000).fill(3));
    assert.equal(((await waiting) as Uint8Array)[199_999], 3);
    assert.throws(() => here.recvSync({ timeoutMs: 5 }), TimeoutError);
    await assert.rejects(here.recv({ timeoutMs: 5 }), TimeoutError);
    await assert.rejects(here.recv({ signal: AbortSignal.abort(new Error("no")) }), /no/);
  });

  check("poll tells whether there is something, empty messages included", async () => {
    const [here, there] = await connect();
    assert.equal(there.pollSync(), false);
    assert.equal(await there.poll({ timeoutMs: 5 }), false);
    const noTime = { timeoutMs: undefined as never };
    assert.equal(there.pollSync(noTime), false);
    assert.equal(await there.poll(noTime), false);
    const polled = there.poll({ timeoutMs: Infinity });
    here.sendBytesSync(new Uint8Array(0));
    assert.equal(await polled, true);
    assert.equal(there.pollSync(), true);
    assert.equal(await there.poll(), true);
    assert.equal((await there.recvBytes()).length, 0);
    assert.equal(there.pollSync(), false);
  });

  check("a sender that is far ahead waits", async () => {
    const [here, there] = await connect();
    const large = new Uint8Array(2 ** 20);
    let sent = 0;
    for (; ; sent++) {
      try {
        here.sendSync(large, { timeoutMs: 0 });
      } catch (error) {
        assert.ok(error instanceof TimeoutError);
        break;
      }
    }
    assert.ok(sent >= 1 && sent < 64);
    const waiting = here.send("last");
    while (sent-- > 0) there.recvSync();
    await waiting;
    assert.equal(await there.recv(), "last");
  });
}

function describeBytes(check: Check, connect: MakePair): void {
  check("bytes keep the boundaries of their messages", async () => {
    const [here, there] = await connect();
    here.sendBytesSync(Buffer.from("hello"));
    await here.sendBytes(Buffer.from("hello"), 1, 3);
    here.sendBytesSync(new Uint16Array([1, 2]).buffer);
    here.sendBytesSync(new Uint8Array(100_000).fill(7));
    assert.equal(text(await there.recvBytes()), "hello");
    assert.equal(text(there.recvBytesSync()), "ell");
    assert.equal(there.recvBytesSync().length, 4);
    assert.deepEqual(await there.recvBytes(), new Uint8Array(100_000).fill(7));
    for (const [offset, size] of [[-1], [6], [0, 6], [3, 3], [0, -1]]) {
      assert.throws(() => here.sendBytesSync(Buffer.from("hello"), offset, size), RangeError);
    }
    assert.throws(() => here.sendBytesSync("hello" as never), TypeError);
  });

  check("a buffer takes a message, or the error has it all", async () => {
    const [here, there] = await connect();
    const buffer = new Uint8Array(8);
    here.sendBytesSync(Buffer.from("abc"));
    assert.equal(await there.recvBytesInto(buffer, 2), 3);
    assert.equal(text(buffer.subarray(2, 5)), "abc");
    here.sendBytesSync(Buffer.from("too long for it"));
    assert.throws(
      () => there.recvBytesIntoSync(buffer),
      (error: BufferTooShortError) =>
        error instanceof BufferTooShortError && text(error.bytes) === "too long for it",
    );
    here.sendSync("next");
    assert.equal(there.recvSync(), "next");
  });

  check("a message over the limit ends the reading", async () => {
    const [here, there] = await connect();
    here.sendBytesSync(Buffer.from("abc"));
    here.sendSync(1);
    assert.throws(() => there.recvBytesSync({ maxLength: -1 }), RangeError);
    await assert.rejects(there.recvBytes({ maxLength: 2 }), BrokenConnectionError);
    assert.equal(there.readable, false);
    await assert.rejects(there.recv(), BrokenConnectionError);
    await there.send("still");
    assert.equal(here.recvSync(), "still");
  });
}

function describeEnds(check: Check, connect: MakePair): void {
  check("the reader meets the end of the stream after all that was sent", async () => {
    const [here, there] = await connect();
    here.sendSync(1);
    here.sendSync(new Uint8Array(9000));
    here.close();
    here.close();
    assert.equal(there.recvSync(), 1);
    assert.equal(((await there.recv()) as Uint8Array).length, 9000);
    assert.equal(there.pollSync(), true);
    assert.throws(() => there.recvSync(), EndOfStreamError);
    await assert.rejects(there.recv(), EndOfStreamError);
    assert.throws(() => there.tryRecv(), EndOfStreamError);
    assert.throws(() => there.sendSync(1), BrokenConnectionError);
    await assert.rejects(there.send(1), BrokenConnectionError);
  });

  check("a waiting reader and a waiting sender hear that the other end was closed", async () => {
    const [here, there] = await connect();
    const reading = there.recv();
    here.close();
    await assert.rejects(reading, EndOfStreamError);
    const [full, drain] = await connect();
    const large = new Uint8Array(2 ** 21);
    const sending = Promise.allSettled([1, 2, 3, 4].map(() => full.send(large)));
    drain.close();
    const last = (await sending).at(-1)!;
    assert.ok(last.status === "rejected" && last.reason instanceof BrokenConnectionError);
  });

  check("a closed end refuses everything, and ends its own waits", async () => {
    const [here, there] = await connect();
    const reading = here.recv();
    const polling = here.poll({ timeoutMs: Infinity });
    here.close();
    await assert.rejects(reading, ClosedError);
    await assert.rejects(polling, ClosedError);
    assert.ok(here.closed);
    assert.throws(() => here.sendSync(1), ClosedError);
    await assert.rejects(here.poll(), ClosedError);
    assert.equal(here.readable || here.writable, false);
    assert.match(String(here), /closed/);
    there.close();
  });

  check("iteration goes on until the other end is closed", async () => {
    const [here, there] = await connect();
    for (const item of [1, 2, 3]) here.sendSync(item);
    here.close();
    const seen: unknown[] = [];
    for await (const item of there) seen.push(item);
    assert.deepEqual(seen, [1, 2, 3]);
  });
}
