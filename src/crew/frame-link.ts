/**
 * A crew's side of a link over messages. There is nothing by which a task on its way could be taken
 * back, so a worker has one task at a time, and from when it is sent it counts as begun. It is sent
 * when the worker is ready, not before: one that dies in its initializer has begun nothing.
 */
import type { Incoming } from "../channels/messages/message.ts";
import type { Cargo } from "./cargo.ts";
import { CANCEL, crewFrame, readCrewFrame, READY, STOP } from "./crew-frame.ts";
import { CancelledError } from "../errors.ts";
import type { Coding } from "./cargo.ts";
import type { Link } from "./link.ts";
import * as kind from "./message-head.ts";
import type { Task } from "./task.ts";

/** How much the newest task says about how long tasks take. */
const WEIGHT = 0.2;

export class FrameLink implements Link {
  readonly head: kind.Head = new kind.Head();
  task: Task | undefined = undefined;
  ready = false;
  meanMs: number | undefined = undefined;
  readonly #coding: Coding;
  readonly #send: (frame: Uint8Array) => void;
  readonly #known = new Set<number>();
  readonly #results: Uint8Array[] = [];
  #number = 0;
  #busy = false;
  #current: Task | undefined;
  /** What the first task came with, while the worker is not ready for it. */
  #held: Cargo | undefined;
  #stopsThen = false;

  constructor(coding: Coding, send: (frame: Uint8Array) => void) {
    this.#coding = coding;
    this.#send = send;
  }

  get ahead(): number {
    return this.#busy ? Infinity : 0;
  }

  get begun(): number {
    return this.#number;
  }

  get idle(): boolean {
    return !this.#busy;
  }

  get hasResults(): boolean {
    return this.#results.length > 0;
  }

  offer(task: Task, cargo: Cargo): boolean {
    if (this.#busy) return false;
    if (this.ready) this.#sendCall(task, cargo);
    else {
      this.#busy = true;
      this.#current = task;
      this.#held = cargo.kept();
    }
    return true;
  }

  #sendCall(task: Task, cargo: Cargo): void {
    const { callable } = task;
    if (!this.#known.has(callable.number)) {
      this.#known.add(callable.number);
      this.#send(crewFrame(kind.FUNCTION, callable.number, 0, callable.cargo));
    }
    this.#sendTask(task, task.kind, callable.number, cargo);
  }

  resume(task: Task): boolean {
    if (this.#busy) return false;
    this.#sendTask(task, kind.RESUME, task.generator);
    return true;
  }

  #sendTask(task: Task, what: number, detail: number, cargo?: Cargo): void {
    this.#busy = true;
    this.#current = task;
    const number = (this.#number = (this.#number + 1) & 0xffff);
    task.number = number;
    this.#send(crewFrame(what, number, detail, cargo, task));
  }

  isClaimed(): boolean {
    return this.#held === undefined;
  }

  revoke(task: Task): Cargo | undefined {
    const held = this.#held;
    if (held === undefined || this.#current !== task) return undefined;
    this.#held = undefined;
    this.#current = undefined;
    this.#busy = false;
    return held;
  }

  offered(): Task[] {
    return this.#current === undefined ? [] : [this.#current];
  }

  oldestAhead(): Task | undefined {
    return this.#held === undefined ? undefined : this.#current;
  }

  receive(frame: Uint8Array): void {
    readCrewFrame(frame, this.head);
    if (this.head.kind !== READY) this.#results.push(frame);
    else this.#begin();
  }

  #begin(): void {
    this.ready = true;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#sendCall(this.#current!, held);
    if (this.#stopsThen) this.stop();
  }

  take(into: Incoming): boolean {
    const frame = this.#results.shift();
    if (frame === undefined) return false;
    into.bytes = readCrewFrame(frame, this.head);
    into.block = 0;
    into.length = into.bytes.length;
    const ms = this.head.detail / 1000;
    this.meanMs = this.meanMs === undefined ? ms : this.meanMs + (ms - this.meanMs) * WEIGHT;
    this.task = this.#current;
    this.#current = undefined;
    this.#busy = false;
    return true;
  }

  cancel(task: Task, reason: unknown): void {
    this.#current = undefined;
    this.#send(crewFrame(CANCEL, task.number, 0, this.#coded(reason)));
  }

  #coded(reason: unknown): ReturnType<Coding["encode"]> {
    try {
      return this.#coding.encode(reason);
    } catch {
      return this.#coding.encode(new CancelledError(String(reason)));
    }
  }

  forget(callable: number): void {
    if (this.#known.delete(callable)) this.#send(crewFrame(kind.FORGET, callable));
  }

  dropGenerator(generator: number): void {
    this.#send(crewFrame(kind.DROP, generator));
  }

  stop(): void {
    // What is held comes first.
    if (this.#held === undefined) this.#send(crewFrame(STOP));
    else this.#stopsThen = true;
  }

  bury(): void {
    this.#results.length = 0;
  }
}
