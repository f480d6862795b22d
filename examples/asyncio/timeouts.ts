// Limits of time: for one thing, for a block, moved while it runs.
import { run, sleep, timeout, TimeoutError, waitFor } from "manyhands/asyncio";

await run(async () => {
  try {
    await waitFor(() => sleep(60_000), 5);
  } catch (error) {
    console.log("waitFor:", error instanceof TimeoutError);
  }
  const value = await timeout(5, async (scope) => {
    scope.reschedule(60_000); // found out that there is more to do
    await sleep(20);
    return "had more time";
  });
  console.log("timeout:", value);
});
