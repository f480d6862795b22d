/**
 * The arena of a family: a process and all that descend from it through this library.
 *
 * The first process makes a memory file; a child gets its descriptor, or opens it through the
 * parent, and maps it. Each process has a slot of its own for as long as it lives: the byte of the
 * file with that number is locked by it, and the kernel drops the lock at its death. A process's
 * first thread is in that slot; further threads have slots that name it.
 */
import { fstatSync, readdirSync, readlinkSync } from "node:fs";
import {
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
  threadId,
} from "node:worker_threads";
import { BrokenConnectionError } from "../errors.ts";
import { onCopy } from "../platform/copies.ts";
import { atEnd } from "../platform/endings.ts";
import { loadPlatform, whyNoSharedMemory } from "../platform/load.ts";
import { sharedMemoryMissing } from "../platform/none.ts";
import { ownFileName, ownName } from "../platform/package-copy.ts";
import type { Mapping, Platform } from "../platform/platform.ts";
import { Arena, type ArenaParts } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { ARENA_BYTES, H_MAGIC, LAST_SLOT, slotAt, slotOf } from "./layout.ts";
import { Lifelines } from "./lifelines.ts";
import { Member } from "./member.ts";
import { forgetMember, watchOwnThreads } from "./own-threads.ts";
import { onRename, processName, threadName } from "./own-name.ts";
import { PipeBells } from "./pipe-bell.ts";
import { settle, settleProcess, sweep } from "./settle.ts";
import {
  S_LEFT,
  S_PID,
  S_PROCESS,
  S_STARTED,
  S_TID,
  claimSlot,
  field,
  goLive,
  listed,
  setField,
  writeName,
} from "./slots.ts";
import { isRunning, startOf } from "./threads.ts";

/** What a child needs to find the memory of its family. */
export interface FamilyAddress {
  readonly pid: number;
  readonly fd: number;
}

/** What the threads of one process share about their family. */
interface Family extends Mapping {
  readonly fd: number;
  /** The description that holds this process's byte. */
  readonly lockFd: number;
}

const FAMILY = ownName("family");
const FILE_NAME = ownFileName("family");

let joined: Member | undefined;

/**
 * This thread's membership in its family; the first call in a process that is not a child of a
 * family founds one.
 * @throws UnsupportedPlatformError where processes cannot share memory
 */
export function familyMember(): Member {
  joined ??= join(loadPlatform());
  return joined;
}

/** Whether this thread is a member by now: something that is shared was made or came here. */
export function hasJoinedFamily(): boolean {
  return joined !== undefined;
}

/** To be called when a process has ended that this one has started: it may have had things. */
export function settleEnded(pid: number | null): void {
  if (joined !== undefined && pid !== null) settleProcess(joined, pid);
}

/** Where a child finds the memory of this family. */
export function familyAddress(): FamilyAddress {
  familyMember();
  return { pid: process.pid, fd: family!.fd };
}

let family: Family | undefined;

/**
 * Makes this process a member of the family whose memory a living process has. To be called in a
 * child before anything shared is used.
 * @throws BrokenConnectionError when that process is gone
 */
export function adoptFamily({ pid, fd }: FamilyAddress): Member {
  const platform = loadPlatform();
  const mine = platform.openFileOf(pid, fd);
  if (mine === null) {
    throw new BrokenConnectionError(`process ${pid} ended before its child could share its memory`);
  }
  family = openOwn(platform, mine);
  return familyMember();
}

/**
 * In a child made by fork: the memory is there, the rest was the parent's. Lets go of the parent's
 * lifeline and bell, and joins as a process of its own, if the parent was in a family.
 */
function rejoinAfterFork(): void {
  if (family === undefined) return;
  const platform = loadPlatform();
  for (const fd of forkedAway) platform.closeFile(fd);
  forkedAway.length = 0;
  joined?.loop?.stop();
  if (joined !== undefined) forgetMember(joined);
  joined = undefined;
  const { lockFd } = family;
  family = { ...family, lockFd: describeAnew(platform, family.fd) };
  // While it is open here, too, the parent would seem alive after its death.
  platform.closeFile(lockFd);
  const member = familyMember();
  for (const callback of rejoined) callback(member);
}

onCopy(rejoinAfterFork);

const rejoined: ((member: Member) => void)[] = [];

/** Calls back in a child made by fork, with its own membership: what the parent had, it has too. */
export function onRejoin(callback: (member: Member) => void): void {
  rejoined.push(callback);
}

/** Descriptors that mean this process and that a forked child must close. */
const forkedAway: number[] = [];

function describeAnew(platform: Platform, fd: number): number {
  const lockFd = platform.openFileOf(process.pid, fd);
  if (lockFd === null) throw new Error(`cannot reopen the family's memory (descriptor ${fd})`);
  return lockFd;
}

