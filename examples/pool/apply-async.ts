// Ten tasks for four processes: the others wait their turn. Callbacks are told of each result.
import { Pool } from "manyhands/multiprocessing";

const work = (task: number): number => task * 10;

const pool = new Pool(4);
const done: number[] = [];
for (let task = 0; task < 10; task++) {
  pool.applyAsync(work, [task], { callback: (value) => done.push(value) });
}
console.log("waiting for all of them");
pool.close();
await pool.join();
console.log(
  "all done:",
  done.sort((a, b) => a - b),
);

await using another = new Pool(1);
console.log(
  "apply, one after the other:",
  await another.apply(work, [1]),
  another.applySync(work, [2]),
);
