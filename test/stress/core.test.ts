/**
 * Processes and threads that wait, wake, allocate and send at random, and are killed at random; at
 * the end nothing of the dead may be left. MANYHANDS_STRESS_SECONDS and MANYHANDS_STRESS_SEED
 * choose how long and which.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { atomics } from "#internal/core/atomics.js";
import { OBJECT_AT, holderOf } from "#internal/core/blocks.js";
import { familyAddress, familyMember } from "#internal/core/family-arena.js";
import { SLOT_COUNT, slotAt } from "#internal/core/layout.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { W_KEY, bucketFor, eachRecord } from "#internal/core/queues.js";
import { Ring } from "#internal/core/ring.js";
import { settleProcess, sweep } from "#internal/core/settle.js";
import { FREE, S_STATE, listed, phaseOf } from "#internal/core/slots.js";
import { FIRST_SUPERBLOCK } from "#internal/core/layout.js";
import { eachBlock, highest, ownerOf } from "#internal/core/superblocks.js";
import { whyNoPlatform } from "#internal/platform/load.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { createLock } from "../core/toy-lock.ts";
import { randomFrom } from "../model/random.ts";

const why = whyNoPlatform();
const seconds = Number(process.env["MANYHANDS_STRESS_SECONDS"] ?? 8);
const seed = Number(process.env["MANYHANDS_STRESS_SEED"] ?? Date.now() % 1e6);
const VISITS = OBJECT_AT + 3;
const program = fileURLToPath(new URL("core-program.js", import.meta.url));
const random = randomFrom(seed);

await expectNoLeftovers({ warmUp: () => void (why === null && loopWaits(familyMember())) });

test(
  `nothing of the dead is left (${seconds} s, seed ${seed})`,
  { skip: why ?? false, timeout: (seconds + 60) * 1000 },
  async () => {
    const member = familyMember();
    const { pid, fd } = familyAddress();
    const locks = [1, 2, 3].map(() => createLock(member));
    const ring = Ring.create(member, 4_096);
    const handles = [...locks.map(({ block }) => block), ring.block, ring.stamp];
    const failures: string[] = [];
    const living = new Set<ChildProcess>();
    let born = 0;
    let killed = 0;

    const start = (): void => {
      const threads = 1 + Math.floor(random() * 3);
      const args = [seed + ++born, pid, fd, threads, ...handles].map(String);
      const child = spawn(process.execPath, [program, ...args], {
        stdio: ["pipe", "inherit", "inherit"],
      });
      living.add(child);
      child.once("exit", (code, signal) => {
        living.delete(child);
        settleProcess(member, child.pid!);
        if (code !== 0 && signal !== "SIGKILL") failures.push(`${child.pid}: ${code ?? signal}`);
      });
    };

    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until && failures.length === 0) {
      while (living.size < 2 + Math.floor(random() * 7)) start();
      await setTimeout(random() * 300);
      for (const child of living) {
        if (random() < 0.12 && child.kill("SIGKILL")) killed++;
      }
    }
    for (const child of living) child.stdin!.end();
    await Promise.all(Array.from(living, (child) => once(child, "exit")));
    assert.deepEqual(failures, []);

    sweep(member);
    const { arena } = member;
    const visits = locks.map(({ block }) => atomics.load(arena.words, block + VISITS));
    console.log(`${born} processes, ${killed} killed; visits to locks: ${visits.join(", ")}`);
    assert.ok(visits.every((count) => count > 0));
    assert.deepEqual([...listed(arena)], [member.id]);
    for (let slot = 1; slot < SLOT_COUNT; slot++) {
      if (slot === member.slot) continue;
      const phase = phaseOf(atomics.load(arena.words, slotAt(slot) + S_STATE));
      assert.equal(phase, FREE, `slot ${slot}`);
    }
    eachRecord(arena, (record) => {
      assert.equal(holderOf(arena, record), member.id);
      assert.equal(atomics.load(arena.words, record + W_KEY), 0);
    });
    for (const { block } of [...locks, ring]) {
      const head = atomics.load(arena.words, bucketFor(block) + 1);
      assert.equal(head, 0, "somebody is queued");
    }
    for (const lock of [...locks, ring]) member.letGo(lock);
    const left: string[] = [];
    eachBlock(arena, (block) => {
      if (holderOf(arena, block) !== member.id) left.push(`${block} of ${holderOf(arena, block)}`);
    });
    assert.deepEqual(left, []);
    for (let superblock = FIRST_SUPERBLOCK; superblock < highest(arena); superblock++) {
      const owner = ownerOf(arena, superblock);
      assert.ok(owner === 0 || owner === member.id, `superblock ${superblock} of ${owner}`);
    }
  },
);
