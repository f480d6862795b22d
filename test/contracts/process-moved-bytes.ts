/** Every byte that a client sends to a socket that moves comes out in the child, once. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type ServerOpts, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type StartMethod, Process } from "manyhands/multiprocessing";
import { PicklingError } from "manyhands/errors";
import * as targets from "../workers/targets.js";
import type { Clause } from "./clause.js";

interface Ends {
  readonly client: Socket;
  readonly socket: Socket;
}

/** Two ends of a connection; the server's is handed over, so it needs no closing. */
async function withConnection(
  options: ServerOpts,
  use: (ends: Ends) => Promise<void>,
): Promise<void> {
  const server = createServer(options);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as { port: number }).port, "127.0.0.1");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  await once(client, "connect");
  const [socket] = await accepted;
  try {
    await use({ client, socket });
  } finally {
    client.destroy();
    socket.destroy();
    server.close();
    await once(server, "close");
  }
}

async function write(client: Socket, bytes: string): Promise<void> {
  await new Promise((resolve) => client.write(bytes, "latin1", resolve));
}

async function untilRead(socket: Socket, count: number): Promise<void> {
  while (socket.bytesRead < count) await nextTurn();
}

function reader(socket: Socket, startMethod: StartMethod): Process<[Socket], string> {
  return new Process({ target: targets.readToEnd, args: [socket], startMethod });
}

export const movedBytesClauses: readonly Clause[] = [
  {
    name: "hands over a socket whose bytes nobody has read yet",
    async run(startMethod) {
      await withConnection({ pauseOnConnect: true }, async ({ client, socket }) => {
        await write(client, "early ");
        const child = reader(socket, startMethod);
        await child.start();
        assert.equal(socket.bytesRead, 0);
        client.end("late");
        assert.equal(await child.result(), "early late");
        await child.join();
      });
    },
  },
  {
    name: "hands over a socket together with what it has read",
    async run(startMethod) {
      await withConnection({}, async ({ client, socket }) => {
        await write(client, "early ");
        await untilRead(socket, 6);
        const child = reader(socket, startMethod);
        const started = child.start();
        await write(client, "between ");
        await started;
        client.end("late");
        assert.equal(await child.result(), "early between late");
        assert.equal(socket.bytesRead, 6);
        await child.join();
      });
    },
  },
  {
    name: "hands over a socket that is just giving its listener the first bytes",
    async run(startMethod) {
      await withConnection({}, async ({ client, socket }) => {
        const heard: string[] = [];
        const child = reader(socket, startMethod);
        const started = new Promise<void>((resolve, reject) => {
          socket.on("data", (chunk) => {
            heard.push(chunk.toString());
            if (heard.length > 1) return;
            client.write("second");
            child.start().then(() => resolve(), reject);
          });
        });
        client.write("first");
        await started;
        client.end();
        assert.equal(await child.result(), "second");
        assert.deepEqual(heard, ["first"]);
        await child.join();
      });
    },
  },
  {
    name: "gives the listeners of a socket that leaves nothing that the child is given",
    async run(startMethod) {
      // A copy made by fork has the listeners too, and is made after they have heard it.
      if (startMethod === "fork") return;
      await withConnection({}, async ({ client, socket }) => {
        const heard: string[] = [];
        socket.on("data", (chunk) => heard.push(chunk.toString()));
        socket.pause();
        await write(client, "early ");
        await untilRead(socket, 6);
        socket.resume();
        const child = reader(socket, startMethod);
        await child.start();
        client.end("late");
        assert.equal(await child.result(), "early late");
        assert.deepEqual(heard, []);
        await child.join();
      });
    },
  },
  {
    name: "hands over the bytes of a character that has come in half",
    async run(startMethod) {
      await withConnection({}, async ({ client, socket }) => {
        socket.setEncoding("utf8");
        await write(client, "caf\xc3");
        await untilRead(socket, 4);
        const child = reader(socket, startMethod);
        await child.start();
        await write(client, "\xa9");
        client.end();
        assert.equal(await child.result(), "caf\xc3\xa9");
        await child.join();
      });
    },
  },
  {
    name: "hands over a connection that its client has ended, with the way back open",
    async run(startMethod) {
      for (const text of ["question", ""]) {
        const options = { pauseOnConnect: text === "", allowHalfOpen: true };
        await withConnection(options, async ({ client, socket }) => {
          client.end(text);
          await once(client, "finish");
          await untilRead(socket, text.length);
          for (let turn = 0; turn < 10; turn++) await nextTurn();
          const target = targets.answerAtEnd;
          const child = new Process({ target, args: [socket], startMethod });
          await child.start();
          let answer = "";
          client.on("data", (chunk) => (answer += chunk.toString()));
          await once(client, "close");
          assert.equal(answer, `${text} answered`);
          await child.join();
        });
      }
    },
  },
  {
    name: "loses and doubles no byte of a stream that runs while its socket moves",
    async run(startMethod) {
      const bytes = Array.from({ length: 400_000 }, (_, at) => String.fromCharCode(at % 251));
      await withConnection({}, async ({ client, socket }) => {
        client.end(bytes.join(""), "latin1");
        await untilRead(socket, 1);
        const child = reader(socket, startMethod);
        await child.start();
        const moved = await child.result();
        assert.equal(moved.length, bytes.length);
        assert.ok(moved === bytes.join(""));
        await child.join();
      });
    },
  },
  {
    name: "keeps a socket, with what it has read, when the child cannot be started",
    async run(startMethod) {
      // Nothing is coded under fork, so nothing is refused.
      if (startMethod === "fork") return;
      for (const pauseOnConnect of [false, true]) {
        await withConnection({ pauseOnConnect }, async ({ client, socket }) => {
          await write(client, "early ");
          if (!pauseOnConnect) await untilRead(socket, 6);
          const target = targets.readToEnd as (...args: unknown[]) => unknown;
          const refused = new Process({ target, args: [socket, new WeakMap()], startMethod });
          await assert.rejects(refused.start(), PicklingError);
          client.end("late");
          assert.equal(await targets.readToEnd(socket), "early late");
        });
      }
    },
  },
];
