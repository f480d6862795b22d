// Tasks that take different times, reported in the order in which they are done.
import { asCompleted, ThreadPoolExecutor } from "manyhands/futures";

async function download(name: string, ms: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (name === "broken") throw new Error("no answer");
  return `${name} is there`;
}

await using executor = new ThreadPoolExecutor({ maxWorkers: 3 });
const futures = [
  executor.submit(download, "slow", 900),
  executor.submit(download, "quick", 0),
  executor.submit(download, "broken", 400),
];
for await (const report of asCompleted(futures)) {
  if (report.status === "fulfilled") console.log(report.index, report.value);
  else console.log(report.index, String(report.reason));
}
