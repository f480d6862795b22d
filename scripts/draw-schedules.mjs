// Draws docs/guide/scheduling.md's picture: node scripts/draw-schedules.mjs (after npm run build).
// The policies are the library's own; time is imagined, so that the picture is always the same.
import { policyOf } from "../dist/crew/policy.js";

/** Four jobs on one worker; a column is a millisecond. Their numbers count under "priority". */
const JOBS = [
  { name: "A", arrives: 0, lasts: 8, priority: 2 },
  { name: "B", arrives: 1, lasts: 4, priority: 2 },
  { name: "C", arrives: 2, lasts: 1, priority: 1 },
  { name: "D", arrives: 3, lasts: 2, priority: 0 },
];
const SCHEDULES = [
  "fifo",
  "lifo",
  "priority",
  "sjf",
  { policy: "rr", sliceMs: 1 },
  { policy: "mlfq", sliceMs: 1, levels: 3 },
];

function run(schedule) {
  let time = 0;
  const { policy, sliceMsOf } = policyOf(schedule, () => time);
  const coming = JOBS.map((job) => ({
    ...job,
    priority: schedule === "priority" ? job.priority : 0,
    cost: job.lasts,
    usedMs: 0,
    sliced: false,
  }));
  const ends = new Map();
  let picture = "";
  while (ends.size < JOBS.length) {
    while (coming[0]?.arrives <= time) policy.push(coming.shift());
    const job = policy.pop();
    const slice = Math.min(sliceMsOf(job) ?? Infinity, job.lasts - job.usedMs);
    picture += job.name.repeat(slice);
    time += slice;
    job.usedMs += slice;
    while (coming[0]?.arrives <= time) policy.push(coming.shift());
    if (job.usedMs < job.lasts) policy.push(Object.assign(job, { sliced: true }));
    else ends.set(job.name, time);
  }
  return { picture, ends };
}

const column = (value, width) => String(value).padStart(width);
console.log(`          ${"".padEnd(15)}   A   B   C   D   mean`);
for (const schedule of SCHEDULES) {
  const { picture, ends } = run(schedule);
  const waits = JOBS.map(({ name, arrives }) => ends.get(name) - arrives);
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const name = (schedule.policy ?? schedule).padEnd(10);
  const times = waits.map((wait) => column(wait, 4)).join("");
  console.log(`${name}${picture}${times}${column(mean.toFixed(1), 7)}`);
}
