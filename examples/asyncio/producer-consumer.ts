// A queue with little room: the producer waits for the consumers, and shutdown ends their loops.
import { gather, Queue, run } from "manyhands/asyncio";

const queue = new Queue<number>(2);
let sum = 0;

async function produce(): Promise<void> {
  for (let item = 1; item <= 10; item++) await queue.put(item);
  queue.shutdown();
}

async function consume(): Promise<void> {
  for await (const item of queue) {
    sum += item;
    queue.taskDone();
  }
}

await run(async () => {
  await gather([produce, consume, consume]);
  await queue.join();
  console.log("sum:", sum);
});
