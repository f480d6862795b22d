import { NotFoundError } from "../../errors.ts";
import { Scheduler } from "../../sched/index.ts";
import type { Stop } from "./guide.ts";

export const sched: Stop = {
  title: "sched: actions at their times",
  text: `
A Scheduler performs actions in the order of their times, then of their priorities, one at a time.
Its clock and the way it waits can be yours: here time passes only when somebody waits for it.`,
  async run(guide) {
    let now = 0;
    const scheduler = new Scheduler({ time: () => now, delay: (ms) => void (now += ms) });
    const done: string[] = [];
    const note = (what: string): number => done.push(`${what} at ${now}`);
    scheduler.enter(5000, 1, note, ["late"]);
    scheduler.enter(1000, 2, note, ["second"]);
    scheduler.enter(1000, 1, note, ["first"]);
    const never = scheduler.enter(2000, 1, note, ["never"]);
    scheduler.cancel(never);
    await guide.fails("what is cancelled is gone", () => scheduler.cancel(never), NotFoundError);
    guide.equal("until the next event", await scheduler.run({ blocking: false }), 1000);
    await scheduler.run();
    guide.equal("all in order", done, ["first at 1000", "second at 1000", "late at 5000"]);
  },
};
