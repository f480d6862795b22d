/** What all queues have in common: put and get in their three forms, limits, and shutting down. */
import { atomics } from "../../core/atomics.ts";
import { messagesWith, slotsHaving } from "../../core/blocks.ts";
import { type SyncWait, type Wait, signalOf, timeAllowed } from "../../core/deadline.ts";
import type { Member } from "../../core/member.ts";
import { idIn } from "../../core/slots.ts";
import {
  ClosedError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  ResourceLimitError,
} from "../../errors.ts";
import {
  type MemberOf,
  type NameOptions,
  SharedObject,
  WORDS_AT,
} from "../../sync/shared-object.ts";
import { LANE_WORDS, READERS, WRITERS, wakeAll } from "../lanes/lane.ts";
import { LaneReader, NOTHING, TAKEN } from "../lanes/lane-reader.ts";
import { LaneWriter } from "../lanes/lane-writer.ts";
import { type Draft, Incoming, type Messages, messagesOf } from "../messages/message.ts";
import { isImmediate, limitOf, maxSizeOf, type ShutdownOptions } from "./queue-arguments.ts";
import { ADDED, type QueueStore, SHUT, type StoreLimits } from "../lanes/queue-store.ts";

const LANE = 0;
const MAX_SIZE: number = LANE + LANE_WORDS;
const MAX_BYTES: number = MAX_SIZE + 1;
/** Words for what subclasses add. */
export const SPARE: number = MAX_BYTES + 1;
/** Where the words of the store begin: on a cache line of their own. */
export const STORE_AT = 12;

/** A quarter of the arena. */
const MOST_BYTES: number = 256 * 2 ** 20;

/** Limits and the name of a queue. */
export interface QueueOptions extends NameOptions {
  /**
   * Bytes of coded items that the queue holds at most, 256 MiB when left out: a put beyond waits
   * for a reader, or fails where nobody else has the queue. A single item may be larger.
   */
  maxBytes?: number;
}

export type StoreMaker = (member: Member, at: number, limits: StoreLimits) => QueueStore;

/** What queues have in common, whatever their order. */
export abstract class QueueBase<T> extends SharedObject {
  /** Where its own words begin. */
  protected get at(): number {
    return this.handle.block + WORDS_AT;
  }

  protected readonly store: QueueStore;
  readonly #messages: Messages;
  readonly #limits: StoreLimits;
  readonly #writer: LaneWriter;
  readonly #reader: LaneReader;
  #closed = false;

