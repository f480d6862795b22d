/**
 * A crew's side of a link over shared memory; the worker's is `arena-port.ts`, the words and the
 * rules are in `link-words.ts`.
 */
import { stampOf, holderOf } from "../core/blocks.ts";
import { CancelledError } from "../errors.ts";
import type { Member } from "../core/member.ts";
import type { Incoming } from "../channels/messages/message.ts";
import { copyBytes } from "../channels/messages/message-block.ts";
import { Cargo, type Coding } from "./cargo.ts";
import type { Link } from "./link.ts";
import * as link from "./link-words.ts";
import * as kind from "./message-head.ts";
import type { Task } from "./task.ts";

/** A number that no task has, or whose task has ended. */
const VACANT = 0;
/** Its task was offered; a result is to come. */
const OUT = 1;
/** Taken back: vacant when the worker has passed it. */
const BACK = 2;

export class ArenaLink implements Link {
  readonly shared: link.LinkWords;
  readonly head: kind.Head = new kind.Head();
  task: Task | undefined = undefined;
  readonly #member: Member;
  readonly #coding: Coding;
  readonly #state = new Uint8Array(link.NUMBERS);
  readonly #tasks: (Task | undefined)[] = [];
  /** Where each offered message is, in bytes, how long, and the block that went with it. */
  readonly #from = new Int32Array(link.NUMBERS);
  readonly #length = new Int32Array(link.NUMBERS);
  readonly #block = new Int32Array(link.NUMBERS);
  readonly #stamp = new Int32Array(link.NUMBERS);
  readonly #known = new Set<number>();
  /** Counters of tasks, modulo 2^32: the next to be offered, and the oldest not done with. */
  #next = 0;
  #oldest = 0;
  #out = 0;
  #cancelling = -1;

  readonly #onWaking: () => void;

  /** @param onWaking is told when a worker had to be woken for a task */
  constructor(member: Member, coding: Coding, onWaking: () => void) {
    this.#onWaking = onWaking;
    this.#member = member;
    this.#coding = coding;
    this.shared = link.LinkWords.create(member);
  }

