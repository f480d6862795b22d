/**
 * The memory that a crew and one of its workers share: two rings of bytes, tasks in and results
 * out, and the words by which they agree on who has which task.
 *
 *   0     heads and tails of the two rings
 *   64    words of the worker: STATE, TAKEN, MEAN, PARTING
 *   80    words of the crew: STOP, CANCEL
 *   96    SLEEPS, apart from what changes with each task
 *   112   CLAIMS: one word for each task on its way
 *   then  the coded reason of a cancellation, the data of the tasks, the data of the results
 *
 * Claim word of a task, at the number it has on this link:
 *   OFFERED ──worker, CAS──▶ CLAIMED     it runs, or its result is on the way
 *      └─────crew, CAS─────▶ REVOKED     the crew has it again; the worker passes it over
 * A number is used again when the worker has passed the task and the crew is done with it, so one
 * side's CAS decides who has a task. Results are written before the next task is claimed: of those
 * claimed by a dead worker, only the last can be without a result, and that one was running.
 *
 * SLEEPS: 0 awake · ASLEEP until there is a task · IN_LOOP the same in its event loop · FOR_ROOM
 * asleep until there is room for a result. The worker sets it and then looks once more; the crew
 * changes something and then looks at it. So one of the two sees the other.
 */
import { atomics } from "../core/atomics.ts";
import { type Handle, OBJECT_AT } from "../core/blocks.ts";
import { KIND_ROOM } from "../core/kinds.ts";
import type { Member } from "../core/member.ts";
import { bucketFor } from "../core/queues.ts";
import { RingSpace } from "../core/ring-space.ts";
import { S_SLEEPS_ON, setField } from "../core/slots.ts";
import { latched, notifyAll } from "../core/wake.ts";

const TASK_HEAD = 0;
const TASK_TAIL = 16;
const RESULT_HEAD = 32;
const RESULT_TAIL = 48;

export const STATE = 64;
/** How many tasks the worker has passed, modulo 2^32: claimed or found revoked. */
export const TAKEN = 65;
/** How long its tasks take of late, in microseconds; 0 before the first. */
export const MEAN = 66;
/** A result's block that the worker is about to hand over: its position and its stamp. */
export const PARTING = 68;
/** Whether the worker is to end when it has no tasks. */
export const STOP = 80;
/** The number of the task that is to stop, plus 1; the length of the coded reason follows. */
export const CANCEL = 81;
export const SLEEPS = 96;
const CLAIMS = 112;

/** The state of a worker that takes tasks; 0 until then. */
export const READY = 1;

/** States of a claim. */
export const OFFERED = 1;
export const CLAIMED = 2;
export const REVOKED = 3;

export const AWAKE = 0;
export const ASLEEP = 1;
export const IN_LOOP = 2;
export const FOR_ROOM = 3;

/** How many tasks may be on their way to one worker and back. */
export const NUMBERS = 8_192;
export const NUMBER_MASK: number = NUMBERS - 1;
/** The longest reason of a cancellation. */
export const REASON_BYTES = 2_048;
const RING_WORDS = 65_536;
const REASON_AT = CLAIMS + NUMBERS;
const TASKS_AT = REASON_AT + REASON_BYTES / 4;
/** A thread asleep in a native call cannot be ended, so no sleep is longer. */
const SLICE_MS = 250;

/** The shared words of a link; what they mean to each side is in `arena-link` and `arena-port`. */
export class LinkWords {
  readonly #member: Member;
  readonly handle: Handle;
  readonly words: Int32Array;
  /** Where the words of the link begin. */
  readonly at: number;
  readonly tasks: RingSpace;
  readonly results: RingSpace;

  /** @param ringWords the size of each ring; both sides must say the same */
  static create(member: Member, ringWords: number = RING_WORDS): LinkWords {
    const handle = member.create(KIND_ROOM, TASKS_AT + 2 * ringWords);
    return new LinkWords(member, handle, ringWords);
  }

  constructor(member: Member, handle: Handle, ringWords: number = RING_WORDS) {
    this.#member = member;
    const { words } = member.arena;
    this.handle = handle;
    this.words = words;
    const at = (this.at = handle.block + OBJECT_AT);
    const tasks = { head: at + TASK_HEAD, tail: at + TASK_TAIL, data: at + TASKS_AT };
    const results = {
      head: at + RESULT_HEAD,
      tail: at + RESULT_TAIL,
      data: at + TASKS_AT + ringWords,
    };
    this.tasks = new RingSpace(words, tasks, ringWords, true);
    this.results = new RingSpace(words, results, ringWords, true);
  }

  /** Where the coded reason of a cancellation is, in bytes. */
  get reasonAt(): number {
    return (this.at + REASON_AT) * 4;
  }

  get(word: number): number {
    return atomics.load(this.words, this.at + word);
  }

  set(word: number, value: number): void {
    atomics.store(this.words, this.at + word, value);
  }

  /** Lets go of a state of sleep that one side sees; false when it was another by then. */
  change(word: number, from: number, to: number): boolean {
    return atomics.compareExchange(this.words, this.at + word, from, to) === from;
  }

  /** The crew: wakes a worker that sleeps until there is something to do; whether one did. */
  wake(): boolean {
    const how = this.get(SLEEPS);
    if (how === AWAKE || how === FOR_ROOM) return false;
    this.#wakeFrom(how);
    return true;
  }

  /** The crew: wakes a worker that sleeps until there is room for a result. */
  wakeForRoom(): void {
    if (this.get(SLEEPS) === FOR_ROOM) this.#wakeFrom(FOR_ROOM);
  }

  #wakeFrom(how: number): void {
    // It may have woken by itself, and taken what is there.
    if (!this.change(SLEEPS, how, AWAKE)) return;
    if (how === IN_LOOP) this.notify(SLEEPS);
    else this.#member.arena.sleeper.wake(this.at + SLEEPS, 1);
  }

  /** The crew: lets a worker look again that waits for a word in its event loop. */
  notify(word: number): void {
    const bucket = bucketFor(this.handle.block);
    latched(this.#member, bucket, () => notifyAll(this.#member, bucket, this.at + word));
  }

  /** The worker: sleeps for a slice, ASLEEP or FOR_ROOM, unless it finds that it need not. */
  sleepUnless(how: number, ready: () => boolean): void {
    const { arena, id } = this.#member;
    const word = this.at + SLEEPS;
    // First the word, then a look: who changes something looks at the word afterwards.
    this.set(SLEEPS, how);
    if (!ready()) {
      setField(arena, id, S_SLEEPS_ON, word);
      arena.sleeper.sleep(word, how, SLICE_MS);
      setField(arena, id, S_SLEEPS_ON, 0);
    }
    this.set(SLEEPS, AWAKE);
  }

  offer(number: number): void {
    this.set(CLAIMS + number, OFFERED);
  }

  claim(number: number): boolean {
    return this.change(CLAIMS + number, OFFERED, CLAIMED);
  }

  revoke(number: number): boolean {
    return this.change(CLAIMS + number, OFFERED, REVOKED);
  }

  isClaimed(number: number): boolean {
    return this.get(CLAIMS + number) === CLAIMED;
  }
}