  protected constructor(
    memberOf: MemberOf,
    kind: number,
    storeWords: number,
    makeStore: StoreMaker,
    maxSize: number,
    options?: QueueOptions,
  ) {
    const size = maxSizeOf(maxSize);
    const bytes = limitOf(options?.maxBytes ?? MOST_BYTES, "maxBytes");
    super(memberOf, kind, STORE_AT + storeWords, options);
    this.#limits = this.#keepLimits({ maxSize: size, maxBytes: bytes });
    const store = makeStore(this.member, this.at + STORE_AT, this.#limits);
    if (this.isNew) store.found();
    const lane = { memberOf, home: this.handle.block, at: this.at + LANE, store };
    this.store = store;
    this.#messages = messagesOf(memberOf);
    this.#writer = new LaneWriter(lane, {
      checkRoom: ({ sizeBytes }) => this.#checkMemory(sizeBytes),
      dependsOn: () => this.#others(),
    });
    this.#reader = new LaneReader(lane, () => []);
  }

  #keepLimits({ maxSize, maxBytes }: StoreLimits): StoreLimits {
    const { words } = this.member.arena;
    if (this.isNew) {
      atomics.store(words, this.at + MAX_SIZE, maxSize);
      atomics.store(words, this.at + MAX_BYTES, maxBytes);
    }
    return {
      maxSize: atomics.load(words, this.at + MAX_SIZE),
      maxBytes: atomics.load(words, this.at + MAX_BYTES) || Infinity,
    };
  }

  /** @internal */
  override rejoin(member: Member): void {
    super.rejoin(member);
    this.store.rejoin(member);
  }

  /** How many items are inside; others may change it at any moment. @throws ClosedError */
  get size(): number {
    return Math.max(0, this.#open().size);
  }

  /** Whether nothing is inside; others may change it at any moment. @throws ClosedError */
  get empty(): boolean {
    return this.#open().isEmpty;
  }

  /** Whether a put would have to wait. */
  get full(): boolean {
    const { maxSize, maxBytes } = this.#limits;
    return (maxSize > 0 && this.size >= maxSize) || this.#open().bytes >= maxBytes;
  }

  /** How many items it takes; 0 where only memory limits it. */
  get maxSize(): number {
    return this.#limits.maxSize;
  }

  /**
   * Adds an item, coded as it is at this moment; waits while the queue is full.
   *
   * Differs from Python: what cannot cross fails here and not in the background.
   * @throws PicklingError when it cannot cross, QueueFull when the time ran out, QueueShutDown, the
   * signal's reason; ResourceLimitError when its memory is used up and nobody could make room
   */
  async put(item: T, wait?: Wait): Promise<void> {
    this.#open();
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    if (signal?.aborted === true) throw signal.reason;
    const added = this.#writer.add(this.draft(item), { timeoutMs, signal });
    if (added !== null) this.#checkPut(await added, timeoutMs);
  }

  /** Adds an item; blocks the thread while the queue is full. Throws as `put` does. */
  putSync(item: T, wait?: SyncWait): void {
    this.#open();
    const timeoutMs = timeAllowed(wait);
    this.#checkPut(this.#writer.addSync(this.draft(item), timeoutMs), timeoutMs);
  }

  /**
   * Adds an item unless the queue is full.
   * @throws PicklingError, QueueShutDown and ResourceLimitError as `put` does
   */
  tryPut(item: T): boolean {
    this.#open();
    const outcome = this.#writer.tryAdd(this.draft(item));
    if (outcome === SHUT) this.#checkPut(outcome, 0);
    return outcome === ADDED;
  }

  /** An item that is to be put, coded. */
  protected draft(item: T): Draft {
    return this.#messages.encode(item);
  }

  #checkPut(outcome: number, timeoutMs: number): void {
    if (outcome === ADDED) return;
    if (outcome === SHUT) throw new QueueShutDown(`${this.#title} was shut down; nothing goes in`);
    const { maxSize } = this.#limits;
    const held = maxSize > 0 ? `${this.size} of ${maxSize} items` : `${this.store.bytes} bytes`;
    throw new QueueFull(
      `${this.#title} stayed full (${held}) for ${timeoutMs} ms; ` +
        `get items faster, wait longer, or raise its limit`,
    );
  }

  /**
   * Takes the next item; waits while there is none. An item that was taken by a thread or process
   * which then dies is gone, as in Python.
   * @throws QueueEmpty when the time ran out, QueueShutDown when no more will come, the signal's
   * reason, UnpicklingError when the item does not decode here
   */
  async get(wait?: Wait): Promise<T> {
    this.#open();
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    if (signal?.aborted === true) throw signal.reason;
    let incoming = this.#messages.incoming();
    let outcome = this.#reader.tryTake(incoming);
    if (outcome === NOTHING) {
      incoming = new Incoming();
      outcome = await this.#reader.take(incoming, { timeoutMs, signal });
    }
    this.#checkGot(outcome, timeoutMs);
    return this.#messages.decodeSoon(incoming) as T;
  }

  /** Takes the next item; blocks the thread while there is none. Throws as `get` does. */
  getSync(wait?: SyncWait): T {
    this.#open();
    const timeoutMs = timeAllowed(wait);
    const incoming = this.#messages.incoming();
    this.#checkGot(this.#reader.takeSync(incoming, timeoutMs), timeoutMs);
    return this.#messages.decode(incoming) as T;
  }

  /**
   * Takes the next item if there is one.
   * @throws QueueShutDown when no more will come
   */
  tryGet(): { value: T } | undefined {
    this.#open();
    const incoming = this.#messages.incoming();
    const outcome = this.#reader.tryTake(incoming);
    if (outcome === NOTHING) return undefined;
    this.#checkGot(outcome, 0);
    return { value: this.#messages.decode(incoming) as T };
  }

  #checkGot(outcome: number, timeoutMs: number): void {
    if (outcome === TAKEN) return;
    if (outcome === NOTHING) {
      throw new QueueEmpty(`${this.#title} stayed empty for ${timeoutMs} ms`);
    }
    throw new QueueShutDown(`${this.#title} was shut down, and all its items were taken`);
  }

  /**
   * Lets nothing more in: puts, the waiting ones too, fail with QueueShutDown; gets take what is
   * left, and then fail in the same way. `immediate` drops what is left.
   */
  shutdown(options?: ShutdownOptions): void {
    const { member, at } = this;
    const immediate = isImmediate(options);
    this.store.shut();
    if (immediate) this.dropped(this.store.drain());
    wakeAll(member, this.handle.block, at + LANE + READERS, at + LANE + WRITERS);
  }

  /** Items were dropped by `shutdown`. */
  protected dropped(_count: number): void {}

  /** Gives the queue up in this thread; it lives on as long as others have it. */
  close(): void {
    this.#closed = true;
  }

  #open(): QueueStore {
    if (this.#closed) throw new ClosedError(`${this.#title} was closed by this thread`);
    return this.store;
  }

  /** Takes items until the queue is shut down and drained. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  protected describe(): string {
    if (this.#closed) return "closed by this thread";
    const { maxSize } = this.#limits;
    const held = maxSize > 0 ? `${this.size} of ${maxSize} items` : `${this.size} items`;
    return this.store.isShut ? `${held}, shut down` : held;
  }

  get #title(): string {
    return `${this.constructor.name} ${JSON.stringify(this.name)}`;
  }

  /** Waiting for room in memory makes sense only while somebody else could make it. */
  #checkMemory(sizeBytes: number): void {
    const { maxSize, maxBytes } = this.#limits;
    if (maxSize > 0 && this.size >= maxSize) return;
    if (messagesWith(this.member.arena, this.handle.block) > 0) return;
    for (const _other of this.#others()) return;
    throw new ResourceLimitError(
      `${this.#title} holds ${this.store.bytes} bytes and takes no ${sizeBytes} more: its limit ` +
        `is ${maxBytes}, and nobody else has it who could take items; ` +
        `get some, or give it more maxBytes`,
    );
  }

  /** The ids of the other threads that have this queue. */
  *#others(): Generator<number> {
    const { arena, slot } = this.member;
    for (const other of slotsHaving(arena, this.handle.block)) {
      const id = other === slot ? 0 : idIn(arena, other);
      if (id !== 0) yield id;
    }
  }
}
