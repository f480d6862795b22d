/** Queues that know which of their items are not done yet: `taskDone` and `join`. */
import { atomics } from "../../core/atomics.ts";
import { waitBlocking } from "../../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../../core/deadline.ts";
import { loopWaits } from "../../core/loop-waits.ts";
import { TIMED_OUT, WAIT, type Waitable } from "../../core/waitable.ts";
import { StateError } from "../../errors.ts";
import { wakeAll } from "../lanes/lane.ts";
import { QueueBase, SPARE } from "./queue-base.ts";

/** Items that were reported done, modulo 2^32. */
const DONE: number = SPARE;
/** 1 when somebody is queued in `join`. */
const JOINERS: number = SPARE + 1;

export abstract class TaskQueue<T> extends QueueBase<T> {
  /** Items that were put and not reported done. */
  get #unfinished(): number {
    const done = atomics.load(this.member.arena.words, this.at + DONE);
    return (this.store.put - done) | 0;
  }

  /**
   * Reports that an item that was taken is done with.
   * @throws StateError when that was said of every item already
   */
  taskDone(): void {
    const { words } = this.member.arena;
    const at = this.at + DONE;
    for (;;) {
      const done = atomics.load(words, at);
      if (((this.store.put - done) | 0) <= 0) {
        throw new StateError("taskDone() was called more often than items were put");
      }
      // Others report theirs at the same time.
      if (atomics.compareExchange(words, at, done, (done + 1) | 0) === done) break;
    }
    this.#tellJoiners();
  }

  #tellJoiners(): void {
    const flag = this.at + JOINERS;
    if (this.#unfinished > 0 || atomics.load(this.member.arena.words, flag) === 0) return;
    atomics.store(this.member.arena.words, flag, 0);
    wakeAll(this.member, this.handle.block, flag);
  }

  protected override dropped(count: number): void {
    atomics.add(this.member.arena.words, this.at + DONE, count);
    this.#tellJoiners();
  }

  /** Waits until every item that was put is reported done; false when the time ran out. */
  async join(wait?: Wait): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    const rest = { timeoutMs, signal };
    return (await loopWaits(this.member).wait(this.#finished(), rest)) !== TIMED_OUT;
  }

  /** Blocks the thread until then; false when the time ran out. */
  joinSync(wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    return waitBlocking(this.member, this.#finished(), deadline) !== TIMED_OUT;
  }

  #finished(): Waitable {
    const key = this.at + JOINERS;
    return {
      home: this.handle.block,
      key,
      attempt: () => {
        atomics.store(this.member.arena.words, key, 1);
        return this.#unfinished <= 0 ? 0 : WAIT;
      },
    };
  }
}
