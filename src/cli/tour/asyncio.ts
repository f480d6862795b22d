import {
  createTask,
  formatCallGraph,
  gather,
  Lock,
  Queue,
  run,
  sleep,
  TaskGroup,
  timeout,
} from "../../asyncio/index.ts";
import { CancelledError, StateError, TaskGroupError, TimeoutError } from "../../errors.ts";
import type { Guide, Stop } from "./guide.ts";

export const asyncio: Stop = {
  title: "asyncio: tasks on one event loop",
  text: `
A function is a coroutine not yet started; as a task it can be cancelled, named, grouped and limited
in time. Nothing is passed by hand: the awaits of the library know which task they belong to.`,
  async run(guide) {
    await run(() => visit(guide));
  },
};

async function visit(guide: Guide): Promise<void> {
  const results = await gather([() => sleep(2, "slow"), async () => "quick"]);
  guide.equal("side by side, results in order", results, ["slow", "quick"]);

  const task = createTask(() => sleep(60_000), { name: "sleeper" });
  await sleep(0);
  guide.equal("who waits", formatCallGraph(task), "* sleeper: waits for sleep(60000)");
  task.cancel("enough");
  await guide.fails("a cancelled task fails", () => task, CancelledError);

  await guide.fails("a limit of time", () => timeout(1, () => sleep(60_000)), TimeoutError);

  const group = TaskGroup.run((tasks) => {
    tasks.createTask(() => sleep(60_000));
    tasks.createTask(() => Promise.reject(new Error("one fails, the other is cancelled")));
  });
  await guide.fails("a group ends together", () => group, TaskGroupError);

  const queue = new Queue<number>(1);
  const lock = new Lock();
  let sum = 0;
  const consumer = createTask(async () => {
    for await (const item of queue) await lock.run(() => void (sum += item));
  });
  for (let item = 1; item <= 10; item++) await queue.put(item);
  queue.shutdown();
  await consumer;
  guide.equal("a queue with room for one", sum, 55);
  await guide.fails("a run inside a run", () => run(() => {}), StateError);
}