function open(platform: Platform, fd: number): Family {
  const { buffer, address } = platform.mapShared(fd, fstatSync(fd).size);
  return { buffer, address, fd, lockFd: describeAnew(platform, fd) };
}

/** The same for a descriptor that nobody else has. */
function openOwn(platform: Platform, fd: number): Family {
  try {
    return open(platform, fd);
  } catch (error) {
    // Nobody is to find it and take it for the family's.
    platform.closeFile(fd);
    throw error;
  }
}

/** The family that this copy of the package is in already, seen in the table of descriptors. */
function findFamily(platform: Platform): Family | null {
  for (const name of readdirSync("/proc/self/fd")) {
    if (linkOf(name) === `/memfd:${FILE_NAME} (deleted)`) return open(platform, Number(name));
  }
  return null;
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // It was closed between the listing and the look.
    return "";
  }
}

function join(platform: Platform): Member {
  family ??= getEnvironmentData(FAMILY) as unknown as Family | undefined;
  family ??= findFamily(platform) ?? undefined;
  family ??= found(platform);
  setEnvironmentData(FAMILY, family as never);
  const { buffer, fd } = family;
  const onDeath = (id: number): void => settle(member, id);
  let home = 0;
  const arena = new Arena(buffer, "process", (made) =>
    familyParts(made, platform, family!, () => home, onDeath),
  );
  if (atomics.load(arena.words, H_MAGIC) === 0) arena.format();
  arena.verify();
  const id = takeSlots(arena, platform, family.lockFd);
  home = field(arena, id, S_PROCESS);
  const member = new Member(arena, id, (offset, size) => platform.punchHole(fd, offset, size));
  atEnd((code) => {
    // In a forked child this is another life, which its parent goes on with.
    if (code === 0 && joined === member) setField(arena, id, S_LEFT, 1);
  });
  watchOwnThreads(member);
  if (member.slot === LAST_SLOT) sweep(member);
  return member;
}

function found(platform: Platform): Family {
  const why = whyNoSharedMemory();
  if (why !== null) throw sharedMemoryMissing(why);
  return openOwn(platform, platform.createMemoryFile(FILE_NAME, ARENA_BYTES));
}

function familyParts(
  arena: Arena,
  platform: Platform,
  { address, lockFd }: Family,
  ownHome: () => number,
  onDeath: (id: number) => void,
): ArenaParts {
  const { words } = arena;
  return {
    sleeper: {
      sleep: (index, expected, ms) => platform.sleep(address + index * 4, expected, ms),
      wake: (index, count) => platform.wake(address + index * 4, count),
    },
    life: {
      isAlive: (slot) => {
        const at = slotAt(slot);
        const pid = atomics.load(words, at + S_PID);
        const home = atomics.load(words, at + S_PROCESS);
        const lives = home === ownHome() || platform.isAliveLockHeld(lockFd, home);
        if (!lives || slot === home) return lives;
        const tid = atomics.load(words, at + S_TID);
        return isRunning(pid, tid, atomics.load(words, at + S_STARTED));
      },
    },
    bells: new PipeBells(arena, platform, onDeath),
  };
}

/** The slot of this process, which its first thread is in, and a further one for other threads. */
function takeSlots(arena: Arena, platform: Platform, lockFd: number): number {
  const { pid } = process;
  const ofProcess = ownProcess(arena, pid) ?? takeProcessSlot(arena, platform, lockFd, pid);
  if (isMainThread) return ofProcess;
  const tid = platform.threadId();
  const started = startOf(pid, tid);
  const name = threadName();
  const id = claimSlot(arena, { pid, tid, threadId, started, name, process: slotOf(ofProcess) });
  goLive(arena, id);
  return id;
}

onRename(() => {
  if (joined === undefined) return;
  writeName(joined.arena, joined.slot, isMainThread ? processName() : threadName());
});

function ownProcess(arena: Arena, pid: number): number | undefined {
  const started = startOf(pid, pid);
  for (const id of listed(arena)) {
    if (field(arena, id, S_PID) !== pid || field(arena, id, S_PROCESS) !== slotOf(id)) continue;
    // A process before us may have had the same number.
    if (field(arena, id, S_STARTED) === started) return id;
  }
  return undefined;
}

function takeProcessSlot(arena: Arena, platform: Platform, lockFd: number, pid: number): number {
  const started = startOf(pid, pid);
  const name = processName();
  const id = claimSlot(arena, { pid, tid: pid, threadId: 0, started, name });
  platform.holdAliveLock(lockFd, slotOf(id));
  forkedAway.push(...Lifelines.make(arena, platform, id));
  goLive(arena, id);
  Lifelines.announce(arena);
  return id;
}
