// Two programs that share a list and a lock through a server: the first argument says which of them
// this is. Without one it plays all parts, each in a process of its own.
import { managed, SyncManager } from "manyhands/multiprocessing";
import { Popen, PIPE, run } from "manyhands/subprocess";
import { fileURLToPath } from "node:url";

class Office extends SyncManager {
  declare visitors: () => ReturnType<SyncManager["list"]>;
  declare door: () => ReturnType<SyncManager["Lock"]>;
}

const [role, port = "0", key = "open sesame"] = process.argv.slice(2);
const office = new Office({ address: { host: "127.0.0.1", port: Number(port) }, authKey: key });
// With the options that this program was started with, such as those of tsx.
const script = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];

if (role === "server") {
  const visitors = new managed.list();
  const door = new managed.Lock();
  Office.register("visitors", () => visitors);
  Office.register("door", () => door);
  const server = office.getServer();
  console.log(((await server.listen()) as { port: number }).port);
  await server.serveForever();
} else if (role === "client") {
  Office.register("visitors");
  Office.register("door");
  try {
    await using here = await office.connect();
    const visitors = await here.visitors();
    const door = await here.door();
    await door.run(async () => visitors.push(`visitor ${(await visitors.length()) + 1}`));
    console.log(await visitors.toArray());
  } catch (error) {
    console.log((error as Error).name);
  }
} else {
  const server = new Popen([...script, "server"], { stdout: PIPE, text: true });
  const [line] = (await server.stdout.take(1).toArray()) as [string];
  for (const secret of ["open sesame", "open barley", "open sesame"]) {
    await run([...script, "client", line.trim(), secret]);
  }
  server.terminate();
  console.log("the server ended with", await server.wait());
}
