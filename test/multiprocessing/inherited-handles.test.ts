/** Connections, servers and watches of a program, which a copy must leave to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

const AS_RUN = {
  execArgv: [...FORK_FLAGS, `--import=${FORK_PRELUDE}`],
  env: { MANYHANDS_START_METHOD: "fork" },
};

/** A copy that lives until `until` is set. */
const living = `
  import { Event } from "manyhands/multiprocessing";
  import { once } from "node:events";
  import net from "node:net";
  const until = new Event();
  const live = () => new Process({ target: () => until.wait() }).start();
`;

test("a port is free when the program leaves it, though a copy lives", LIMIT, async () => {
  const program = await runSource(
    `${programHead}${living}
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    const copy = await live();
    server.close();
    await once(server, "close");
    const next = net.createServer().listen(port, "127.0.0.1");
    await once(next, "listening");
    console.log("free");
    next.close();
    until.set();
    console.log(await copy.join());
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "free\ntrue\n", program.stderr);
});

test("a listener's path stays when a copy ends, or closes it", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { Client, Listener } from "manyhands/multiprocessing";
    const listener = await new Listener().ready;
    for (const target of [() => {}, () => listener.close()]) {
      const copy = await new Process({ target }).start();
      await copy.join();
      const connecting = Client(listener.address);
      const served = await listener.accept();
      const connection = await connecting;
      await connection.send(copy.exitCode);
      console.log(await served.recv());
      connection.close();
      served.close();
    }
    listener.close();
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "0\n0\n", program.stderr);
});

test("datagrams and changes of files are the program's alone", LIMIT, async () => {
  const program = await runSource(
    `${programHead}${living}
    import dgram from "node:dgram";
    import { mkdtempSync, rmSync, watch, writeFileSync, writeSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    const main = process.pid;
    const tell = (what) => { if (process.pid !== main) writeSync(1, what + " in a copy\\n"); };
    const folder = mkdtempSync(join(tmpdir(), "manyhands-watched-"));
    const watcher = watch(folder, () => tell("change"));
    const receiver = dgram.createSocket("udp4").bind(0, "127.0.0.1");
    await once(receiver, "listening");
    let count = 0;
    receiver.on("message", () => { count++; tell("datagram"); });
    const copy = await new Process({ target: async () => {
      await until.wait();
      // What there is to hear is heard in the next turns of its loop.
      for (let turn = 0; turn < 20; turn++) await sleep(1);
    } }).start();
    const sender = dgram.createSocket("udp4");
    for (let sent = 0; sent < 100; sent++) {
      writeFileSync(join(folder, "file"), String(sent));
      const arrived = once(receiver, "message");
      sender.send("x", receiver.address().port, "127.0.0.1");
      await arrived;
    }
    until.set();
    await copy.join();
    console.log(count, copy.exitCode);
    sender.close();
    receiver.close();
    watcher.close();
    rmSync(folder, { recursive: true });
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "100 0\n", program.stderr);
});

test("what waits to be written is written once, and the copy lives", LIMIT, async () => {
  const program = await runSource(
    `${programHead}${living}
    const data = Buffer.alloc(8 << 20);
    for (let at = 0; at < data.length; at += 4) data.writeUInt32LE(at, at);
    const server = net.createServer((socket) => socket.end(data)).listen(0, "127.0.0.1");
    await once(server, "listening");
    for (let round = 0; round < 3; round++) {
      const accepted = once(server, "connection");
      const client = net.connect(server.address().port, "127.0.0.1").pause();
      await accepted;
      const copy = await live();
      const got = [];
      for await (const chunk of client) got.push(chunk);
      until.set();
      await copy.join();
      until.clear();
      console.log(Buffer.concat(got).equals(data), copy.exitCode);
    }
    server.close();
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "true 0\n".repeat(3), program.stderr);
});

test("a copy asks over connections of its own where the program kept some", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import http from "node:http";
    import { once } from "node:events";
    const ports = new Set();
    const server = http.createServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("answer");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = "http://127.0.0.1:" + server.address().port;
    const agent = new http.Agent({ keepAlive: true });
    const get = () => new Promise((resolve, reject) => {
      const request = http.get(url, { agent }, (response) => {
        response.setEncoding("utf8").on("data", resolve);
      });
      request.on("error", reject);
    });
    const ask = async () => [await get(), await (await fetch(url)).text()];
    await ask();
    // Both connections lie idle by then.
    while (Object.keys(agent.freeSockets).length === 0) await sleep(1);
    const copy = await new Process({ target: async () => {
      const answers = await ask();
      agent.destroy();
      return answers;
    } }).start();
    console.log(await copy.result(), ports.size, await ask());
    copy.kill();
    await copy.join();
    agent.destroy();
    server.close();
    server.closeAllConnections();
    `,
    AS_RUN,
  );
  const answer = "[ 'answer', 'answer' ]";
  assert.equal(program.stdout, `${answer} 4 ${answer}\n`, program.stderr);
});

test(
  "a message on its way to another program arrives whole, and the copy lives",
  LIMIT,
  async () => {
    const program = await runSource(
      `${programHead}
    import { Client, Listener } from "manyhands/multiprocessing";
    const authKey = Buffer.from("k");
    const listener = await new Listener({ address: { port: 0 }, authKey }).ready;
    const connecting = Client(listener.address, { authKey });
    const served = await listener.accept();
    const connection = await connecting;
    const sending = connection.send(new Uint8Array(20e6).fill(3));
    const copy = await new Process({ target: () => connection.close() }).start();
    const got = await served.recv();
    await sending;
    await copy.join();
    await connection.send("next");
    console.log(got.length, got.every((byte) => byte === 3), await served.recv(), copy.exitCode);
    for (const one of [connection, served, listener]) one.close();
    `,
      AS_RUN,
    );
    assert.equal(program.stdout, "20000000 true next 0\n", program.stderr);
  },
);

test("a paused connection that a copy is handed flows to it", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { once } from "node:events";
    import net from "node:net";
    const serve = (socket) => new Promise((resolve) => {
      socket.on("data", (data) => socket.end(String(data).toUpperCase()));
      socket.on("close", () => resolve("served"));
    });
    for (const pauseOnConnect of [true, false]) {
      const server = net.createServer({ pauseOnConnect }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const client = net.connect(server.address().port, "127.0.0.1");
      const [socket] = await once(server, "connection");
      if (!pauseOnConnect) socket.pause();
      const copy = await new Process({ target: serve, args: [socket] }).start();
      client.write("hello");
      console.log(String((await once(client, "data"))[0]));
      client.end();
      console.log(await copy.result(), await copy.join());
      server.close();
    }
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "HELLO\nserved true\n".repeat(2), program.stderr);
});
