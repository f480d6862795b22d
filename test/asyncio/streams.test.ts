import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createTask,
  Event,
  openConnection,
  run,
  sleep,
  startServer,
  StreamReader,
  waitFor,
  type Streams,
} from "manyhands/asyncio";
import {
  BrokenConnectionError,
  CancelledError,
  ClosedError,
  EndOfStreamError,
  IncompleteReadError,
  LimitOverrunError,
  StateError,
  TimeoutError,
} from "manyhands/errors";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };
const feed = (text: string, options?: { limit?: number }): StreamReader => {
  const reader = new StreamReader(options);
  reader.feedData(Buffer.from(text));
  return reader;
};

/** Runs `body` with a connection to a server that answers with `serve`. */
const connected = (
  serve: (streams: Streams) => Promise<void>,
  body: (streams: Streams) => Promise<void>,
): Promise<void> =>
  run(async () => {
    await using server = await startServer(serve, 0, "127.0.0.1");
    const streams = await openConnection(server.port, "127.0.0.1");
    await body(streams);
    streams.writer.close();
    await streams.writer.waitClosed();
  });

test("lines come without their newline, null at the end", limit, async () => {
  const reader = feed("one\n\nlast");
  reader.feedEof();
  assert.equal(String(await reader.readLine()), "one");
  assert.equal(String(await reader.readLine()), "");
  assert.equal(String(await reader.readLine()), "last");
  assert.equal(await reader.readLine(), null);
  assert.equal(reader.atEof, true);
  const lines: string[] = [];
  const again = feed("a\nb\n");
  again.feedEof();
  for await (const line of again) lines.push(String(line));
  assert.deepEqual(lines, ["a", "b"]);
});

test("read gives what there is, or everything up to the end", limit, async () => {
  const reader = feed("abcdef");
  assert.equal((await reader.read(0)).length, 0);
  assert.equal(String(await reader.read(4)), "abcd");
  assert.equal(String(await reader.read(100)), "ef");
  const rest = createTask(() => reader.read());
  reader.feedData(Buffer.from("gh"));
  await sleep(0);
  reader.feedData(Buffer.from("ij"));
  reader.feedEof();
  assert.equal(String(await rest), "ghij");
  assert.equal((await reader.read(1)).length, 0);
  await assert.rejects(reader.read(-2), RangeError);
});

test("readExactly waits for all of it, and tells what there was at the end", limit, async () => {
  const reader = feed("abc");
  const five = createTask(() => reader.readExactly(5));
  await sleep(0);
  reader.feedData(Buffer.from("defg"));
  assert.equal(String(await five), "abcde");
  reader.feedEof();
  await assert.rejects(reader.readExactly(3), (error: unknown) => {
    assert.ok(error instanceof IncompleteReadError && error instanceof EndOfStreamError);
    assert.equal(String(error.partial), "fg");
    assert.equal(error.expected, 3);
    return true;
  });
  for (const n of [-1, 1.5, Number.NaN]) await assert.rejects(reader.readExactly(n), RangeError);
  await assert.rejects(reader.read(1.5), RangeError);
});

test("readUntil takes one separator or several, within the limit", limit, async () => {
  const reader = feed("key=value;rest", { limit: 12 });
  assert.equal(String(await reader.readUntil("=")), "key=");
  assert.equal(String(await reader.readUntil(["!", ";"])), "value;");
  reader.feedEof();
  await assert.rejects(reader.readUntil(";"), IncompleteReadError);
  const long = feed("0123456789", { limit: 4 });
  await assert.rejects(long.readUntil(";"), LimitOverrunError);
  assert.equal(String(await long.read(10)), "0123456789");
  await assert.rejects(feed("").readUntil(""), RangeError);
  assert.throws(() => new StreamReader({ limit: 0 }), RangeError);
});

test("readLine drops a line beyond the limit, and goes on", limit, async () => {
  const reader = feed("much too long a line\nok\nmuch too long without", { limit: 8 });
  await assert.rejects(reader.readLine(), { name: "LimitOverrunError", consumed: 21 });
  assert.equal(String(await reader.readLine()), "ok");
  await assert.rejects(reader.readLine(), { name: "LimitOverrunError", consumed: 21 });
  reader.feedData(Buffer.from(" end\n"));
  assert.equal(String(await reader.readLine()), " end");
});

test("a cancelled read loses nothing, two at once are refused", limit, async () => {
  const reader = feed("ab");
  const read = createTask(() => reader.readExactly(4));
  await sleep(0);
  await assert.rejects(reader.read(1), StateError);
  read.cancel();
  await assert.rejects(read, CancelledError);
  reader.feedData(Buffer.from("cd"));
  assert.equal(String(await reader.readExactly(4)), "abcd");
});

