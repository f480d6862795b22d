/** Actions at their times; those of one time by priority. */
import { Scheduler } from "manyhands/sched";

const scheduler = new Scheduler();
const remind = (what: string): void => console.log("time to", what);

const nine = performance.now() + 20;
scheduler.enterAbs(nine, 2, remind, ["open the mail"]);
scheduler.enterAbs(nine, 1, remind, ["make coffee"]);
scheduler.enter(60, 1, remind, ["go home"]);
const meeting = scheduler.enter(40, 1, remind, ["meet"]);
scheduler.cancel(meeting);

console.log(scheduler.queue.length, "reminders");
await scheduler.run();
console.log("the day is over");
