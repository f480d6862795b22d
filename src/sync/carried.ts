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
import { registerHandle } from "../carry/handles.ts";
import { Refusal } from "../carry/refusal.ts";
import { Barrier } from "./barrier.ts";
import { type Carried, isNoting, note, notedBy } from "./notes.ts";
import { type MemberOf, type SharedObject, adopt } from "./shared-object.ts";

/** Codes by `body`, and answers what shared objects the result carries; they are counted. */
export function noteCarriedBy<R>(body: () => R): { result: R; carried: Carried[] } {
  return notedBy(body, dropCarried);
}

/** A shared object was coded: it is counted for as long as the message lives. */
export function noteCarried({ arena }: Member, { block, stamp }: Handle): void {
  if (!isNoting()) return;
  countMessage(arena, block, 1);
  note({ reach: arena.reach, block, stamp });
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

type SharedClass = new () => SharedObject;

/** A barrier brings with it what it runs. */
type Sent = readonly [block: number, stamp: number, action?: (() => unknown) | undefined];

/**
 * Lets the primitives of a face cross to other threads, and to other processes if their memory
 * does. A subclass crosses as the class of the face that it extends.
 */
export function carry(module: string, memberOf: MemberOf, types: readonly SharedClass[]): void {
  const crosses = module === "multiprocessing";
  for (const type of types) {
    registerHandle<SharedObject, Sent>(`${module}.${type.name}`, {
      is: (value): value is SharedObject => value instanceof type,
      toHandle(object, { destination }) {
        if (destination !== "thread" && (!crosses || destination === "foreign")) {
          throw new Refusal(
            crosses
              ? `is a ${module}.${type.name}, for this family only; a Manager's goes further`
              : `is a ${module}.${type.name}, for threads only; use multiprocessing.${type.name}`,
          );
        }
        const { block, stamp } = object.handle;
        noteCarried(object.member, object.handle);
        return object instanceof Barrier ? [block, stamp, object.action] : [block, stamp];
      },
      fromHandle([block, stamp, action]) {
        const object = adopt(type, memberOf, { block, stamp }) as SharedObject;
        if (object instanceof Barrier) object.action ??= action;
        return object;
      },
    });
  }
}
