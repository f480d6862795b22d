/** A pipe: messages keep their boundaries and their order, and the stream has an end. */
import { EndOfStreamError } from "manyhands/errors";
import { Pipe, wait } from "manyhands/multiprocessing";

const [parent, child] = Pipe();
child.sendSync({ hello: "from the child" });
console.log(parent.recvSync());
parent.sendBytesSync(Buffer.from("a few bytes"));
console.log(Buffer.from(await child.recvBytes()).toString());

const [other] = Pipe();
child.sendSync("ready");
const ready = await wait([other, parent]);
console.log(ready.length, ready[0] === parent, parent.recvSync());

child.close();
try {
  parent.recvSync();
} catch (error) {
  console.log(error instanceof EndOfStreamError);
}
