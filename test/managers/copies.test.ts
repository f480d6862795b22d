/** Managers of other programs in copies that fork makes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

const serverAndClient = `${programHead}
  import { releaseProxy, SyncManager } from "manyhands/multiprocessing";
  setStartMethod("fork");
  const address = { port: 0 };
  const authKey = "a key of both";
  const serve = async (tell) => {
    const server = new SyncManager({ address, authKey }).getServer();
    tell.send(await server.listen());
    await server.serveForever();
  };
`;

const AS_RUN = { execArgv: [...FORK_FLAGS, `--import=${FORK_PRELUDE}`] };

test("a copy asks the server over a connection of its own", LIMIT, async () => {
  const program = await runSource(
    `${serverAndClient}
    import { Pipe } from "manyhands/multiprocessing";
    const [here, there] = Pipe();
    const server = new Process({ target: serve, args: [there], startMethod: "spawn" });
    await server.start();
    const manager = await new SyncManager({ address: await here.recv(), authKey }).connect();
    const [list, queue] = [await manager.list([1]), await manager.Queue()];
    list.pushSync(2);
    const waits = queue.get(); // an answer is on its way to the original while the copy is made
    const kept = await manager.list([6]);
    const copy = await new Process({ target: async () => {
      await list.push(3);
      const own = await manager.list([4]);
      const seen = [await list.toArray(), list.lengthSync(), await own.toArray()];
      releaseProxy(kept); // the original has it still
      return [...seen, await manager.objectCount() > 0];
    } }).start();
    console.log(JSON.stringify(await copy.result()), await copy.join());
    await queue.put("item");
    console.log(await waits, await list.toArray(), list.lengthSync(), await kept.toArray());
    manager.disconnect();
    server.terminate();
    await server.join();
    `,
    AS_RUN,
  );
  const told = "[[1,2,3],3,[4],true] true\nitem [ 1, 2, 3 ] 3 [ 6 ]\n";
  assert.equal(program.stdout, told, program.stderr);
});

test("what a copy uses lives on when the original lets go of it", LIMIT, async () => {
  const program = await runSource(
    `${serverAndClient}
    import { Event, Pipe } from "manyhands/multiprocessing";
    const [here, there] = Pipe();
    const server = new Process({ target: serve, args: [there], startMethod: "spawn" });
    await server.start();
    const manager = await new SyncManager({ address: await here.recv(), authKey }).connect();
    const list = await manager.list([5]);
    const [used, released] = [new Event(), new Event()];
    const copy = await new Process({ target: async () => {
      const before = await list.toArray();
      used.set();
      await released.wait();
      return [before, await list.toArray()];
    } }).start();
    await used.wait();
    releaseProxy(list);
    await manager.objectCount(); // told by now
    released.set();
    console.log(await copy.result(), await copy.join());
    manager.disconnect();
    server.terminate();
    await server.join();
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "[ [ 5 ], [ 5 ] ] true\n", program.stderr);
});
