/** A server for any program that knows the key: it computes what it is sent, code included. */
import { AuthenticationError } from "manyhands/errors";
import { Client, Listener, Process } from "manyhands/multiprocessing";

const authKey = Buffer.from("abracadabra");
const listener = await new Listener({ address: { port: 0 }, authKey }).ready;
const { address } = listener;

const customer = async (): Promise<string> => {
  const connection = await Client(address, { authKey });
  await connection.send({ compute: (a: number, b: number) => a ** b, args: [2, 10] });
  const answer = await connection.recv();
  connection.close();
  return `2 ** 10 is ${String(answer)}`;
};

const process = new Process({ target: customer });
await process.start();
const connection = await listener.accept();
for await (const order of connection) {
  const { compute, args } = order as { compute: (...args: number[]) => number; args: number[] };
  await connection.send(compute(...args));
}
console.log(await process.result());
await process.join();
connection.close();

const stranger = Client(address, { authKey: Buffer.from("open sesame") });
const outcomes = await Promise.allSettled([stranger, listener.accept()]);
console.log(
  outcomes.every((one) => one.status === "rejected" && one.reason instanceof AuthenticationError),
);
listener.close();
