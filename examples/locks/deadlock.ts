/** Two philosophers who take their forks crosswise: the deadlock, found, and then avoided. */
import { setImmediate as look } from "node:timers/promises";
import { DeadlockError } from "manyhands/errors";
import { Lock, detectDeadlocks, holdAll } from "manyhands/threading";

const left = new Lock({ name: "left fork" });
const right = new Lock({ name: "right fork" });

function eat(first: Lock, second: Lock): Promise<string> {
  return first.run(async () => {
    await look();
    return second.run(() => "ate");
  });
}

detectDeadlocks();
const outcomes = await Promise.allSettled([eat(left, right), eat(right, left)]);
for (const outcome of outcomes) {
  if (outcome.status === "fulfilled") console.log(outcome.value);
  else if (outcome.reason instanceof DeadlockError) {
    const forks = outcome.reason.cycle.map(({ lock }) => lock).sort((a, b) => (a < b ? -1 : 1));
    console.log(`refused: ${forks.join(" and ")} in a circle`);
  }
}
detectDeadlocks(false);

async function eatOrderly(one: Lock, other: Lock): Promise<string> {
  using _ = await holdAll([one, other]);
  await look();
  return "ate";
}

console.log(await Promise.all([eatOrderly(left, right), eatOrderly(right, left)]));
