/** A TCP server with a process for each connection. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Process } from "manyhands/multiprocessing";

function serve(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("data", (line) => {
      socket.end(`you said ${line.toString()}`);
      resolve();
    });
  });
}

const server = createServer((socket) => {
  void new Process({ target: serve, args: [socket] }).start();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as { port: number };

for (const word of ["hello", "goodbye"]) {
  const client = connect(port, "127.0.0.1");
  client.write(word);
  const [answer] = (await once(client, "data")) as [Buffer];
  console.log(answer.toString());
  client.destroy();
}
server.close();
