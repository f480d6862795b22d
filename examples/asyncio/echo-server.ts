// A server and a client in one program.
import { openConnection, run, startServer, type Streams } from "manyhands/asyncio";

async function shout({ reader, writer }: Streams): Promise<void> {
  for await (const line of reader) {
    writer.write(`${String(line).toUpperCase()}!\n`);
    await writer.drain();
  }
}

await run(async () => {
  await using server = await startServer(shout, 0, "127.0.0.1");
  const { reader, writer } = await openConnection(server.port, "127.0.0.1");
  writer.write("hello\nworld\n");
  console.log(String(await reader.readLine()));
  console.log(String(await reader.readLine()));
  writer.close();
  await writer.waitClosed();
});
