/**
 * A virtual thread: a plain function that is run again from its beginning each time it goes on. The
 * operations that it has done already are answered from its log; so whatever the function builds
 * for itself is built anew, alike, and its state is a matter of its log alone.
 */
import { mix } from "./memory.ts";

/** Thrown out of an operation to switch away from a thread; nobody may catch it. */
export const SUSPENDED: unique symbol = Symbol("suspended");

export const READY = 0;
/** Asleep in a wait. */
export const ASLEEP = 1;
/** Has repeated a look that can change only by another's doing. */
export const SPINNING = 2;
export const FINISHED = 3;
export const KILLED = 4;

/** What of a thread must be put back when the search returns to an earlier moment. */
export interface ThreadMoment {
  readonly length: number;
  readonly hashLow: number;
  readonly hashHigh: number;
  readonly status: number;
  readonly at: number;
  readonly value: number;
  readonly due: number;
  readonly slice: boolean;
  readonly order: number;
  readonly woken: boolean;
  readonly alarms: number;
}

export const BEGINNING: ThreadMoment = {
  length: 0,
  hashLow: 0,
  hashHigh: 0,
  status: READY,
  at: 0,
  value: 0,
  due: Infinity,
  slice: false,
  order: 0,
  woken: false,
  alarms: 0,
};

export class VirtualThread {
  readonly index: number;
  readonly body: () => void;
  /** Answers of the operations done so far, and what was asked, to recognise another run. */
  readonly answers: number[] = [];
  readonly questions: number[] = [];
  cursor = 0;
  hashLow = 0;
  hashHigh = 0;
  status: number = READY;
  /** The word it sleeps on or looks at, and the value that it saw there. */
  at = 0;
  value = 0;
  /** When its sleep ends by itself, and whether that is only the end of a slice. */
  due: number = Infinity;
  slice = false;
  /** Its place among those asleep. */
  order = 0;
  /** Whether its wait is over, but the thread did not go on yet. */
  woken = false;
  /** How many of its sleeps ended by time. */
  alarms = 0;
  /** The next new operation was chosen already. */
  granted = false;
  /** How often it repeated its last operation, with the same answer. */
  repeats = 0;

  constructor(index: number, body: () => void) {
    this.index = index;
    this.body = body;
  }

  get isOver(): boolean {
    return this.status >= FINISHED;
  }

  remember(question: number, answer: number): void {
    this.questions.push(question);
    this.answers.push(answer);
    this.cursor++;
    this.hashLow = mix(this.hashLow ^ answer, question);
    this.hashHigh = mix(this.hashHigh ^ mix(answer, 3), question);
  }

  sleepOn(at: number, due: number, slice: boolean, order: number): void {
    this.status = ASLEEP;
    this.at = at;
    this.due = due;
    this.slice = slice;
    this.order = order;
  }

  wake(): void {
    this.status = READY;
    this.woken = true;
  }

  moment(): ThreadMoment {
    const { hashLow, hashHigh, status, at, value, due, slice, order, woken, alarms } = this;
    const { length } = this.answers;
    return { length, hashLow, hashHigh, status, at, value, due, slice, order, woken, alarms };
  }

  returnTo(moment: ThreadMoment): void {
    this.answers.length = this.questions.length = moment.length;
    ({
      hashLow: this.hashLow,
      hashHigh: this.hashHigh,
      status: this.status,
      at: this.at,
      value: this.value,
      due: this.due,
      slice: this.slice,
      order: this.order,
      woken: this.woken,
      alarms: this.alarms,
    } = moment);
    this.granted = false;
    this.repeats = 0;
  }
}
