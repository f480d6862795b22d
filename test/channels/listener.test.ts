/** Listening, connecting, and proving who one is. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  AlreadyExistsError,
  AuthenticationError,
  BrokenConnectionError,
  ClosedError,
  EndOfStreamError,
  NotFoundError,
  StateError,
  TimeoutError,
} from "manyhands/errors";
import { Client, type Connection, Listener, wait } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { closeAll, pair } from "./socket-pair.js";

const limit = { timeout: 60_000 };
const authKey = Buffer.from("the key of these tests");
const linux = process.platform === "linux";

await expectNoLeftovers({ warmUp: () => pair({ authKey }).then(closeAll) });

let folder = "";
before(() => (folder = mkdtempSync(join(tmpdir(), "listener-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

test("wrong arguments are refused at the call", limit, async () => {
  for (const options of [
    "/x",
    5,
    null,
    Buffer.from("key"),
    { address: 5 },
    { address: {} },
    { address: { port: "1" } },
    { authKey: "text" },
    { backlog: "1" },
    { family: 4 },
  ]) {
    assert.throws(() => new Listener(options as never), TypeError);
  }
  for (const options of [
    { address: "" },
    { address: "a".repeat(200) },
    { address: { port: 70_000 } },
    { address: { port: 1 }, family: "AF_UNIX" },
    { backlog: 0 },
    { family: "AF_X25" },
    ...(process.platform === "win32" ? [] : [{ family: "AF_PIPE" }]),
    { maxMessageBytes: 0 },
    { greetingTimeoutMs: -1 },
  ]) {
    assert.throws(() => new Listener(options as never), RangeError);
  }
  await assert.rejects(Client({ port: 0 }), RangeError);
  await assert.rejects(Client("/x", { authKey: "text" as never }), TypeError);
  for (const options of [null, "key", Buffer.from("key")]) {
    await assert.rejects(Client("/x", options as never), { message: /take options/ });
  }
  await assert.rejects(Client("/x", { timeoutMs: -1 }), RangeError);
  await assert.rejects(Client(7 as never), TypeError);
});

test("an address that is taken, and one that nobody listens at", limit, async () => {
  using tcp = await new Listener({ address: { port: 0 } }).ready;
  await assert.rejects(new Listener({ address: tcp.address }).ready, AlreadyExistsError);
  await assert.rejects(new Listener({ address: tcp.address }).accept(), AlreadyExistsError);
  using unix = await new Listener({ address: join(folder, "taken") }).ready;
  await assert.rejects(new Listener({ address: unix.address }).ready, AlreadyExistsError);
  assert.ok(existsSync(unix.address as string));
  const { address } = tcp;
  tcp.close();
  await assert.rejects(Client(address), BrokenConnectionError);
  // It can be had again at once.
  using again = await new Listener({ address }).ready;
  assert.deepEqual(again.address, address);
  await assert.rejects(Client(join(folder, "nobody")), BrokenConnectionError);
  assert.throws(() => new Listener({ address: join(folder, "none", "x") }), NotFoundError);
  writeFileSync(join(folder, "file"), "mine");
  await assert.rejects(new Listener({ address: join(folder, "file") }).ready, AlreadyExistsError);
  assert.ok(lstatSync(join(folder, "file")).isFile());
});

test("a socket's file is for its owner alone and goes at close", limit, async () => {
  const path = join(folder, "own");
  for (const options of [{ address: path }, {}]) {
    const listener = await new Listener(options).ready;
    const { address } = listener;
    assert.equal(typeof address, "string");
    assert.equal(lstatSync(address as string).mode & 0o777, 0o600);
    listener.close();
    listener.close();
    assert.equal(existsSync(address as string), false);
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith(".")),
    [],
  );
});

test("what killed programs left is replaced, or swept", limit, async () => {
  const address = join(folder, "stale");
  const listen = (options: object): Promise<unknown> =>
    runSource(`
      import { Listener } from "manyhands/multiprocessing";
      const listener = await new Listener(${JSON.stringify(options)}).ready;
      console.log(listener.address);
      process.kill(process.pid, "SIGKILL");
    `);
  await listen({ address });
  assert.ok(existsSync(address));
  using listener = await new Listener({ address }).ready;
  const client = Client(address);
  (await listener.accept()).close();
  (await client).close();
});

test("a program that ends takes its socket away", limit, async () => {
  const { stdout } = await runSource(`
    import { Listener } from "manyhands/multiprocessing";
    const listener = await new Listener().ready;
    console.log(listener.address);
    // Nobody waits in accept, so nothing keeps it alive.
  `);
  assert.ok(stdout.length > 5);
  assert.equal(existsSync(stdout.trim()), false);
});

test(
  "accept ends by time, abort and close; an idle listener is told by its state",
  limit,
  async () => {
    const listener = new Listener({ address: { port: 0 } });
    assert.match(String(listener), /starting/);
    assert.throws(() => listener.address, StateError);
    await assert.rejects(listener.accept({ timeoutMs: 5 }), TimeoutError);
    await listener.ready;
    assert.match(String(listener), /listening/);
    assert.equal(listener.tryAccept(), undefined);
    const stop = new AbortController();
    const aborted = listener.accept({ signal: stop.signal });
    stop.abort(new Error("stop"));
    await assert.rejects(aborted, /stop/);
    const waiting = listener.accept();
    listener.close();
    await assert.rejects(waiting, ClosedError);
    await assert.rejects(listener.accept(), ClosedError);
    assert.match(String(listener), /closed/);
  },
);

test("iteration goes on past those who do not pass, until it is closed", limit, async () => {
  const listener = await new Listener({ authKey }).ready;
  const clients: Promise<Connection>[] = [];
  await assert.rejects(Client(listener.address), AuthenticationError);
  clients.push(Client(listener.address, { authKey }), Client(listener.address, { authKey }));
  let seen = 0;
  for await (const connection of listener) {
    connection.close();
    if (++seen === 2) listener.close();
  }
  for (const client of await Promise.all(clients)) client.close();
});

test("a client gives up when nobody answers", limit, async () => {
  const mute = createServer((socket) => void socket.resume());
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  const address = mute.address() as { port: number };
  await assert.rejects(Client({ port: address.port }, { timeoutMs: 20 }), TimeoutError);
  const stop = new AbortController();
  const aborted = Client({ port: address.port }, { signal: stop.signal });
  stop.abort(new Error("stop"));
  await assert.rejects(aborted, /stop/);
  mute.close();
});

test("wait takes sockets and tells which are ready", limit, async () => {
  const [one, first] = await pair({});
  const [two, second] = await pair({ address: { port: 0 } });
  assert.deepEqual(await wait([first, second], { timeoutMs: 5 }), []);
  const waiting = wait([first, second]);
  await two.send(1);
  assert.deepEqual(await waiting, [second]);
  one.close();
  assert.deepEqual(await wait([first]), [first]);
  closeAll();
});

test(
  "abstract names leave no file",
  { ...limit, skip: !linux && "abstract sockets are Linux's" },
  async () => {
    const address = `\0manyhands-test-${process.pid}`;
    using listener = await new Listener({ address, authKey }).ready;
    const client = Client(address, { authKey });
    using accepted = await listener.accept();
    using connected = await client;
    await accepted.send("abstract");
    assert.equal(await connected.recv(), "abstract");
  },
);

for (const ending of ["connection.close();", ""]) {
  const name = ending === "" ? "lets its program end" : "closes";
  test(`what was sent arrives when the sender ${name} right afterwards`, limit, async () => {
    using listener = await new Listener({ authKey }).ready;
    const address = JSON.stringify(listener.address);
    const program = runSource(`
      import { Client } from "manyhands/multiprocessing";
      const connection = await Client(${address}, { authKey: Buffer.from("${String(authKey)}") });
      await connection.send(new Uint8Array(20e6).fill(6));
      await connection.send("last");
      ${ending}
    `);
    using accepted = await listener.accept();
    const large = (await accepted.recv()) as Uint8Array;
    assert.deepEqual([large.length, large.at(-1), await accepted.recv()], [20e6, 6, "last"]);
    await assert.rejects(accepted.recv(), EndOfStreamError);
    assert.equal((await program).code, 0);
  });
}
