// Work can be limited in time and stopped. It is told by currentSignal(); if it does not listen,
// its worker is replaced, and nobody else's work is hurt.
import { TimeoutError } from "manyhands/errors";
import { currentSignal, Pool } from "manyhands/multiprocessing";

async function patient(): Promise<string> {
  const signal = currentSignal();
  while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
  return "nobody hears this";
}

function deaf(): void {
  for (;;);
}

await using pool = new Pool(2);
for (const task of [patient, deaf]) {
  try {
    await pool.apply(task as () => void, [], { timeoutMs: 200 });
  } catch (error) {
    console.log(`${task.name}:`, error instanceof TimeoutError);
  }
}
console.log("the pool goes on:", await pool.map((n: number) => n + 1, [1, 2, 3]));
