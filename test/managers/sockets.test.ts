import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AuthenticationError, BrokenConnectionError } from "manyhands/errors";
import { releaseProxy, SyncManager } from "manyhands/multiprocessing";
import { untilBlocked } from "../support/until-blocked.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
const program = fileURLToPath(new URL("walk-program.js", import.meta.url));
const authKey = Buffer.from("a key of ours");

let server: SyncManager;
let address: { host: string; port: number };
before(async () => {
  server = await new SyncManager({ address: { host: "127.0.0.1", port: 0 }, authKey }).start();
  address = server.address as typeof address;
});
after(() => server.shutdown());

const connected = (): Promise<SyncManager> => new SyncManager({ address, authKey }).connect();

interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  /** All that it printed, when it has ended. */
  ended(): Promise<{ output: string; code: number | null }>;
}

function start(...args: string[]): Running {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout! });
  let output = "";
  lines.on("line", (line) => (output += `${line}\n`));
  const exit = once(child, "close");
  return {
    child,
    lines,
    async ended() {
      const [code] = (await exit) as [number | null];
      return { output, code };
    },
  };
}

test("the walk through two hosts: a server, and three clients", LIMIT, async () => {
  for (const host of ["127.0.0.1", "127.0.0.2"]) {
    const building = start("serves", host, "0", "key");
    const [line] = (await once(building.lines, "line")) as [string];
    const { port } = JSON.parse(line) as { port: number };
    const where = [host, String(port)];

    const stranger = await start("works", ...where, "another key", "Eve").ended();
    assert.deepEqual(stranger, { output: "AuthenticationError\n", code: 3 });

    class Office extends SyncManager {
      declare queue: () => ReturnType<SyncManager["Queue"]>;
    }
    Office.register("queue");
    await using here = await new Office({ address: { host, port }, authKey: "key" }).connect();
    const holder = start("holds", ...where, "key", "Ada");
    assert.equal(await (await here.queue()).get(), "Ada has the lock");

    const worker = start("works", ...where, "key", "Ben");
    holder.child.kill("SIGKILL");
    assert.deepEqual(await worker.ended(), {
      output: "[ 'Ben, after one who is gone', 'Ben, blocking' ]\n",
      code: 0,
    });
    await holder.ended();

    building.child.kill("SIGTERM");
    const { output, code } = await building.ended();
    assert.match(output, /stopped with 0 objects\n$/);
    assert.equal(code, 0);
    await assert.rejects((await here.queue().catch(() => null))?.get() ?? here.list(), {
      name: "BrokenConnectionError",
    });
  }
});

test("proxies over sockets do what they do in the family", LIMIT, async () => {
  await using manager = await connected();
  const list = await manager.list([1] as unknown[]);
  assert.match(String(list), /^Proxy of list \d+ at 127\.0\.0\.1:\d+$/);
  const pushes = [list.push(2), list.push(3)];
  assert.equal(list.pushSync(4), 4);
  await Promise.all(pushes);
  const dict = await manager.dict({ list });
  assert.equal(await dict.get("list"), list);
  assert.deepEqual(await list.map((item) => (item as number) * 2), [2, 4, 6, 8]);
  await assert.rejects(list.get(9), RangeError);
  const queue = await manager.Queue<string>();
  const waiting = queue.get();
  await queue.put("x");
  assert.equal(await waiting, "x");
  const large = new Uint8Array(3_000_000).fill(7);
  await list.push(large);
  assert.deepEqual(await list.at(-1), large);
});

test("proxies that a client drops free their objects", LIMIT, async () => {
  await using manager = await connected();
  const before = await manager.objectCount();
  const list = await manager.list();
  const outer = await manager.list();
  await outer.push(list);
  for (let times = 0; times < 5; times++) assert.equal(await outer.at(0), list);
  assert.equal(await manager.objectCount(), before + 2);
  releaseProxy(list);
  releaseProxy(outer);
  await untilBlocked(() => manager.objectCountSync() <= before);
});

test("a wrong key, and none, are told so, and the server goes on", LIMIT, async () => {
  const wrong = new SyncManager({ address, authKey: Buffer.from("another") });
  await assert.rejects(wrong.connect(), AuthenticationError);
  const mine = new SyncManager({ address });
  await assert.rejects(mine.connect(), AuthenticationError);
  await using manager = await connected();
  assert.equal(await (await manager.list([1])).length(), 1);
});

test("where nobody listens is a broken connection", LIMIT, async () => {
  const nowhere = new SyncManager({ address: { host: "127.0.0.1", port: 1 }, authKey });
  await assert.rejects(nowhere.connect(), BrokenConnectionError);
});

/** Opens a bare socket, writes, and waits until the server hangs up. */
async function intrude(bytes: Uint8Array): Promise<void> {
  const socket = connect(address.port, address.host);
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.resume();
  socket.write(bytes);
  await once(socket, "close");
}

test("garbage and announced gigabytes end the connection and cost nothing", LIMIT, async () => {
  await using manager = await connected();
  const list = await manager.list([1]);
  const announced = Buffer.alloc(64);
  announced.writeUInt32LE(2 ** 31, 0);
  await intrude(Buffer.from("GET / HTTP/1.1\r\nHost: me\r\n\r\n".repeat(20)));
  await intrude(Buffer.alloc(4096, 0xff));
  await intrude(announced);
  assert.equal(await list.length(), 1);
});

test(
  "a message of two gigabytes that an authenticated client announces ends it",
  LIMIT,
  async () => {
    await using manager = await connected();
    const list = await manager.list();
    await using other = await connected();
    await assert.rejects(other.list([new Uint8Array(300 * 2 ** 20)]), BrokenConnectionError);
    assert.equal(await list.length(), 0);
  },
);

test("a half-open connection holds up nobody", LIMIT, async () => {
  const silent: Socket[] = Array.from({ length: 20 }, () => connect(address.port, address.host));
  await Promise.all(silent.map((socket) => once(socket, "connect")));
  await using manager = await connected();
  assert.equal(await (await manager.list([1, 2])).length(), 2);
  for (const socket of silent) socket.destroy();
});

test("200 clients at once are served", LIMIT, async () => {
  const shared = await server.list<number>();
  const { Client } = await import("manyhands/multiprocessing");
  const connections = await Promise.all(
    Array.from({ length: 200 }, () => Client(address, { authKey })),
  );
  // What a client says first, in the words of the protocol: who it is, and then what it wants.
  await Promise.all(
    connections.map(async (connection, number) => {
      await connection.send([0, 0, "hello", 0, `client ${number}`, "test"]);
      await connection.recv();
      await connection.send([1, 0, "create", 0, "list", [[number]]]);
      await connection.recv().catch(() => {});
    }),
  );
  assert.equal(await shared.length(), 0);
  for (const connection of connections) connection.close();
  await untilBlocked(() => server.objectCountSync() < 100);
});
