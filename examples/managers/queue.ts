// A queue in a manager's server, for producers and consumers that only have its proxy; and an event
// that starts them all at once.
import { Manager, Process } from "manyhands/multiprocessing";

await using manager = await Manager();
const dishes = await manager.Queue<string>(3);
const start = await manager.Event();

const cook = new Process({
  target: async () => {
    start.waitSync();
    for (const dish of ["soup", "noodles", "tea"]) await dishes.put(dish);
    await dishes.shutdown();
  },
});
const waiter = new Process({
  target: async () => {
    await start.wait();
    const served: string[] = [];
    for await (const dish of dishes) served.push(dish);
    return served;
  },
});
await Promise.all([cook.start(), waiter.start()]);
await start.set();
console.log("served", await waiter.result());
await cook.join();
