import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, readSync, writeSync } from "node:fs";
import { test } from "node:test";
import type { FileIdentity } from "#internal/platform/file-identity.js";
import { loadPlatform, whyNoPlatform } from "#internal/platform/load.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

const why = whyNoPlatform();
const shared = why === null ? {} : { skip: `no memory shared between processes: ${why}` };
const SIZE = 65_536;

await expectNoLeftovers({ warmUp: () => void (why === null && loadPlatform().threadId()) });

/** A process that lives until it is killed. */
async function sleeper(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1e6)"]);
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "close");
}

function identityOf(fd: number): FileIdentity {
  const { dev, ino } = fstatSync(fd);
  return { device: dev | 0, inode: ino | 0 };
}

test("a platform that is switched off says so when it is needed", async () => {
  const source = `
    import { familyMember } from "#internal/core/family-arena.js";
    try { familyMember(); } catch (error) { console.log(error.name + ": " + error.message); }`;
  const { stdout } = await runSource(source, { env: { MANYHANDS_PLATFORM: "none" } });
  assert.match(stdout, /^UnsupportedPlatformError: .*MANYHANDS_PLATFORM=none/);
});

test("threads share memory where processes cannot", async () => {
  const source = `
    import { threadMember } from "#internal/core/thread-arena.js";
    console.log(threadMember().arena.reach);`;
  const { stdout } = await runSource(source, { env: { MANYHANDS_PLATFORM: "none" } });
  assert.equal(stdout, "thread\n");
});

test("an unknown platform is told apart from one that is missing", async () => {
  const source = `
    import { whyNoPlatform } from "#internal/platform/load.js";
    console.log(whyNoPlatform());`;
  const { stdout } = await runSource(source, { env: { MANYHANDS_PLATFORM: "beos" } });
  assert.match(stdout, /beos.*none, linux or darwin/);
});

test("two mappings of one file are the same memory", shared, () => {
  const platform = loadPlatform();
  const fd = platform.createMemoryFile("manyhands-test", SIZE);
  const [one, other] = [0, 1].map(() => new Int32Array(platform.mapShared(fd, SIZE).buffer));
  assert.ok(one!.buffer instanceof SharedArrayBuffer);
  one![7] = 4711;
  assert.equal(other![7], 4711);
  platform.punchHole(fd, 0, SIZE);
  assert.equal(other![7], 0);
  platform.closeFile(fd);
});

test("a sleep ends at its time, and at once when the word has changed", shared, () => {
  const platform = loadPlatform();
  const fd = platform.createMemoryFile("manyhands-test", SIZE);
  const { address } = platform.mapShared(fd, SIZE);
  const start = performance.now();
  platform.sleep(address, 0, 30);
  const slept = performance.now() - start;
  platform.sleep(address, 1, 60_000);
  assert.ok(slept >= 25, `slept ${slept} ms`);
  platform.closeFile(fd);
});

test("a byte that another process locked is free as soon as it is killed", shared, async () => {
  const platform = loadPlatform();
  const fd = platform.createMemoryFile("manyhands-test", SIZE);
  const mine = platform.openFileOf(process.pid, fd)!;
  const held = await new Promise<boolean>((resolve, reject) => {
    const source = `
      import { loadPlatform } from "#internal/platform/load.js";
      const platform = loadPlatform();
      platform.holdAliveLock(platform.openFileOf(${process.pid}, ${fd}), 7);
      console.log("held");
      setInterval(() => {}, 1e6);`;
    const onOutput = (_: string, pid: number) => {
      const before = platform.isAliveLockHeld(mine, 7);
      process.kill(pid, "SIGKILL");
      resolve(before);
    };
    runSource(source, { onOutput }).catch(reject);
  });
  assert.equal(held, true);
  while (platform.isAliveLockHeld(mine, 7)) await new Promise(setImmediate);
  assert.equal(platform.isAliveLockHeld(mine, 8), false);
  for (const open of [mine, fd]) platform.closeFile(open);
});

test("a pipe of a process is opened by its number only if it is that pipe", shared, () => {
  const platform = loadPlatform();
  const { readFd, writeFd } = platform.makePipe();
  const identity = identityOf(writeFd);
  const opened = platform.openPeerPipe(process.pid, writeFd, identity, "write");
  assert.ok(opened !== null);
  writeSync(opened, "x");
  const bytes = Buffer.alloc(1);
  assert.equal(readSync(readFd, bytes), 1);
  const stranger = { ...identity, inode: identity.inode + 1 };
  assert.equal(platform.openPeerPipe(process.pid, writeFd, stranger, "write"), null);
  closeSync(opened);
  for (const fd of [readFd, writeFd]) platform.closeFile(fd);
});

test("nothing of a process that is gone can be opened", shared, async () => {
  const platform = loadPlatform();
  const child = await sleeper();
  const pid = child.pid!;
  await kill(child);
  assert.equal(platform.openFileOf(pid, 0), null);
  const identity = { device: 1, inode: 1 };
  assert.equal(platform.openPeerPipe(pid, 0, identity, "read"), null);
});

test("affinity is read and set for another process", shared, async () => {
  const platform = loadPlatform();
  const child = await sleeper();
  const allowed = platform.getAffinity(0);
  assert.ok(allowed.length > 0);
  platform.setAffinity(child.pid!, [allowed[0]!]);
  assert.deepEqual(platform.getAffinity(child.pid!), [allowed[0]]);
  await kill(child);
  assert.throws(() => platform.getAffinity(child.pid!), /sched_getaffinity.*ESRCH/);
});