  get ahead(): number {
    return (this.#next - this.shared.get(link.TAKEN)) >>> 0;
  }

  get begun(): number {
    return this.shared.get(link.TAKEN);
  }

  get idle(): boolean {
    return this.#out === 0;
  }

  get ready(): boolean {
    return this.shared.get(link.STATE) === link.READY;
  }

  get hasResults(): boolean {
    return !this.shared.results.isEmpty;
  }

  get meanMs(): number | undefined {
    const micros = this.shared.get(link.MEAN);
    return micros === 0 ? undefined : micros / 1000;
  }

  offer(task: Task, cargo: Cargo): boolean {
    const { callable } = task;
    if (!this.#known.has(callable.number)) {
      if (!this.#send(kind.FUNCTION, callable.number, 0, callable.cargo)) return false;
      this.#known.add(callable.number);
    }
    return this.#sendTask(task, task.kind, callable.number, cargo);
  }

  resume(task: Task): boolean {
    return this.#sendTask(task, kind.RESUME, task.generator, NOTHING);
  }

  #sendTask(task: Task, what: number, detail: number, cargo: Cargo): boolean {
    if (!this.#hasNumber()) return false;
    const number = this.#next & link.NUMBER_MASK;
    this.shared.offer(number);
    const from = this.#send(what, number, detail, cargo, task.slice);
    if (from === 0) return false;
    this.#state[number] = OUT;
    this.#tasks[number] = task;
    this.#from[number] = from;
    this.#length[number] = cargo.length;
    this.#block[number] = cargo.block;
    this.#stamp[number] = cargo.stamp;
    this.#next = (this.#next + 1) >>> 0;
    this.#out++;
    task.number = number;
    if (this.shared.wake()) this.#onWaking();
    return true;
  }

  /** Whether a number is free for another task. */
  #hasNumber(): boolean {
    if ((this.#next - this.#oldest) >>> 0 < link.NUMBERS) return true;
    const taken = this.shared.get(link.TAKEN);
    for (; this.#oldest !== this.#next; this.#oldest = (this.#oldest + 1) >>> 0) {
      const state = this.#state[this.#oldest & link.NUMBER_MASK];
      const passed = ((taken - this.#oldest) | 0) > 0;
      if (state === OUT || (state === BACK && !passed)) break;
    }
    return (this.#next - this.#oldest) >>> 0 < link.NUMBERS;
  }

  /** Writes a message and answers where its value is; 0 when there is no room. */
  #send(what: number, number: number, detail: number, cargo: Cargo, slice = 0): number {
    const { tasks, words } = this.shared;
    const { bytes, at, length } = cargo;
    const from = tasks.place(kind.HEAD_BYTES + length);
    if (from < 0) return 0;
    kind.writeHead(words, from / 4, what, number, detail, cargo, slice);
    copyBytes(bytes, at, this.#member.arena.bytes, from + kind.HEAD_BYTES, length);
    tasks.commit(kind.HEAD_BYTES + length);
    return from + kind.HEAD_BYTES;
  }

  isClaimed(number: number): boolean {
    return this.shared.isClaimed(number);
  }

  revoke(task: Task): Cargo | undefined {
    const { number, sliced } = task;
    // A generator that was begun is in this worker, and can go on nowhere else.
    if (sliced || !this.shared.revoke(number)) return undefined;
    this.#state[number] = BACK;
    this.#tasks[number] = undefined;
    this.#out--;
    const cargo = new Cargo();
    cargo.bytes = this.#member.arena.bytes;
    cargo.at = this.#from[number]!;
    cargo.length = this.#length[number]!;
    cargo.block = this.#block[number]!;
    cargo.stamp = this.#stamp[number]!;
    return cargo.kept();
  }

  offered(): Task[] {
    const found: Task[] = [];
    for (let at = this.#oldest; at !== this.#next; at = (at + 1) >>> 0) {
      const task = this.#tasks[at & link.NUMBER_MASK];
      if (task !== undefined) found.push(task);
    }
    return found;
  }

  oldestAhead(): Task | undefined {
    let at = this.shared.get(link.TAKEN) >>> 0;
    for (; at !== this.#next; at = (at + 1) >>> 0) {
      const task = this.#tasks[at & link.NUMBER_MASK];
      if (task !== undefined) return task;
    }
    return undefined;
  }

  take(into: Incoming): boolean {
    const { results, words } = this.shared;
    if (!results.first()) return false;
    const head = this.head.read(words, results.from / 4);
    const { number, block, stamp } = head;
    const length = results.to - results.from - kind.HEAD_BYTES;
    if (head.kind === kind.SLICE || block === 0) {
      const start = results.from + kind.HEAD_BYTES;
      copyBytes(this.#member.arena.bytes, start, into.room(length), 0, length);
    } else into.setBlock(block, stamp);
    results.drop();
    this.shared.wakeForRoom();
    this.task = this.#tasks[number];
    this.#tasks[number] = undefined;
    this.#state[number] = VACANT;
    this.#out--;
    if (this.#cancelling === number) this.#endCancelling();
    if (this.task === undefined && head.kind !== kind.SLICE) this.#coding.discard(head);
    return true;
  }

  cancel(task: Task, reason: unknown): void {
    const { number } = task;
    const { shared } = this;
    this.#tasks[number] = undefined;
    this.#cancelling = number;
    const { bytes, length } = this.#codedReason(reason);
    copyBytes(bytes, 0, this.#member.arena.bytes, shared.reasonAt, length);
    shared.set(link.CANCEL + 1, length);
    shared.set(link.CANCEL, number + 1);
    shared.notify(link.CANCEL);
  }

  #codedReason(reason: unknown): { readonly bytes: Uint8Array; readonly length: number } {
    try {
      const draft = this.#coding.encode(reason);
      if (draft.block === 0) return draft;
      this.#coding.discard(draft);
    } catch {
      // What cannot cross is told in words.
    }
    const text = String(reason).slice(0, link.REASON_BYTES / 8);
    return this.#coding.encode(new CancelledError(text));
  }

  #endCancelling(): void {
    this.#cancelling = -1;
    this.shared.set(link.CANCEL, 0);
  }

  forget(callable: number): void {
    if (this.#known.delete(callable)) this.#send(kind.FORGET, callable, 0, NOTHING);
  }

  dropGenerator(generator: number): void {
    this.#send(kind.DROP, generator, 0, NOTHING);
  }

  stop(): void {
    this.shared.set(link.STOP, 1);
    this.shared.wake();
  }

  bury(): void {
    for (let at = this.#oldest; at !== this.#next; at = (at + 1) >>> 0) {
      const number = at & link.NUMBER_MASK;
      if (this.#state[number] === OUT) this.#discardOwn(this.#block[number]!, this.#stamp[number]!);
    }
    // A result that it had made ours and not written yet.
    this.#discardOwn(this.shared.get(link.PARTING), this.shared.get(link.PARTING + 1));
    this.#member.letGo(this.shared.handle);
  }

  /** What the worker had claimed is settled with it; what it had not is still ours. */
  #discardOwn(block: number, stamp: number): void {
    const { arena, id } = this.#member;
    if (block === 0 || stampOf(arena, block) !== stamp || holderOf(arena, block) !== id) return;
    this.#coding.discard({ block, stamp });
  }
}

const NOTHING: Cargo = new Cargo();
