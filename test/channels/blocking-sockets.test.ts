/** Connections over sockets while threads block, between programs of different families. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  AuthenticationError,
  BrokenConnectionError,
  EndOfStreamError,
  TimeoutError,
} from "manyhands/errors";
import { type Address, Client, ClientSync, waitSync } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runSource } from "../support/run-program.js";
import { closeAll, pair } from "./socket-pair.js";

const limit = { timeout: 60_000 };
const authKey = Buffer.from("the key of these tests");
const linux = process.platform === "linux";
const skip = !linux && "blocking on sockets needs native calls";

await expectNoLeftovers({ warmUp: () => pair({ authKey }).then(closeAll) });

let folder = "";
before(() => (folder = mkdtempSync(join(packageRoot, "build", "program-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Listens, accepts and echoes, blocking in every step; tells its address first. */
const ECHO = `
  import { Listener } from "manyhands/multiprocessing";
  const authKey = Buffer.from("the key of these tests");
  const address = JSON.parse(process.argv[2]);
  const listener = await new Listener({ address, authKey, backlog: 1 }).ready;
  process.stdout.write(JSON.stringify(listener.address) + "\\n");
  for (;;) {
    let connection;
    try {
      connection = listener.acceptSync();
    } catch (error) {
      if (error.name === "AuthenticationError") continue;
      throw error;
    }
    try {
      for (;;) connection.sendSync(connection.recvSync());
    } catch (error) {
      if (error.name !== "EndOfStreamError") throw error;
    }
    connection.close();
  }
`;

