/**
 * Who made a function or class that travels by value.
 *
 * Each gets an id where it is first sent from: a name of that thread, unique in the world, and a
 * counter. A receiver notes the id of what it rebuilt, so the same class sent again is the same
 * class there, and what returns to where it came from is itself again. Functions and module scopes
 * are held weakly: an id is forgotten with its object.
 */
import { threadId } from "node:worker_threads";
import { onCopy } from "../platform/copies.ts";
import type { FunctionShell } from "./function-carrier.ts";

/** A name unique in the world: 16 characters. Made without `node:crypto`, which loads slowly. */
export function newHome(): string {
  const bytes = Buffer.alloc(12);
  // Two threads with the same chance began in the same nanoseconds, or are told apart by this.
  bytes.writeUInt32LE((Math.random() * 2 ** 32) >>> 0, 0);
  bytes.writeUInt32LE(Number(process.hrtime.bigint() & 0xffffffffn), 4);
  bytes.writeUInt16LE(process.pid & 0xffff, 8);
  bytes.writeUInt16LE(((threadId << 6) ^ (process.pid >>> 16) ^ (Date.now() & 0x3f)) & 0xffff, 10);
  return bytes.toString("base64url");
}

let home = "";
let counter = 0;
const ids = new WeakMap<object, string>();
const objects = new Map<string, WeakRef<object>>();
let made = new WeakSet<object>();
const rebuilt = new WeakSet<object>();
const shells = new WeakMap<object, FunctionShell>();
const WEAK_PER_TURN = 200;
const LATEST = 8;
const latest = new Map<string, object>();
let sentInTurn = 0;
const forget = new FinalizationRegistry<string>((id) => {
  if (objects.get(id)?.deref() === undefined) objects.delete(id);
});

function remember(object: object, id: string): void {
  ids.set(object, id);
  objects.set(id, new WeakRef(object));
  forget.register(object, id);
}

/**
 * A WeakRef keeps its object alive until the thread returns to its event loop. A program that
 * calls in a loop without returning to it may make a closure for each call, with all its data: of
 * those beyond the first, only the latest can be found again.
 */
function rememberBriefly(object: object, id: string): void {
  ids.set(object, id);
  latest.set(id, object);
  if (latest.size <= LATEST) return;
  const [oldest] = latest.keys();
  latest.delete(oldest!);
}

function endTurn(): void {
  sentInTurn = 0;
  latest.clear();
}

/**
 * The object's id; a new one when it is sent for the first time. `isPassing` for what a program may
 * make again and again, such as closures.
 */
export function originOf(object: object, isPassing: boolean): string {
  let id = ids.get(object);
  if (id === undefined) {
    home ||= newHome();
    id = `${home}:${++counter}`;
    made.add(object);
    if (isPassing && ++sentInTurn > WEAK_PER_TURN) rememberBriefly(object, id);
    else remember(object, id);
    if (sentInTurn === 1) queueMicrotask(endTurn);
  }
  return id;
}

/** The object with this id, when it is known here. */
export function objectOfOrigin(id: string): object | undefined {
  return latest.get(id) ?? objects.get(id)?.deref();
}

/** Whether an object was first sent from here, and is therefore the original. */
export function isOriginal(object: object): boolean {
  return made.has(object);
}

/** Whether an object was rebuilt from a message here. */
export function isRebuilt(object: object): boolean {
  return rebuilt.has(object);
}

/**
 * Notes an object that was rebuilt from a message, and by what its variables can be set again. Only
 * one that later messages share can be found by its id: a WeakRef keeps its object alive until the
 * thread returns to its event loop, and a worker may run tasks for hours without doing so.
 */
export function adopt(object: object, id: string, isShared: boolean, shell?: FunctionShell): void {
  if (isShared) remember(object, id);
  else ids.set(object, id);
  rebuilt.add(object);
  if (shell !== undefined) shells.set(object, shell);
}

export function shellOf(object: object): FunctionShell | undefined {
  return shells.get(object);
}

/**
 * For a child right after a fork. New ids must not be those of its parent and siblings. What was
 * sent before keeps its id, since the child inherited it, but the original is the parent's: the
 * child's copy does not see what the parent assigns to its variables from now on.
 */
export function renewOrigins(): void {
  home = "";
  made = new WeakSet();
}

onCopy(renewOrigins);
