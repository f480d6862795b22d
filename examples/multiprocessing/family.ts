/** Parents, children and what they are called. */
import { currentProcess, parentProcess, Process } from "manyhands/multiprocessing";

async function child(): Promise<string[]> {
  const inner = new Process({ target: () => currentProcess().name });
  await inner.start();
  const names = [parentProcess()!.name, currentProcess().name, await inner.result()];
  await inner.join();
  return names;
}

const outer = new Process({ target: child });
await outer.start();
console.log((await outer.result()).join(" > "));
await outer.join();
