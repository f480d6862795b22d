/** Who passes the greeting of a listener, who does not, and what one may announce. */
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { test } from "node:test";
import { AuthenticationError, BrokenConnectionError, TimeoutError } from "manyhands/errors";
import { Client, type HostAddress, Listener } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { closeAll, pair } from "./socket-pair.js";

const limit = { timeout: 60_000 };
const authKey = Buffer.from("the key of these tests");

await expectNoLeftovers({ warmUp: () => pair({ authKey }).then(closeAll) });

const portOf = (listener: Listener): number => (listener.address as HostAddress).port;

/** Connects without a greeting. */
async function knock(listener: Listener): Promise<Socket> {
  const socket = connect(portOf(listener), "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

test("the wrong key is an error on both sides, and the listener goes on", limit, async () => {
  using listener = await new Listener({ address: { port: 0 }, authKey }).ready;
  const { address } = listener;
  for (const options of [{ authKey: Buffer.from("another") }, { authKey: Buffer.alloc(0) }, {}]) {
    const client = Client(address, options);
    await Promise.all([
      assert.rejects(client, AuthenticationError),
      assert.rejects(listener.accept(), AuthenticationError),
    ]);
  }
  const client = Client(address, { authKey });
  using accepted = await listener.accept();
  using connected = await client;
  await connected.send("in");
  assert.equal(await accepted.recv(), "in");
  assert.match(listener.lastAccepted!, /^127\.0\.0\.1:\d+$/);
});

test("a client with a key is not served by a listener without one", limit, async () => {
  using listener = await new Listener().ready;
  const client = Client(listener.address, { authKey });
  await Promise.all([
    assert.rejects(client, AuthenticationError),
    assert.rejects(listener.accept(), AuthenticationError),
  ]);
});

test("an empty key authenticates too", limit, async () => {
  const [here, there] = await pair({ authKey: new Uint8Array(0) });
  await here.send(1);
  assert.equal(await there.recv(), 1);
  closeAll();
});

test("one who says nothing is dropped, and holds up nobody", limit, async () => {
  const options = { address: { port: 0 }, authKey, greetingTimeoutMs: 3_000 };
  using listener = await new Listener(options).ready;
  const silent = await knock(listener);
  const dropped = once(silent.resume(), "close");
  const client = Client(listener.address, { authKey });
  using accepted = await listener.accept();
  (await client).close();
  assert.equal(silent.destroyed, false);
  await dropped;
  // It was not worth an error.
  await assert.rejects(listener.accept({ timeoutMs: 1 }), TimeoutError);
  assert.equal(accepted.closed, false);
});

test("one who said all in time is let in, though nobody listened then", limit, async () => {
  using listener = await new Listener({ address: { port: 0 }, greetingTimeoutMs: 20 }).ready;
  const said = new Int32Array(new SharedArrayBuffer(4));
  const speaker = await new Thread({
    target: async (port: number, word: Int32Array) => {
      const net = await import("node:net");
      const hello = Buffer.alloc(48);
      hello.write("MHC\u0001");
      hello.writeDoubleLE(1e6, 8);
      const socket = net.connect(port, "127.0.0.1");
      socket.write(hello, () => {
        Atomics.store(word, 0, 1);
        Atomics.notify(word, 0);
      });
      await new Promise((resolve) => socket.once("close", resolve).resume());
    },
    args: [portOf(listener), said],
  }).start();
  // Told when somebody was taken in, whose time has begun then.
  const busy = (): void => {
    Atomics.wait(said, 0, 0);
    const end = performance.now() + 40;
    while (performance.now() < end);
  };
  subscribe("net.server.socket", busy);
  const accepted = await listener.accept({ timeoutMs: 30_000 });
  unsubscribe("net.server.socket", busy);
  accepted.close();
  assert.equal(await speaker.join(), true);
});

test("one who leaves early is forgotten; one who speaks otherwise is refused", limit, async () => {
  using listener = await new Listener({ address: { port: 0 }, authKey }).ready;
  const early = await knock(listener);
  early.destroy();
  const browser = await knock(listener);
  browser.write("GET / HTTP/1.1\r\n\r\n");
  const closed = once(browser.resume(), "close");
  await assert.rejects(listener.accept(), AuthenticationError);
  await closed;
  const client = Client(listener.address, { authKey });
  (await listener.accept()).close();
  (await client).close();
});

test("a proof that is sent back to its maker is none", limit, async () => {
  // A listener that says whatever the client says.
  const mirror = createServer((socket) => void socket.pipe(socket).on("error", () => {}));
  mirror.listen(0, "127.0.0.1");
  await once(mirror, "listening");
  const { port } = mirror.address() as { port: number };
  await assert.rejects(Client({ port }, { authKey }), AuthenticationError);
  mirror.close();
});

test("a proof that was overheard is worth nothing later", limit, async () => {
  using listener = await new Listener({ address: { port: 0 }, authKey }).ready;
  const heard: Buffer[] = [];
  const relay = createServer((socket) => {
    const onwards = connect(portOf(listener), "127.0.0.1");
    socket
      .on("data", (bytes: Buffer) => heard.push(bytes))
      .pipe(onwards)
      .pipe(socket);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const { port } = relay.address() as { port: number };
  const client = Client({ port }, { authKey });
  (await listener.accept()).close();
  (await client).close();
  relay.close();
  const again = await knock(listener);
  again
    .on("error", () => {})
    .resume()
    .write(Buffer.concat(heard));
  await assert.rejects(listener.accept(), AuthenticationError);
  again.destroy();
});

test(
  "a message over the limit is refused by who sends it, before anything is sent",
  limit,
  async () => {
    using listener = await new Listener({ maxMessageBytes: 1000 }).ready;
    const connecting = Client(listener.address);
    using accepted = await listener.accept();
    using connection = await connecting;
    await assert.rejects(connection.sendBytes(new Uint8Array(1001)), BrokenConnectionError);
    await connection.sendBytes(new Uint8Array(1000));
    await connection.send("next");
    assert.equal((await accepted.recvBytes()).length, 1000);
    assert.equal(await accepted.recv(), "next");
  },
);

test("an announcement of 2 GB costs nothing", limit, async () => {
  for (const maxMessageBytes of [2 ** 20, 2 ** 32]) {
    const options = { address: { port: 0 }, maxMessageBytes };
    using listener = await new Listener(options).ready;
    const liar = await knock(listener);
    const hello = await listener.accept({ timeoutMs: 5 }).catch(() => "not greeted");
    assert.equal(hello, "not greeted");
    // What a client says: this is what any program that knows the protocol can send.
    const [greeting] = (await once(liar, "data")) as [Buffer];
    greeting[4] = 0;
    const head = Buffer.alloc(4);
    head.writeUInt32LE(2 ** 31, 0);
    liar.write(Buffer.concat([greeting, head, Buffer.alloc(100_000)]));
    using accepted = await listener.accept();
    const before = process.memoryUsage();
    if (maxMessageBytes < 2 ** 31) await assert.rejects(accepted.recv(), BrokenConnectionError);
    else await assert.rejects(accepted.recv({ timeoutMs: 100 }), TimeoutError);
    const { rss, arrayBuffers } = process.memoryUsage();
    assert.ok(arrayBuffers - before.arrayBuffers < 16 * 2 ** 20);
    assert.ok(rss - before.rss < 64 * 2 ** 20);
    liar.destroy();
  }
});
