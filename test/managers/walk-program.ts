/**
 * The programs of the walk through two hosts: a server and its clients, each a process of its own
 * that has nothing to do with the others' families.
 */
import { managed, type Proxied, SyncManager } from "manyhands/multiprocessing";

class Ledger {
  readonly #entries: string[] = [];

  write(entry: string): number {
    return this.#entries.push(entry);
  }

  read(): string[] {
    return [...this.#entries];
  }
}

type Lock = Awaited<ReturnType<SyncManager["Lock"]>>;
type Queue = Awaited<ReturnType<SyncManager["Queue"]>>;

class Office extends SyncManager {
  declare ledger: () => Promise<Proxied<Ledger>>;
  declare lock: () => Promise<Lock>;
  declare queue: () => Promise<Queue>;
}

const [role, host, port, key = "", name = ""] = process.argv.slice(2);
const address = { host: host!, port: Number(port) };

async function serve(): Promise<void> {
  class Building extends Office {}
  const ledger = new Ledger();
  Building.register("ledger", () => ledger);
  const lock = new managed.Lock({ name: "office" });
  const queue = new managed.Queue<string>();
  Building.register("lock", () => lock);
  Building.register("queue", () => queue);
  const server = new Building({ address, authKey: key }).getServer();
  await server.listen();
  console.log(JSON.stringify(server.address));
  await server.serveForever();
  console.log(`stopped with ${server.objectCount} objects`);
}

async function work(office: Office): Promise<void> {
  const [ledger, lock, queue] = [await office.ledger(), await office.lock(), await office.queue()];
  if (role === "holds") {
    await lock.acquire();
    await queue.put(`${name} has the lock`);
    setInterval(() => {}, 1_000);
    return;
  }
  const guard = await lock.hold();
  await ledger.write(`${name}${guard.abandoned ? ", after one who is gone" : ""}`);
  ledger.writeSync(`${name}, blocking`);
  await guard.release();
  console.log(await ledger.read());
}

if (role === "serves") await serve();
else {
  for (const type of ["ledger", "lock", "queue"]) Office.register(type);
  try {
    await work(await new Office({ address, authKey: key }).connect());
  } catch (error) {
    console.log((error as Error).name);
    process.exitCode = 3;
  }
}