test("client and server talk over a socket", limit, async () => {
  const echo = async ({ reader, writer }: Streams): Promise<void> => {
    for await (const line of reader) {
      writer.write(`${String(line).toUpperCase()}\n`);
      await writer.drain();
    }
  };
  await connected(echo, async ({ reader, writer }) => {
    writer.writeLines(["one\n", "two\n"]);
    assert.equal(String(await reader.readLine()), "ONE");
    assert.equal(String(await reader.readLine()), "TWO");
    writer.writeEof();
    assert.equal(await reader.readLine(), null);
  });
});

test("drain waits while the other side does not read", limit, async () => {
  const size = 8 << 20;
  let total = 0;
  const gate = new Event();
  const slow = async ({ reader }: Streams): Promise<void> => {
    await gate.wait();
    for (let part = await reader.read(65_536); part.length > 0; part = await reader.read(65_536))
      total += part.length;
  };
  await connected(slow, async ({ reader, writer }) => {
    writer.write(Buffer.alloc(size));
    await assert.rejects(
      waitFor(() => writer.drain(), 5),
      TimeoutError,
    );
    gate.set();
    await writer.drain();
    writer.writeEof();
    assert.equal(await reader.readLine(), null);
  });
  assert.equal(total, size);
});

test("a lost connection fails reads and drains", limit, async () => {
  const rude = async ({ reader, writer }: Streams): Promise<void> => {
    await reader.readLine();
    (writer.getExtraInfo("socket") as import("node:net").Socket).resetAndDestroy();
  };
  await connected(rude, async ({ reader, writer }) => {
    writer.write("go\n");
    await assert.rejects(reader.readExactly(1), BrokenConnectionError);
    await assert.rejects(writer.drain(), BrokenConnectionError);
  });
});

test(
  "nobody listening is a BrokenConnectionError, writing after close a ClosedError",
  limit,
  async () => {
    const server = await startServer(() => {}, 0, "127.0.0.1");
    const { port } = server;
    const { writer } = await openConnection(port, "127.0.0.1");
    writer.close();
    assert.throws(() => writer.write("late"), ClosedError);
    await writer.waitClosed();
    server.close();
    await server.waitClosed();
    await assert.rejects(openConnection(port, "127.0.0.1"), BrokenConnectionError);
  },
);

test("what is no wait, port, host or option is refused at the call", limit, async () => {
  const reader = feed("");
  for (const wait of [null, 5] as never[]) {
    await assert.rejects(reader.read(1, wait), TypeError);
    await assert.rejects(reader.readLine(wait), TypeError);
    await assert.rejects(reader.readExactly(1, wait), TypeError);
    await assert.rejects(reader.readUntil("x", wait), TypeError);
  }
  for (const port of [null, {}, true] as never[]) {
    await assert.rejects(openConnection(port), /port must be a number, or the path/);
    await assert.rejects(
      startServer(() => {}, port),
      /port must be a number, or the path/,
    );
  }
  // Python's order, and a port as it comes from the environment.
  for (const [port, host] of [["127.0.0.1", 8_888], ["localhost", "80"], ["8888"]] as never[][]) {
    const refused = { name: "TypeError", message: /a port is a number, and comes first/ };
    await assert.rejects(openConnection(port!, host), refused);
    await assert.rejects(
      startServer(() => {}, port!, host),
      refused,
    );
  }
  for (const host of [null, 5] as never[]) {
    await assert.rejects(openConnection(1, host), /host must be a name or an address/);
    await assert.rejects(
      startServer(() => {}, 0, host),
      /host must be a name or an address/,
    );
  }
  for (const options of [null, 5] as never[]) {
    await assert.rejects(openConnection(1, "127.0.0.1", options), TypeError);
    await assert.rejects(
      startServer(() => {}, 0, "127.0.0.1", options),
      TypeError,
    );
  }
});

test("a bad limit is refused before anything is connected or listened on", limit, async () => {
  let connections = 0;
  const server = await startServer(() => void connections++, 0);
  const { port } = server;
  await assert.rejects(openConnection(port, "localhost", { limit: -1 }), RangeError);
  await assert.rejects(openConnection(port, "localhost", { limit: "1" as never }), TypeError);
  await assert.rejects(
    startServer(() => {}, 0, undefined, { limit: 0 }),
    RangeError,
  );
  server.close();
  await server.waitClosed();
  assert.equal(connections, 0);
});
