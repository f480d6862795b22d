import { AuthenticationError } from "../../errors.ts";
import { Client, Listener, Pipe } from "../../multiprocessing/index.ts";
import { whyNoPlatform } from "../../platform/load.ts";
import type { Guide, Stop } from "./guide.ts";

const double = (n: number): number => n * 2;

export const channels: Stop = {
  title: "connections: messages both ways, within the family and beyond",
  text: `
A Pipe connects threads and processes of one family. A Listener takes connections of any program
that proves to have the same key; without a key nothing but plain data crosses.`,
  async run(guide) {
    if (whyNoPlatform() === null) pipe(guide);
    else guide.say("Processes share no memory here, so there are no pipes between them to show.");
    const authKey = Buffer.from("of the tour");
    const listener = await new Listener({ address: { port: 0 }, authKey }).ready;
    const connecting = Client(listener.address, { authKey });
    const served = await listener.accept();
    const connection = await connecting;
    await connection.send(double);
    const received = (await served.recv()) as typeof double;
    guide.equal("a function went through a socket", received(21), 42);
    const stranger = Client(listener.address, { authKey: Buffer.from("guessed") });
    const outcomes = await Promise.allSettled([stranger, listener.accept()]);
    const refused = outcomes.map(
      (one) => "reason" in one && one.reason instanceof AuthenticationError,
    );
    guide.equal("the wrong key is an error on both sides", refused, [true, true]);
    for (const one of [connection, served, listener]) one.close();
  },
};

function pipe(guide: Guide): void {
  const [here, there] = Pipe();
  here.sendSync({ question: 6 * 7 });
  guide.equal("an object came out of the other end", there.recvSync(), { question: 42 });
  here.close();
  guide.equal("the end of the stream can be received", there.pollSync(), true);
  there.close();
}
