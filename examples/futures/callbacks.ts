// A callback gets the future as soon as it is done: nobody has to wait for it.
import { type Future, ProcessPoolExecutor } from "manyhands/futures";

const task = (n: number): number => n + 10;
const sums: number[] = [];
const callBack = (future: Future<number>): void => void sums.push(future.resultSync());

const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
for (let n = 0; n < 5; n++) executor.submit(task, n).addDoneCallback(callBack);
await executor.shutdown();
console.log(sums.sort((a, b) => a - b));
