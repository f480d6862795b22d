// Tasks that cannot outlive their block: one fails, the others are cancelled, the errors come out.
import { run, sleep, TaskGroup, TaskGroupError } from "manyhands/asyncio";

async function fetchPart(part: number): Promise<string> {
  try {
    await sleep(part * 5);
    if (part === 2) throw new Error(`part ${part} is missing`);
    return `part ${part}`;
  } finally {
    console.log("ended:", part);
  }
}

await run(async () => {
  try {
    await TaskGroup.run((group) => {
      for (const part of [1, 2, 200]) group.createTask(() => fetchPart(part));
    });
  } catch (error) {
    if (!(error instanceof TaskGroupError)) throw error;
    console.log(
      "failed:",
      error.errors.map((one: Error) => one.message),
    );
  }
});
