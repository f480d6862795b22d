import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, cpus, getPriority, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { NotFoundError } from "manyhands/errors";
import { cpuCount, getAffinity, getpid, getppid, kill, nice, processCpuCount } from "manyhands/os";
import { cgroupCpuLimit } from "#internal/os/cgroup-limit.js";

const limit = { timeout: 10_000 };
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
  const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(String(output), "0 19\n");
  await once(child, "exit");
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
  assert.throws(() => kill(process.pid, "SIGNONE"), RangeError);
  assert.throws(() => kill(process.pid, 65), RangeError);
  assert.throws(() => kill(process.pid, {} as never), TypeError);
  assert.throws(() => kill(1.5), RangeError);
  assert.throws(() => kill("1" as never), TypeError);
});
