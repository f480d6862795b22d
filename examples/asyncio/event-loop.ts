// Node's event loop always runs; `run` adds an owner for everything that main starts.
import { getRunningLoop, run, sleep } from "manyhands/asyncio";

const loop = getRunningLoop();
loop.callSoon(() => console.log("soon"));
console.log("now");
await sleep(0);

await run(async () => {
  const task = loop.createTask(() => sleep(1, "a task of the loop"));
  console.log(await task);
  loop.callLater(5, () => console.log("later"));
  await sleep(20);
});
