import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants, cpus, getPriority, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { NotFoundError } from "manyhands/errors";
import * as multiprocessing from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
import {
  cpuCount,
  getAffinity,
  getpid,
  getppid,
  kill,
  nice,
  processCpuCount,
  setAffinity,
} from "manyhands/os";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { cgroupCpuLimit } from "#internal/os/cgroup-limit.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };
const linuxOnly = { ...limit, skip: process.platform === "linux" ? false : "needs Linux's /proc" };

test("getpid and getppid number this process and its parent", limit, () => {
  assert.equal(getpid(), process.pid);
  assert.equal(getppid(), process.ppid);
});

test("cpuCount counts the machine's processors, processCpuCount those for us", limit, () => {
  assert.equal(cpuCount(), cpus().length);
  assert.ok(processCpuCount() >= 1);
  assert.ok(processCpuCount() <= cpuCount());
});

test("getAffinity lists the processors we may run on", linuxOnly, () => {
  const mine = getAffinity();
  assert.ok(mine.length >= 1 && mine.every((cpu) => Number.isInteger(cpu) && cpu >= 0));
  assert.deepEqual(getAffinity(process.pid), mine);
  assert.throws(() => getAffinity(2 ** 30), NotFoundError);
  assert.throws(() => getAffinity(-1), RangeError);
  assert.throws(() => getAffinity("1" as never), TypeError);
});

test("setAffinity moves the whole process, which then counts fewer processors", linuxOnly, () => {
  const mine = getAffinity();
  const last = mine.at(-1)!;
  setAffinity(0, [last]);
  try {
    assert.deepEqual(getAffinity(), [last]);
    assert.equal(processCpuCount(), 1);
    // Those of the machine, as in Python, also where one asks multiprocessing.
    for (const count of [cpuCount, multiprocessing.cpuCount, dummy.cpuCount]) {
      assert.equal(count(), cpus().length);
    }
    const child = spawnSync("grep", ["Cpus_allowed_list", "/proc/self/status"]);
    assert.match(String(child.stdout), new RegExp(`\\s${last}\\n$`));
    for (const thread of readdirSync("/proc/self/task")) {
      assert.deepEqual(getAffinity(Number(thread)), [last]);
    }
  } finally {
    setAffinity(process.pid, mine);
  }
  assert.deepEqual(getAffinity(), mine);
});

test("setAffinity refuses what is no processor and no process", linuxOnly, () => {
  assert.throws(() => setAffinity(0, []), RangeError);
  assert.throws(() => setAffinity(0, [8191]), RangeError);
  assert.throws(() => setAffinity(0, [-1]), RangeError);
  assert.throws(() => setAffinity(0, ["0" as never]), TypeError);
  assert.throws(() => setAffinity(0, 0 as never), TypeError);
  assert.throws(() => setAffinity(2 ** 30, getAffinity()), NotFoundError);
});

test("setAffinity without native code says what is missing", limit, async () => {
  const program = 'import { setAffinity } from "manyhands/os"; setAffinity(0, [0])';
  const result = await runSource(program, { env: { MANYHANDS_PLATFORM: "none" } });
  assert.match(result.stderr, /UnsupportedPlatformError/);
});

/** A file system of control groups, made of the files given. */
function withFiles(files: Record<string, string>, body: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "manyhands-cgroup-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    body(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("the lowest quota from our group up to the root counts", limit, () => {
  withFiles(
    {
      "proc/self/cgroup": "0::/shop/till\n",
      "sys/fs/cgroup/shop/till/cpu.max": "max 100000\n",
      "sys/fs/cgroup/shop/cpu.max": "150000 100000\n",
    },
    (root) => assert.equal(cgroupCpuLimit(root), 1.5),
  );
});

test("a group that the container does not show leaves the root's quota", limit, () => {
  withFiles(
    {
      "proc/self/cgroup": "0::/../other\n",
      "sys/fs/cgroup/cpu.max": "50000 100000\n",
    },
    (root) => assert.equal(cgroupCpuLimit(root), 0.5),
  );
});

test("the first version's quota and period files are read", limit, () => {
  withFiles(
    {
      "proc/self/cgroup": "4:memory:/m\n3:cpu,cpuacct:/job\n0::/\n",
      "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "300000\n",
      "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    },
    (root) => assert.equal(cgroupCpuLimit(root), 3),
  );
});

test("no files and no quota mean no limit", limit, () => {
  withFiles({ "proc/self/cgroup": "0::/\n" }, (root) =>
    assert.equal(cgroupCpuLimit(root), Infinity),
  );
  withFiles({}, (root) => assert.equal(cgroupCpuLimit(root), Infinity));
});

test("nice adds to the niceness and answers the new one", limit, async () => {
  assert.equal(nice(0), getPriority());
  assert.throws(() => nice(0.5), RangeError);
  assert.throws(() => nice("1" as never), TypeError);
  const program = 'import { nice } from "manyhands/os"; console.log(nice(3) - nice(0), nice(99))';
  const { stdout } = await runSource(program);
  assert.equal(stdout, "0 19\n");
});

test("kill sends a signal by name or number", limit, async () => {
  for (const signal of ["SIGKILL", constants.signals.SIGTERM, undefined] as const) {
    const child = spawn("sleep", ["60"]);
    kill(child.pid!, 0);
    kill(child.pid!, signal);
    const [, name] = (await once(child, "exit")) as [null, string];
    assert.equal(name, signal === "SIGKILL" ? "SIGKILL" : "SIGTERM");
    assert.throws(() => kill(child.pid!, 0), NotFoundError);
  }
});

test("kill refuses what is no signal and no pid", limit, () => {
  for (const pid of [2 ** 40, -(2 ** 40), 1.5]) assert.throws(() => kill(pid, 0), RangeError);
  assert.throws(() => kill(process.pid, "SIGNONE"), RangeError);
  assert.throws(() => kill(process.pid, 65), RangeError);
  assert.throws(() => kill(process.pid, {} as never), TypeError);
  assert.throws(() => kill(1.5), RangeError);
  assert.throws(() => kill("1" as never), TypeError);
});
