/** One thread's view of one end of a pipe. */
import { waitBlocking } from "../../core/block-wait.ts";
import { Deadline, type SyncWait, timeAllowed } from "../../core/deadline.ts";
import { familyMember } from "../../core/family-arena.ts";
import { type LoopWaits, loopWaits } from "../../core/loop-waits.ts";
import type { Member } from "../../core/member.ts";
import type { LoopWait } from "../../core/pending-wait.ts";
import { threadMember } from "../../core/thread-arena.ts";
import { TIMED_OUT, type Waitable } from "../../core/waitable.ts";
import { ClosedError } from "../../errors.ts";
import { type MemberOf, SharedObject, release } from "../../sync/shared-object.ts";
import { KIND_END } from "../messages/kinds.ts";
import { READERS, WRITERS, wakeAll } from "../lanes/lane.ts";
import { LaneReader } from "../lanes/lane-reader.ts";
import { LaneWriter } from "../lanes/lane-writer.ts";
import type { Draft, Incoming } from "../messages/message.ts";
import {
  END_WORDS,
  type EndFacts,
  READABLE,
  WRITABLE,
  connect,
  factsOf,
  havingEnd,
  laneOf,
} from "./pipe.ts";
import type { QueueLog } from "../queues/queue-log.ts";
import type { Transport } from "./transport.ts";

/** Everything that an end needs of the pipe's memory. */
interface Lanes {
  readonly facts: EndFacts;
  readonly inAt: number;
  readonly outAt: number;
  readonly inLog: QueueLog;
  readonly outLog: QueueLog;
  readonly reader: LaneReader;
  readonly writer: LaneWriter;
}

export abstract class PipeEnd extends SharedObject implements Transport {
  #found: Lanes | undefined;
  #closed = false;
  /** The event loop that it keeps alive. In a forked copy that may be the original's. */
  #held: LoopWaits | undefined;

  protected constructor(memberOf: MemberOf) {
    super(memberOf, KIND_END, END_WORDS);
  }

  /** Found at the first use, since a new end is connected only after it was made. */
  get #lanes(): Lanes {
    if (this.#closed) throw new ClosedError("this connection was closed");
    return (this.#found ??= this.#findLanes());
  }

  #findLanes(): Lanes {
    const { member, memberOf } = this;
    const facts = factsOf(member, this.handle.block);
    const { at: outAt, log: outLog } = laneOf(member, facts.pipe, facts.index);
    const { at: inAt, log: inLog } = laneOf(member, facts.pipe, 1 - facts.index);
    const home = facts.pipe.block;
    const isClosed = (): boolean => this.#closed;
    const dependsOn = (): Iterable<number> => havingEnd(this.member, facts.peer);
    const writer = new LaneWriter(
      { memberOf, home, at: outAt, store: outLog, isClosed },
      { dependsOn },
    );
    const reader = new LaneReader({ memberOf, home, at: inAt, store: inLog, isClosed }, dependsOn);
    return { facts, inAt, outAt, inLog, outLog, reader, writer };
  }

  /** @internal */
  override rejoin(member: Member): void {
    super.rejoin(member);
    this.#found = undefined;
  }

  get readable(): boolean {
    return (this.#lanes.facts.mode & READABLE) !== 0;
  }

  get writable(): boolean {
    return (this.#lanes.facts.mode & WRITABLE) !== 0;
  }

  add(draft: Draft, wait: LoopWait): Promise<number> | null {
    return this.#lanes.writer.add(draft, wait);
  }

  addSync(draft: Draft, timeoutMs: number): number {
    return this.#lanes.writer.addSync(draft, timeoutMs);
  }

  get hasNews(): boolean {
    return this.#closed || this.#lanes.reader.hasNews;
  }

  tryTake(incoming: Incoming): number {
    return this.#lanes.reader.tryTake(incoming);
  }

  take(incoming: Incoming, wait: LoopWait): Promise<number> {
    return this.#lanes.reader.take(incoming, wait);
  }

  takeSync(incoming: Incoming, timeoutMs: number): number {
    return this.#lanes.reader.takeSync(incoming, timeoutMs);
  }

  get #whenReady(): Waitable {
    return this.#lanes.reader.ready();
  }

  get inMemory(): { readonly member: Member; readonly waitable: Waitable } {
    return { member: this.member, waitable: this.#whenReady };
  }

  async ready(wait: LoopWait): Promise<boolean> {
    return (await loopWaits(this.member).wait(this.#whenReady, wait)) !== TIMED_OUT;
  }

  readySync(wait: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    return waitBlocking(this.member, this.#whenReady, deadline) !== TIMED_OUT;
  }

  hold(on: boolean): void {
    if (on === (this.#held !== undefined)) return;
    const loop = (this.#held ??= loopWaits(this.member));
    loop.hold(on);
    if (!on) this.#held = undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.hold(false);
    const { facts, inAt, outAt } = this.#lanes;
    this.#closed = true;
    // Those of this thread who wait here end their waits; the pipe may be gone right afterwards.
    const flags = [inAt + READERS, inAt + WRITERS, outAt + READERS, outAt + WRITERS];
    wakeAll(this.member, facts.pipe.block, ...flags);
    release(this);
  }

  get closed(): boolean {
    return this.#closed;
  }

  protected describe(): string {
    return this.#closed ? "closed" : "open";
  }
}

/** An end of a pipe between processes. */
export class FamilyPipeEnd extends PipeEnd {
  constructor() {
    super(familyMember);
  }
}

/** An end of a pipe between threads. */
export class ThreadPipeEnd extends PipeEnd {
  constructor() {
    super(threadMember);
  }
}

/** Two ends of a new pipe; without `duplex` the first only reads and the second only writes. */
export function pipeEnds<T extends PipeEnd>(type: new () => T, duplex: boolean): [T, T] {
  const ends: [T, T] = [new type(), new type()];
  connect(ends[0].member, [ends[0].handle, ends[1].handle], duplex);
  return ends;
}
