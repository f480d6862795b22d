// Two coroutines side by side: each is suspended while it waits, and the other runs.
import { createTask, run, sleep } from "manyhands/asyncio";

async function first(): Promise<void> {
  console.log(1);
  await sleep(20); // stands for waiting for the network
  console.log(2);
}

async function second(): Promise<void> {
  console.log(3);
  await sleep(40);
  console.log(4);
}

async function main(): Promise<void> {
  const task1 = createTask(first);
  const task2 = createTask(second);
  await task1;
  await task2;
}

await run(main);
