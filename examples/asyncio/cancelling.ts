// A cancelled task gets an error at its await, cleans up, and passes the error on.
import { CancelledError, createTask, currentTask, run, sleep } from "manyhands/asyncio";

async function worker(): Promise<void> {
  try {
    console.log("working");
    await sleep(60_000);
  } finally {
    console.log("cleaning up:", currentTask()!.cancelling, "cancellation");
    await sleep(1); // may wait, too
  }
}

await run(async () => {
  const task = createTask(worker, { name: "worker" });
  await sleep(1);
  task.cancel("no longer needed");
  try {
    await task;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    console.log("cancelled:", error.message);
  }
  console.log(String(task));
});
