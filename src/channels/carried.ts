/**
 * Shared objects that a message carries: they live as long as the message is on its way, also when
 * the sender drops them meanwhile.
 *
 * While a value is coded, each shared object in it is noted and counted (`countMessage`). The notes
 * go with the message, and whoever ends it, by reading it, dropping it, or settling the thread that
 * died with it, takes them off the count.
 */
import { type Handle, countMessage, isForgotten, stampOf } from "../core/blocks.ts";
import { familyMember } from "../core/family-arena.ts";
import { NOBODY } from "../core/layout.ts";
import type { Member } from "../core/member.ts";
import { threadMember } from "../core/thread-arena.ts";
import { PicklingError } from "../errors.ts";
import { registerHandle } from "../carry/index.ts";
import { type MemberOf, type SharedObject, adopt } from "../sync/shared-object.ts";

/** A shared object on its way, in whichever arena it is. */
export interface Carried extends Handle {
  readonly reach: "thread" | "process";
}

let noting: Carried[] | undefined;

/** Codes by `body`, and answers what shared objects the result carries; they are counted. */
export function noteCarriedBy<R>(body: () => R): { result: R; carried: Carried[] } {
  const outer = noting;
  const carried: Carried[] = (noting = []);
  try {
    return { result: body(), carried };
  } catch (error) {
    dropCarried(carried);
    throw error;
  } finally {
    noting = outer;
  }
}

/** A shared object was coded: it is counted for as long as the message lives. */
export function noteCarried({ arena }: Member, { block, stamp }: Handle): void {
  if (noting === undefined) return;
  countMessage(arena, block, 1);
  noting.push({ reach: arena.reach, block, stamp });
}

/** The message is no longer on its way. */
export function dropCarried(carried: readonly Carried[]): void {
  for (const { reach, block, stamp } of carried) {
    const member = reach === "thread" ? threadMember() : familyMember();
    const { arena } = member;
    if (stampOf(arena, block) !== stamp) continue;
    countMessage(arena, block, -1);
    if (isForgotten(arena, block)) member.destroy({ block, stamp }, NOBODY);
  }
}

/** How the objects of a class cross. */
export interface ShareableType<T extends SharedObject> {
  readonly type: new () => T;
  readonly memberOf: MemberOf;
  /** For classes of threads: the class to use between processes instead. */
  readonly instead?: string;
}

/**
 * Makes a class of shared objects sendable: as their position in the arena.
 *
 * @param name the same in every thread and process
 */
export function registerShareable<T extends SharedObject>(
  name: string,
  { type, memberOf, instead }: ShareableType<T>,
): void {
  registerHandle<T, readonly [number, number]>(name, {
    is: (value): value is T => value instanceof type,
    toHandle(object, { destination }) {
      refuseElsewhere(type.name, destination, instead);
      noteCarried(object.member, object.handle);
      return [object.handle.block, object.handle.stamp];
    },
    fromHandle: ([block, stamp]) => adopt(type, memberOf, { block, stamp }),
  });
}

/**
 * What is shared by threads only does not go to a process.
 * @throws PicklingError
 */
export function refuseElsewhere(name: string, destination: string, instead?: string): void {
  if (destination !== "process" || instead === undefined) return;
  throw new PicklingError(
    `a ${name} of threads is shared by the threads of one process; ` +
      `use ${instead} between processes`,
  );
}
