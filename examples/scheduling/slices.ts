// Generators make room at each yield when their time is up: under "rr" two long computations go on
// side by side on one worker, and what is short need not wait for their ends.
import { type Schedule, ThreadPool } from "manyhands/multiprocessing";

function* count(steps: number): Generator<void, number> {
  for (let step = 0; step < steps; step++) {
    const end = performance.now() + 4;
    while (performance.now() < end);
    yield;
  }
  return steps;
}

const short = (): string => "short";

async function race(schedule: Schedule): Promise<string> {
  await using pool = new ThreadPool({ processes: 1, schedule });
  const ended: string[] = [];
  const note = (name: string) => (): void => void ended.push(name);
  await Promise.all([
    pool.apply(count, [20], { callback: note("long") }),
    pool.apply(count, [8], { callback: note("middle") }),
    pool.apply(short, [], { callback: note("short") }),
  ]);
  return ended.join(", ");
}

console.log("fifo:", await race("fifo"));
console.log("rr:  ", await race({ policy: "rr", sliceMs: 2 }));
console.log("mlfq:", await race({ policy: "mlfq", sliceMs: 2, levels: 3 }));
