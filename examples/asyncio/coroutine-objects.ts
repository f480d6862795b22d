// A function is a coroutine not yet started; calling it yourself gives a promise that runs at once.
import { createTask, ensureFuture, run, sleep, Task } from "manyhands/asyncio";

async function myCoroutine(): Promise<string> {
  console.log("started");
  return sleep(1, "done");
}

async function main(): Promise<void> {
  const coroutine = myCoroutine; // nothing has started
  console.log("not started yet");
  const task = createTask(coroutine);
  console.log(task instanceof Task, task.state);
  console.log(await task, task.state);

  // The older word, which takes whatever can be awaited and may give a Future or a Task.
  const future = ensureFuture(myCoroutine);
  console.log(future instanceof Task);
  await future;
}

await run(main);
