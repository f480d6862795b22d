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
import { onRejoin } from "../core/family-arena.ts";
import type { Member } from "../core/member.ts";
import { showByToString } from "../core/shown.ts";
import { readText, writeText } from "./text.ts";

const NAME_WORDS = 12;
/** Where the words of a primitive begin, from its block. */
export const WORDS_AT: number = OBJECT_AT + NAME_WORDS;

/** How a face finds the arena of its objects. Called when one is made, never before. */
export type MemberOf = () => Member;

/** What the constructors of most primitives take. */
export interface NameOptions {
  /** Shown in messages and to whoever else has the object; at most 47 bytes are kept. */
  name?: string;
}

/** One thread's hold on a shared object; outlives the JavaScript object by a little. */
interface Holding {
  readonly handle: Handle;
  readonly memberOf: MemberOf;
  /** JavaScript objects for it, the collected ones included until that was noticed. */
  objects: number;
  newest: WeakRef<Shared>;
  /** Given up by `release`, before the objects were collected. */
  released?: true;
}

const holdings = new Map<MemberOf, Map<number, Holding>>();

const collected = new FinalizationRegistry<Holding>((holding) => {
  if (--holding.objects > 0 || holding.released) return;
  const { memberOf, handle } = holding;
  const ofReach = holdings.get(memberOf);
  if (ofReach?.get(handle.block) === holding) ofReach.delete(handle.block);
  memberOf().letGo(handle);
});

onRejoin((member) => {
  for (const ofReach of holdings.values()) {
    for (const { handle, newest, memberOf } of ofReach.values()) {
      if (memberOf().arena !== member.arena) continue;
      member.retain(handle);
      newest.deref()?.rejoin(member);
    }
  }
});

/** The handle for the object that is about to be constructed, where it exists already. */
let adopting: Handle | undefined;

export abstract class Shared {
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
    this.handle = adopted ?? this.member.create(kind, WORDS_AT - OBJECT_AT + words);
    if (name !== undefined) writeText(this.member.arena, this.#nameAt, NAME_WORDS, name);
    keep(this, adopted !== undefined);
  }

  get #nameAt(): number {
    return this.handle.block + OBJECT_AT;
  }

  /** Where its own words begin. */
  protected get at(): number {
    return this.handle.block + WORDS_AT;
  }

  /** The name it was given, or one made of its kind and a number. */
  get name(): string {
    const given = readText(this.member.arena, this.#nameAt, NAME_WORDS);
    return given === "" ? `${this.constructor.name}-${this.handle.block >>> 4}` : given;
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
showByToString(Shared);

function checkedName(options: NameOptions | undefined): string | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `options must be an object such as { name: "accounts" }, not ${typeof options}`,
    );
  }
  const { name } = options;
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`name must be a string, not ${typeof name}`);
  }
  return name;
}

function keep(object: Shared, comesAgain: boolean): void {
  const { handle, memberOf, member } = object;
  let ofReach = holdings.get(memberOf);
  if (ofReach === undefined) holdings.set(memberOf, (ofReach = new Map()));
  let holding = ofReach.get(handle.block);
  if (holding?.handle.stamp !== handle.stamp) holding = undefined;
  if (holding === undefined) {
    holding = { handle, memberOf, objects: 0, newest: new WeakRef(object) };
    ofReach.set(handle.block, holding);
    if (comesAgain) member.retain(handle);
  }
  holding.objects++;
  holding.newest = new WeakRef(object);
  collected.register(object, holding);
}

/** Lets go of a shared object at once; the JavaScript objects for it must not be used any more. */
export function release({ handle, memberOf }: Shared): void {
  const ofReach = holdings.get(memberOf);
  const holding = ofReach?.get(handle.block);
  if (holding?.handle.stamp !== handle.stamp) return;
  ofReach!.delete(handle.block);
  holding.released = true;
  memberOf().letGo(handle);
}

/**
 * The object of class `type` for a handle that came from elsewhere; this thread's own one if it has
 * one. The handle must be kept alive by somebody until this returns.
 * @throws ClosedError when the object no longer exists
 */
export function adopt<T extends Shared>(
  type: new () => T,
  memberOf: MemberOf,
  kind: number,
  handle: Handle,
): T {
  const { arena } = memberOf();
  checkHandle(arena, handle, type.name);
  if (kindOf(arena, handle.block) !== kind) {
    throw new TypeError(`the handle is not that of a ${type.name}`);
  }
  const holding = holdings.get(memberOf)?.get(handle.block);
  const known = holding?.handle.stamp === handle.stamp ? holding.newest.deref() : undefined;
  if (known instanceof type) return known;
  adopting = handle;
  try {
    return new type();
  } finally {
    adopting = undefined;
  }
}
