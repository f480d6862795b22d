// Three ways to wait: for one task, for a list in order, for a list as it comes.
import { createTask, FIRST_COMPLETED, gather, run, sleep, wait } from "manyhands/asyncio";

const answer = (name: string, ms: number) => (): Promise<string> => sleep(ms, name);
const fail = async (): Promise<never> => {
  throw new Error("no answer");
};

await run(async () => {
  const one = createTask(answer("one", 1));
  console.log("await:", await one);

  console.log("gather:", await gather([answer("slow", 20), answer("quick", 1)]));
  try {
    await gather([answer("quick", 1), fail]);
  } catch (error) {
    console.log("gather fails with the first error:", (error as Error).message);
  }
  const mixed = await gather([answer("quick", 1), fail], { returnExceptions: true });
  console.log("errors as results:", mixed.map(String));

  const tasks = [createTask(answer("a", 1)), createTask(answer("b", 60_000))];
  const { done, pending } = await wait(tasks, { returnWhen: FIRST_COMPLETED });
  for (const task of done) console.log("wait, done:", task.result());
  console.log("wait, pending:", pending.size);
});