async function startEcho(address: Address): Promise<{ child: ChildProcess; address: Address }> {
  const script = join(folder, "echo.mjs");
  writeFileSync(script, ECHO);
  const child = spawn(process.execPath, [script, JSON.stringify(address)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, address: JSON.parse(String(line)) as Address };
}

const PLACES: readonly Address[] = [
  { port: 0 },
  { host: "::1", port: 0 },
  join("/tmp", `manyhands-echo-${process.pid}`),
  `\0manyhands-echo-${process.pid}`,
];

for (const place of PLACES) {
  const name = typeof place === "string" ? place.replace("\0", "@") : (place.host ?? "127.0.0.1");
  test(`${name}: both sides block, and one dies`, { ...limit, skip }, async () => {
    const { child, address } = await startEcho(place);
    const connection = ClientSync(address, { authKey });
    for (let trip = 0; trip < 200; trip++) {
      connection.sendSync({ trip });
      assert.deepEqual(connection.recvSync(), { trip });
    }
    assert.throws(() => connection.recvSync({ timeoutMs: 10 }), TimeoutError);
    assert.equal(connection.pollSync(), false);
    const large = new Uint8Array(32 * 2 ** 20).fill(5);
    connection.sendSync(large);
    assert.equal(connection.pollSync({ timeoutMs: Infinity }), true);
    assert.deepEqual(connection.recvSync(), large);
    connection.close();
    // The next one of the same listener; this one sees it die.
    const another = ClientSync(address, { authKey });
    another.sendSync("here");
    assert.equal(another.recvSync(), "here");
    child.kill("SIGKILL");
    assert.throws(() => another.recvSync(), EndOfStreamError);
    assert.throws(() => another.sendSync("gone"), BrokenConnectionError);
    another.close();
    await once(child, "exit");
    if (typeof address === "string" && !address.startsWith("\0")) rmSync(address);
  });
}

test("keys are compared and those who say nothing wait alone", { ...limit, skip }, async () => {
  const { child, address } = await startEcho({ port: 0 });
  const { port } = address as { port: number };
  // They are greeted by a thread that blocks in acceptSync, together with those who follow.
  const silent = connect(port, "127.0.0.1");
  await once(silent, "connect");
  assert.throws(() => ClientSync(address, { authKey: Buffer.alloc(3) }), AuthenticationError);
  assert.throws(() => ClientSync(address), AuthenticationError);
  const connection = ClientSync(address, { authKey });
  connection.sendSync("in");
  assert.equal(connection.recvSync(), "in");
  connection.close();
  silent.destroy();
  child.kill("SIGKILL");
  await once(child, "exit");
});

test(
  "what was sent before goes on its way while the thread blocks",
  { ...limit, skip },
  async () => {
    const { child, address } = await startEcho({ port: 0 });
    const connection = await Client(address, { authKey });
    const large = new Uint8Array(8 * 2 ** 20).fill(3);
    // It does not fit into the kernel's buffers, so the event loop is at work on it.
    const sending = connection.send(large);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(connection.recvSync(), large);
    await sending;
    for (const value of [1, 2, 3]) {
      void connection.send(value);
      connection.sendSync(value * 10);
    }
    const came = Array.from({ length: 6 }, () => connection.recvSync());
    assert.deepEqual(came, [1, 10, 2, 20, 3, 30]);
    connection.close();
    child.kill("SIGKILL");
    await once(child, "exit");
  },
);

test("a blocking wait takes sockets", { ...limit, skip }, async () => {
  const { child, address } = await startEcho({ port: 0 });
  const first = ClientSync(address, { authKey });
  const [here, there] = await pair({});
  assert.deepEqual(waitSync([first, there], { timeoutMs: 5 }), []);
  first.sendSync("ready");
  assert.deepEqual(waitSync([first, there]), [first]);
  assert.equal(first.recvSync(), "ready");
  here.sendSync("now");
  assert.deepEqual(waitSync([first, there]), [there]);
  child.kill("SIGKILL");
  assert.equal(there.recvSync(), "now");
  assert.deepEqual(waitSync([there, first]), [first]);
  first.close();
  closeAll();
  await once(child, "exit");
});

test("names cannot be asked for while blocking", { ...limit, skip }, () => {
  assert.throws(() => ClientSync({ host: "name.invalid", port: 1 }), RangeError);
  assert.throws(() => ClientSync({ port: 1 }), BrokenConnectionError);
  assert.throws(() => ClientSync("/nowhere/at/all"), BrokenConnectionError);
});

test("without native calls the forms that block say so", limit, async () => {
  const { stdout, stderr, code } = await runSource(
    `
      import { Client, ClientSync, Listener } from "manyhands/multiprocessing";
      const authKey = Buffer.from("k");
      const listener = await new Listener({ authKey }).ready;
      const connecting = Client(listener.address, { authKey });
      const accepted = await listener.accept();
      const connection = await connecting;
      const large = new Uint8Array(5e6).fill(9);
      await Promise.all([1, 2, large].map((value) => accepted.send(value)));
      const came = [await connection.recv(), await connection.recv()];
      console.log(...came, (await connection.recv())[4999999], connection.tryRecv());
      for (const attempt of [
        () => connection.recvSync(),
        () => connection.sendSync(1),
        () => ClientSync(listener.address, { authKey }),
        () => listener.acceptSync(),
      ]) {
        try {
          attempt();
        } catch (error) {
          console.log(error.name);
        }
      }
      accepted.close();
      try {
        await connection.recv();
      } catch (error) {
        console.log(error.name);
      }
      listener.close();
      connection.close();
    `,
    { env: { MANYHANDS_PLATFORM: "none" } },
  );
  assert.equal(stderr, "");
  assert.equal(code, 0);
  const unsupported = "UnsupportedPlatformError\n".repeat(4);
  assert.equal(stdout, `1 2 9 undefined\n${unsupported}EndOfStreamError\n`);
});

test("those who find the kernel's queue full knock again", { ...limit, skip }, async () => {
  const { child, address } = await startEcho(join("/tmp", `manyhands-full-${process.pid}`));
  child.kill("SIGSTOP");
  // Each leaves at once: they are served one after the other.
  const clients = Array.from({ length: 8 }, async () => {
    (await Client(address, { authKey })).close();
  });
  // With room for one, the others are told at once that there is none.
  await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGCONT");
  await Promise.all(clients);
  child.kill("SIGKILL");
  await once(child, "exit");
  rmSync(address as string);
});
