/** What threads do in the tests of `multiprocessing/dummy`. */
import { once } from "node:events";
import { connect } from "node:net";
import * as dummy from "manyhands/multiprocessing/dummy";

export const add = (a: number, b: number): number => a + b;

export function fail(): never {
  throw new RangeError("it went wrong");
}

export const leave = (code: number): never => process.exit(code);

/** Waits at a gate, as long as it is shut. */
export async function wait(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "close");
}

/** An echo on a connection, until the other side closes it. */
export async function serve(connection: dummy.Connection): Promise<number> {
  let served = 0;
  for await (const message of connection) {
    await connection.send(message);
    served++;
  }
  return served;
}

export const whoAmI = (): [string, boolean] => {
  const self = dummy.currentProcess();
  return [self.name, self instanceof dummy.Process];
};

export class Greeter extends dummy.Process {
  greeting: string;
  constructor(greeting: string) {
    super({ name: "greeter" });
    this.greeting = greeting;
  }
  override run(): string {
    return `${this.greeting} from ${dummy.currentProcess().name}`;
  }
}

export async function addUp(
  total: dummy.Value<"i">,
  lock: dummy.Lock,
  barrier: dummy.Barrier,
  queue: dummy.JoinableQueue<string>,
): Promise<void> {
  await barrier.wait();
  for (let round = 0; round < 50; round++) {
    await lock.run(() => {
      total.value += 1;
    });
  }
  await queue.put("done");
}
