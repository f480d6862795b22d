/**
 * What all primitives have in common: an object in an arena, seen through a JavaScript object.
 *
 *   object   NAME (12 words)  then the words of the primitive
 *
 * A thread that has a JavaScript object for it keeps it alive for everybody. The same shared object
 * is the same JavaScript object each time it comes to a thread; when the collector took that one,
 * the thread lets go, and the last to let go frees the memory.
 */
import { type Handle, OBJECT_AT, checkHandle, kindOf } from "../core/blocks.ts";
import type { Arena } from "../core/arena.ts";
import { Collected, type Watched } from "../core/collected.ts";
import { onRejoin } from "../core/family-arena.ts";
import { policyOf } from "../core/kinds.ts";
import type { Member } from "../core/member.ts";
import { areOptions, shownKind } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { readText, writeText } from "./text.ts";

const NAME_WORDS = 12;
/** Where the words of a primitive begin, from its block. */
export const WORDS_AT: number = OBJECT_AT + NAME_WORDS;

/** How a face finds the arena of its objects. Called when one is made, never before. */
export type MemberOf = () => Member;

/** What the constructors of most primitives take. */
export interface NameOptions {
  /** Shown in messages and to whoever else has the object; at most 46 bytes are kept. */
  name?: string;
}

/** A JavaScript object's hold on a shared one; outlives it until the collector has told. */
interface Hold extends Watched {
  readonly handle: Handle;
  readonly memberOf: MemberOf;
  readonly object: WeakRef<SharedObject>;
}

const holdOf = new WeakMap<SharedObject, Hold>();
/** The newest hold on each object, by block, in each arena. */
const newest = new Map<MemberOf, Map<number, Hold>>();

const holds = new Collected<Hold>(endHold);

function endHold(hold: Hold): void {
  const { memberOf, handle } = hold;
  const ofArena = newest.get(memberOf);
  if (ofArena?.get(handle.block) === hold) ofArena.delete(handle.block);
  memberOf().letGo(handle);
}

/** Lets go of a shared object at once; its JavaScript object must not be used any more. */
export function release(object: SharedObject): void {
  const hold = holdOf.get(object);
  if (hold !== undefined) holds.release(hold);
}

onRejoin((member) => {
  for (const { handle, memberOf, object } of holds) {
    if (memberOf() !== member) continue;
    member.retain(handle);
    object.deref()?.rejoin(member);
  }
});

/** The handle for the object that is about to be constructed, where it exists already. */
let adopting: Handle | undefined;

/** Whether the object being constructed exists already, so that its arguments mean nothing. */
export const isAdopting = (): boolean => adopting !== undefined;

export abstract class SharedObject {
  /** @internal */
  readonly handle: Handle;
  /** @internal */
  readonly memberOf: MemberOf;
  /** @internal This thread, in the arena of the object. */
  member: Member;
  /** @internal Whether this constructor made the shared object, and has to give it its values. */
  protected readonly isNew: boolean;

  protected constructor(memberOf: MemberOf, kind: number, words: number, options?: NameOptions) {
    const name = checkedName(options);
    const adopted = adopting;
    adopting = undefined;
    this.memberOf = memberOf;
    this.member = memberOf();
    this.isNew = adopted === undefined;
    if (adopted !== undefined && kindOf(this.member.arena, adopted.block) !== kind) {
      throw new TypeError(`the handle is not that of a ${this.constructor.name}`);
    }
    this.handle = adopted ?? this.member.create(kind, WORDS_AT - OBJECT_AT + words);
    if (name !== undefined)
      writeText(this.member.arena, nameAt(this.handle.block), NAME_WORDS, name);
    if (adopted !== undefined) this.member.retain(adopted);
    keep(this);
  }

  /** The name it was given, or one made of its kind and a number. */
  get name(): string {
    return nameOf(this.member.arena, this.handle.block);
  }

  /** What state it is in, in a few words. */
  protected abstract describe(): string;

  toString(): string {
    return `${this.constructor.name} ${JSON.stringify(this.name)} (${this.describe()})`;
  }

  /** @internal In a child made by fork this thread is another member of the family. */
  rejoin(member: Member): void {
    this.member = member;
  }
}
showByToString(SharedObject);

const nameAt = (block: number): number => block + OBJECT_AT;

/** The name of an object: the given one, or one made of its kind and a number. */
export function nameOf(arena: Arena, block: number): string {
  const given = readText(arena, nameAt(block), NAME_WORDS);
  return given === "" ? `${policyOf(kindOf(arena, block))?.name}-${block >>> 4}` : given;
}

function checkedName(options: NameOptions | undefined): string | undefined {
  if (options === undefined) return undefined;
  if (!areOptions(options) || options instanceof SharedObject) {
    throw new TypeError(
      `options must be an object such as { name: "accounts" }, not ${shownKind(options)}`,
    );
  }
  const { name } = options;
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`name must be a string, not ${typeof name}`);
  }
  return name;
}

function keep(object: SharedObject): void {
  const { handle, memberOf } = object;
  const hold: Hold = { handle, memberOf, object: new WeakRef(object) };
  holdOf.set(object, hold);
  let ofArena = newest.get(memberOf);
  if (ofArena === undefined) newest.set(memberOf, (ofArena = new Map()));
  ofArena.set(handle.block, hold);
  holds.watch(object, hold);
}

/**
 * The object of class `type` for a handle that came from elsewhere; this thread's own one if it has
 * one. The handle must be kept alive by somebody until this returns.
 * @throws ClosedError when the object no longer exists
 */
export function adopt<T extends SharedObject>(
  type: new () => T,
  memberOf: MemberOf,
  handle: Handle,
): T {
  const { arena } = memberOf();
  checkHandle(arena, handle, type.name);
  const hold = newest.get(memberOf)?.get(handle.block);
  const known = hold?.handle.stamp === handle.stamp ? hold.object.deref() : undefined;
  if (known instanceof type) return known;
  adopting = handle;
  try {
    return new type();
  } finally {
    adopting = undefined;
  }
}
