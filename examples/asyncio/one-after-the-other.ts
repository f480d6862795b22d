// Awaiting coroutines in turn runs them one after the other; tasks run side by side.
import { createTask, run, sleep } from "manyhands/asyncio";

const order: string[] = [];

const step = (name: string) => async (): Promise<void> => {
  order.push(`${name} begins`);
  await sleep(5);
  order.push(`${name} ends`);
};
const foo = step("foo");
const bar = step("bar");

await run(async () => {
  await foo();
  await bar();
  console.log("in turn:", order.splice(0).join(", "));

  const task1 = createTask(foo);
  const task2 = createTask(bar);
  await task1;
  await task2;
  console.log("side by side:", order.join(", "));
});
