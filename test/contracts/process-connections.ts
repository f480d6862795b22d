/** Sockets and servers as arguments of processes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { EndOfStreamError } from "manyhands/errors";
import { Pipe, Process } from "manyhands/multiprocessing";
import * as targets from "../workers/targets.js";
import type { Clause } from "./clause.js";

export const connectionClauses: readonly Clause[] = [
  {
    name: "takes over an accepted socket",
    async run(startMethod) {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      const client = connect(port, "127.0.0.1");
      const [socket] = (await once(server, "connection")) as [Socket];
      const child = new Process({ target: targets.serveOne, args: [socket], startMethod });
      await child.start();
      client.write("hello");
      let answer = "";
      client.on("data", (chunk) => (answer += chunk.toString()));
      await once(client, "close");
      assert.equal(answer, `${child.pid} hello`);
      await child.join();
      assert.equal(socket.destroyed, true);
      server.close();
      await once(server, "close");
    },
  },
  {
    name: "accepts on a listening server",
    async run(startMethod) {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      const child = new Process({
        target: targets.acceptOne,
        args: [{ server }],
        startMethod,
      });
      await child.start();
      server.close();
      const client = connect(port, "127.0.0.1");
      let answer = "";
      client.on("data", (chunk) => (answer += chunk.toString()));
      await once(client, "close");
      assert.equal(answer, `accepted by ${child.pid}`);
      await child.join();
    },
  },
  {
    name: "keeps an end of a pipe that its parent closes right after the start",
    async run(startMethod) {
      const [mine, theirs] = Pipe();
      const child = new Process({ target: targets.sendPid, args: [theirs], startMethod });
      await child.start();
      theirs.close();
      assert.equal(await mine.recv(), child.pid);
      await assert.rejects(mine.recv(), EndOfStreamError);
      mine.close();
      await child.join();
    },
  },
  {
    name: "can be killed before it has begun",
    async run(startMethod) {
      const child = new Process({ target: targets.wait, args: [60_000], startMethod });
      const start = child.start();
      child.kill();
      await start;
      assert.equal(await child.join(), true);
      assert.equal(child.exitCode, -9);
    },
  },
];
