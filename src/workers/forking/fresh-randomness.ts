/**
 * Random numbers that differ between a process and its forked copies.
 *
 * A copy has the generator of `Math.random` in the same state, and the stores of random bytes that
 * `randomUUID` and `randomInt` draw from; siblings would repeat each other. (`randomBytes` is safe:
 * OpenSSL notices forks.) A process that will be forked is guarded before foreign code runs in it:
 * `Math.random` becomes a generator that is seeded anew in each copy, and the other two empty their
 * stores at the first use in a copy, if they had been used before. Where nothing but this library
 * runs before a fork, the stores of the first copies are as good as new.
 */
import type { UUID } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setFlagsFromString } from "node:v8";
import { UnsupportedPlatformError } from "../../errors.ts";

/** More draws than either store holds: both are then filled anew from the system. */
const UUID_STORE = 128;
const INT_STORE = 1024;

/** Whether others draw from the stores through the functions here. */
let guarded = false;
/** The process whose stores nobody has drawn from, while that is known. */
let untouchedIn = -1;
/** Counts forks between the first process and this one. */
let generation = 0;
let seededIn = -1;
let usedIn = -1;

interface Original {
  readonly randomUUID: (options?: { disableEntropyCache?: boolean }) => UUID;
  readonly randomInt: (...args: unknown[]) => number | void;
}

let found: Original | undefined;

/** Most programs fork nothing: Node's module is loaded when one does. */
function crypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

/** The functions of Node, which are taken hold of before others stand in their place. */
function original(): Original {
  const { randomUUID, randomInt } = crypto();
  return (found ??= { randomUUID, randomInt: randomInt as Original["randomInt"] });
}

const seed = new Uint32Array(4);

/** The generator sfc32 by Chris Doty-Humphrey: 128 bits of state, four of them a counter. */
function next32(): number {
  const [a, b, c, d] = seed as unknown as [number, number, number, number];
  const sum = (a + b + d) | 0;
  seed[3] = d + 1;
  seed[0] = b ^ (b >>> 9);
  seed[1] = c + (c << 3);
  seed[2] = ((c << 21) | (c >>> 11)) + sum;
  return sum >>> 0;
}

function random(): number {
  if (seededIn !== generation) {
    readRandom(seed);
    seededIn = generation;
  }
  return ((next32() >>> 5) * 0x400_0000 + (next32() >>> 6)) / 2 ** 53;
}

/** As `node:crypto` would, which takes longer to load than most children need for all they do. */
function readRandom(into: Uint32Array): void {
  try {
    const fd = openSync("/dev/urandom", "r");
    readSync(fd, into);
    closeSync(fd);
  } catch {
    crypto().randomFillSync(into);
  }
}

function emptyStores(): void {
  for (let count = 0; count < UUID_STORE; count++) original().randomUUID();
  for (let count = 0; count < INT_STORE; count++) original().randomInt(2);
}

function beforeUse(): void {
  if (usedIn === generation) return;
  if (usedIn >= 0) emptyStores();
  usedIn = generation;
}

function guardedUUID(options?: { disableEntropyCache?: boolean }): UUID {
  beforeUse();
  return original().randomUUID(options);
}

function guardedInt(...args: unknown[]): number | void {
  beforeUse();
  return original().randomInt(...args);
}

/** Why copies of this process would all draw the same numbers; null when they need not. */
export function randomnessProblem(): string | null {
  if (!Object.isFrozen(Math)) return null;
  return "Math is frozen (--frozen-intrinsics), and copies would draw the same random numbers";
}

/**
 * Prepares a process that will be forked, and in which no code but ours and Node's runs before:
 * nobody draws from the stores there.
 */
export function guardOwnRandomness(): void {
  untouchedIn = process.pid;
  Math.random = random;
}

/** Prepares a process that will be forked. To be called before modules of others are loaded. */
export function guardRandomness(): void {
  if (guarded) return;
  const problem = randomnessProblem();
  if (problem !== null) throw new UnsupportedPlatformError(`Cannot fork: ${problem}`);
  guarded = true;
  original();
  Math.random = random;
  // What was told on the command line may have run, and drawn from them.
  usedIn = generation;
  const node = crypto();
  node.randomUUID = guardedUUID;
  node.randomInt = guardedInt as typeof node.randomInt;
  // The global `crypto` draws from the same store.
  const webCrypto = Object.getPrototypeOf(globalThis.crypto) as { randomUUID(): UUID };
  webCrypto.randomUUID = () => guardedUUID();
  syncBuiltinESMExports();
}

/** In a fresh copy: whatever is drawn from now on is its own. */
export function renewRandomness(): void {
  generation++;
  // Contexts of node:vm made from now on. A seed that no sibling has is enough for these, and
  // OpenSSL takes longer in a fresh copy than all the rest of this.
  const [seconds, nanoseconds] = process.hrtime();
  const mixed = Math.imul(process.pid ^ (seconds << 20), 0x9e37_79b1) ^ nanoseconds;
  setFlagsFromString(`--random-seed=${1 + (mixed >>> 2)}`);
  if (guarded || untouchedIn === process.pid) return;
  const isFirstCopy = untouchedIn >= 0;
  untouchedIn = -1;
  if (isFirstCopy) return;
  // Whoever has taken hold of these functions before cannot be reached through wrappers.
  emptyStores();
  Math.random = random;
}
