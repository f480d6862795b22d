/** What every pipe does, between threads and between processes alike. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BrokenConnectionError,
  BufferTooShortError,
  ClosedError,
  EndOfStreamError,
  StateError,
  TimeoutError,
} from "manyhands/errors";
import type { Connection, PipeOptions } from "manyhands/multiprocessing";
import type { StartParty } from "./party.js";

type MakePipe = (options?: PipeOptions) => [Connection, Connection];
type Check = (name: string, body: () => unknown) => void;

const limit = { timeout: 30_000 };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

export function pipeContract(where: string, Pipe: MakePipe, startParty: StartParty): void {
  const check = (name: string, body: () => unknown): void =>
    void test(`${where}: ${name}`, limit, async () => void (await body()));
  describeObjects(check, Pipe);
  describeBytes(check, Pipe);
  describeEnds(check, Pipe);
  describeParties(check, Pipe, startParty);
}

function describeObjects(check: Check, Pipe: MakePipe): void {
  check("objects go both ways, in every form", async () => {
    const [here, there] = Pipe();
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
    const [here, there] = Pipe();
    assert.equal(there.pollSync(), false);
    assert.equal(await there.poll({ timeoutMs: 5 }), false);
    const polled = there.poll({ timeoutMs: Infinity });
    here.sendBytesSync(new Uint8Array(0));
    assert.equal(await polled, true);
    assert.equal(there.pollSync(), true);
    assert.equal(await there.poll(), true);
    assert.equal((await there.recvBytes()).length, 0);
    assert.equal(there.pollSync(), false);
  });

  check("a sender that is far ahead waits", async () => {
    const [here, there] = Pipe();
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

  check("a one-way pipe refuses the wrong direction", async () => {
    const [reader, writer] = Pipe({ duplex: false });
    assert.deepEqual([reader.readable, reader.writable], [true, false]);
    assert.deepEqual([writer.readable, writer.writable], [false, true]);
    await writer.send(1);
    assert.equal(reader.recvSync(), 1);
    assert.throws(() => reader.sendSync(1), StateError);
    await assert.rejects(writer.recv(), StateError);
    assert.throws(() => writer.pollSync(), StateError);
    assert.throws(() => Pipe({ duplex: 1 as never }), TypeError);
  });
}

function describeBytes(check: Check, Pipe: MakePipe): void {
  check("bytes keep the boundaries of their messages", async () => {
    const [here, there] = Pipe();
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
    const [here, there] = Pipe();
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
    const [here, there] = Pipe();
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

function describeEnds(check: Check, Pipe: MakePipe): void {
  check("the reader meets the end of the stream after all that was sent", async () => {
    const [here, there] = Pipe();
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
    const [here, there] = Pipe();
    const reading = there.recv();
    here.close();
    await assert.rejects(reading, EndOfStreamError);
    const [full, drain] = Pipe();
    const large = new Uint8Array(2 ** 21);
    const sending = Promise.allSettled([1, 2, 3, 4].map(() => full.send(large)));
    drain.close();
    const last = (await sending).at(-1)!;
    assert.ok(last.status === "rejected" && last.reason instanceof BrokenConnectionError);
  });

  check("a closed end refuses everything, and ends its own waits", async () => {
    const [here, there] = Pipe();
    const reading = here.recv();
    here.close();
    await assert.rejects(reading, ClosedError);
    assert.ok(here.closed);
    assert.throws(() => here.sendSync(1), ClosedError);
    await assert.rejects(here.poll(), ClosedError);
    assert.equal(here.readable || here.writable, false);
    assert.match(String(here), /closed/);
    there.close();
  });

  check("iteration goes on until the other end is closed", async () => {
    const [here, there] = Pipe();
    for (const item of [1, 2, 3]) here.sendSync(item);
    here.close();
    const seen: unknown[] = [];
    for await (const item of there) seen.push(item);
    assert.deepEqual(seen, [1, 2, 3]);
  });

  check("an end goes through a pipe, and lives while it is on its way", async () => {
    const [here, there] = Pipe();
    const [reader, writer] = Pipe({ duplex: false });
    here.sendSync({ writer });
    writer.close();
    const { writer: again } = there.recvSync() as { writer: Connection };
    again.sendSync("through");
    assert.equal(reader.recvSync(), "through");
    again.close();
    await assert.rejects(reader.recv(), EndOfStreamError);
    const [lost, kept] = Pipe();
    here.sendSync(lost);
    lost.close();
    here.close();
    there.close();
    await assert.rejects(kept.recv(), EndOfStreamError);
  });
}

function describeParties(check: Check, Pipe: MakePipe, startParty: StartParty): void {
  check("another party answers, blocking or in its event loop", async () => {
    for (const routine of ["echoSync", "echo"] as const) {
      const [here, there] = Pipe();
      const party = startParty(routine, there);
      for (let trip = 0; trip < 300; trip++) {
        await here.send({ trip });
        assert.deepEqual(trip % 2 === 0 ? await here.recv() : here.recvSync(), { trip });
      }
      here.close();
      there.close();
      await party.ended();
    }
  });

  check("the end of who had the other end is the end of the stream", async () => {
    for (const form of ["async", "blocking", "poll"]) {
      const [here, there] = Pipe();
      const party = startParty("fall", there);
      assert.equal(await here.recv(), "here");
      there.close();
      here.sendSync("fall");
      if (form === "poll") assert.equal(await here.poll({ timeoutMs: Infinity }), true);
      if (form === "blocking") assert.throws(() => here.recvSync(), EndOfStreamError);
      else await assert.rejects(here.recv(), EndOfStreamError);
      assert.throws(() => here.sendSync(1), BrokenConnectionError);
      await party.kill();
      here.close();
    }
  });
}
