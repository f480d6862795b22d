/** A signal that aborts here aborts there, also where nobody returns to the event loop. */
import { Process, Queue } from "manyhands/multiprocessing";

class TooLate extends Error {}

function search(signal: AbortSignal, began: Queue<string>): string {
  began.putSync("searching");
  let tried = 0;
  do tried++;
  while (!signal.aborted);
  return `stopped after ${tried > 0 ? "some" : "no"} tries: ${(signal.reason as Error).message}`;
}

const controller = new AbortController();
const began = new Queue<string>();
const searches = [1, 2].map(() => {
  return new Process({ target: search, args: [controller.signal, began] });
});
for (const process of searches) await process.start();
for (const _ of searches) console.log(await began.get());
controller.abort(new TooLate("dinner is ready"));
for (const process of searches) console.log(await process.result());
