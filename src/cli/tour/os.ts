import { NotFoundError } from "../../errors.ts";
import { cpuCount, getpid, kill, processCpuCount } from "../../os/index.ts";
import type { Stop } from "./guide.ts";

const NOBODY = 2 ** 30;

export const os: Stop = {
  title: "os: this process and its processors",
  text: `
What goes with processes: their numbers, signals to them, and how many processors this one may keep
busy, which is fewer than there are when its affinity or its container says so.`,
  async run(guide) {
    guide.equal("this process", getpid(), process.pid);
    guide.that("processors of the machine", cpuCount() >= 1, cpuCount());
    guide.that("of these for us", processCpuCount() <= cpuCount(), processCpuCount());
    await guide.fails("a signal to nobody", () => kill(NOBODY, 0), NotFoundError);
  },
};
