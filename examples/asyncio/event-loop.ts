// Node's event loop always runs; `run` adds an owner for everything that main starts.
import { getRunningLoop, run, sleep } from "manyhands/asyncio";

const loop = getRunningLoop();
loop.callSoon(() => console.log("soon"));
console.log("now");
await sleep(0);

await run(async () => {
  loop.callLater(100, () => console.log("later"));
  const task = loop.createTask(() => sleep(1, "a task of the loop"));
  console.log(await task);
  await sleep(200);
});
