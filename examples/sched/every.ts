/** An action that comes again and again: each time enters the next, counted from its own time. */
import { Scheduler } from "manyhands/sched";

let now = 0;
const scheduler = new Scheduler({
  time: () => now,
  delay: (ms) => {
    now += ms;
  },
});

function every(periodMs: number, times: number, action: () => void, at = now): void {
  if (times === 0) return;
  scheduler.enterAbs(at + periodMs, 1, () => {
    action();
    now += 3; // the action takes its time, and the next is not late for it
    every(periodMs, times - 1, action, at + periodMs);
  });
}

every(10, 3, () => console.log("tick at", now));
scheduler.runSync();
console.log("done at", now);
