/**
 * Waiting in the event loop: any number of waits of one thread, behind one bell.
 *
 * Whoever wakes a record of ours puts it into our ready list and rings, if we said that we sleep. A
 * bell takes tens of microseconds to be heard, so where answers have come quickly of late the loop
 * first polls for a moment, without holding up anything else in it.
 */
import { atomics } from "./atomics.ts";
import type { Listening } from "./arena.ts";
import { lookAgain, settleForTry } from "./block-wait.ts";
import { Fuse, signalOf, timeAllowed } from "./deadline.ts";
import { Listeners } from "./listeners.ts";
import type { Member } from "./member.ts";
import { Patience } from "./patience.ts";
import type { LoopWait, Pending } from "./pending-wait.ts";
import { IN_LOOP, W_FLOW, W_MODE, W_READY, bucketFor, enqueue } from "./queues.ts";
import { LOOK_AT_ALL, LOOK_AT_FAMILY, S_READY, S_RESCAN } from "./slots.ts";
import { latched, takeReady } from "./wake.ts";
import { TIMED_OUT, WAIT, type Waitable } from "./waitable.ts";

/** How often a polling loop looks in one turn: some microseconds' worth. */
const LOOKS = 150;

export class LoopWaits {
  readonly #member: Member;
  readonly #pending = new Map<number, Pending>();
  readonly #bell: Listening;
  readonly listeners: Listeners;
  /** How many keep the program alive. */
  #held = 0;
  #onFiles: (() => void) | undefined;
  #looking = false;
  #polling = false;
  readonly #patience = new Patience();

  constructor(member: Member) {
    this.#member = member;
    this.#bell = member.arena.bells.listen(member.id, () => this.#look());
    this.listeners = new Listeners(this.#bell, () => {
      if (this.#isCalled()) this.lookSoon();
    });
  }

  /**
   * Waits until `attempt` gives a token or somebody grants one; TIMED_OUT when the time is over.
   * @throws the signal's reason
   */
  wait(waitable: Waitable, wait?: LoopWait): Promise<number> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    const quiet = wait?.quiet === true;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const record = this.#member.borrowRecord();
    const onlyOnce = timeoutMs === 0;
    let token = this.#begin(waitable, record, onlyOnce);
    if (onlyOnce && token === TIMED_OUT && settleForTry(this.#member, waitable)) {
      token = this.#begin(waitable, record, onlyOnce);
    }
    if (token === WAIT) token = waitable.queued?.(record) ?? WAIT;
    if (token !== WAIT) {
      this.#retire(record);
      return Promise.resolve(token);
    }
    return new Promise((resolve, reject) => {
      const fuse = this.#fuse(record, timeoutMs, signal);
      this.#pending.set(record, { waitable, quiet, fuse, resolve, reject });
      if (!quiet) this.hold(true);
      this.#attend("now");
    });
  }

  /** Keeps the program alive for one more, or one less, on behalf of those who wait quietly. */
  hold(on: boolean): void {
    this.#held += on ? 1 : -1;
    this.listeners.hold(on);
  }

  /**
   * Calls back with the token once there is one, without keeping the program alive until then.
   * Answers what takes the wait back, which also calls back, with TIMED_OUT, unless it is too late.
   */
  watch(waitable: Waitable, onToken: (token: number) => void): () => void {
    const takeBack = this.enlist(waitable, onToken);
    this.#attend("now");
    return takeBack;
  }

  #fuse(record: number, timeoutMs: number, signal: AbortSignal | undefined): Fuse | undefined {
    if (timeoutMs === Infinity && signal === undefined) return undefined;
    const onAbort = () => this.#expire(record, { reason: signal!.reason });
    return new Fuse(timeoutMs, signal, () => this.#expire(record), onAbort);
  }

  /**
   * Polls for a moment where that pays, and then sleeps by the bell. After a look the loop has its
   * turn first, or a neighbour who wakes us again and again would hold up everything else in it.
   */
  #attend(from: "now" | "next turn"): void {
    if (this.#polling) return;
    this.#polling = true;
    // Nothing that is waited for quietly is worth polling for.
    const ms = this.#held > 0 ? this.#patience.next() : 0;
    const until = performance.now() + ms;
    const looks = ms > 0 ? LOOKS : 1;
    const poll = (): void => {
      let called = false;
      for (let look = 0; look < looks && !called; look++) called = this.#isCalled();
      if (called) {
        this.#polling = false;
        // What came while this thread was put aside for others came late.
        this.#patience.learn(ms === 0 || performance.now() < until);
        this.#look();
      } else if (performance.now() < until) {
        setImmediate(poll);
      } else {
        this.#polling = false;
        if (ms > 0) this.#patience.learn(false);
        if (this.fallAsleep()) this.lookSoon();
      }
    };
    if (from === "now") poll();
    else setImmediate(poll);
  }

  #isCalled(): boolean {
    const { arena, at } = this.#member;
    const { words } = arena;
    if ((atomics.load(words, at + S_READY) | atomics.load(words, at + S_RESCAN)) !== 0) return true;
    return this.listeners.areCalled;
  }

  #begin(waitable: Waitable, record: number, onlyOnce: boolean): number {
    const { arena } = this.#member;
    const bucket = bucketFor(waitable.home);
    return latched(this.#member, bucket, () => {
      const token = waitable.attempt(record);
      if (token !== WAIT || onlyOnce) return token === WAIT ? TIMED_OUT : token;
      atomics.store(arena.words, record + W_MODE, IN_LOOP);
      atomics.store(arena.words, record + W_FLOW, waitable.flow ?? 0);
      enqueue(arena, bucket, record, waitable.key);
      return WAIT;
    });
  }

  /**
   * Waits as `wait` does, for a thread that will sleep on the descriptor: calls back with the
   * token, once. Answers what takes the wait back.
   */
  enlist(waitable: Waitable, onToken: (token: number) => void): () => void {
    const record = this.#member.borrowRecord();
    let token = this.#begin(waitable, record, false);
    if (token === WAIT) token = waitable.queued?.(record) ?? WAIT;
    if (token !== WAIT) {
      this.#retire(record);
      onToken(token);
      return () => {};
    }
    const pending = { waitable, quiet: true, fuse: undefined, resolve: onToken, reject: onToken };
    this.#pending.set(record, pending);
    // By then another may wait with the record.
    return () => {
      if (this.#pending.get(record) === pending) this.#expire(record);
    };
  }

  /** What becomes readable when the bell is rung; null where native calls are missing. */
  get descriptor(): number | null {
    return this.#bell.descriptor;
  }

  /** Says that the thread will sleep on the bell; true when it was called already. */
  fallAsleep(): boolean {
    // Say that we sleep first and look second: what comes in between is seen or rung for.
    this.#bell.arm();
    return this.#isCalled();
  }

  /** Looks at what the bell was rung for, as the event loop would. */
  wakeUp(): void {
    this.#bell.quiet();
    this.#look();
  }

  /** Looks at ready records in this tick, after the code that runs now. */
  lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    queueMicrotask(() => this.#look());
  }

  /** Looks at everything: somebody died who may have left work half done. */
  lookAtAll(): void {
    const { arena } = this.#member;
    const listed: number[] = [];
    for (const [record, pending] of Array.from(this.#pending)) {
      const bucket = bucketFor(pending.waitable.home);
      // Who died when it was about to put a record into the list left a mark on it, which would
      // keep others from doing it. Under the latch nobody alive is about to.
      latched(this.#member, bucket, () => {
        listed.push(...takeReady(this.#member));
        atomics.store(arena.words, record + W_READY, 0);
      });
      this.#lookAt(record);
    }
    for (const record of listed) this.#lookAt(record);
  }

  #look(): void {
    this.#looking = false;
    const { words } = this.#member.arena;
    const asked = atomics.exchange(words, this.#member.at + S_RESCAN, 0);
    if (asked & LOOK_AT_FAMILY) this.#bell.familyGrew();
    if (asked & LOOK_AT_ALL) this.lookAtAll();
    if (asked !== 0) this.#onFiles?.();
    for (const record of takeReady(this.#member)) this.#lookAt(record);
    this.listeners.tell();
    const waiting = this.#pending.size + this.listeners.size;
    if (waiting > 0 || this.#onFiles !== undefined) this.#attend("next turn");
  }

  /** Calls back, until given undefined, when others ask us to look at memory files, or die. */
  whenFilesChange(look: (() => void) | undefined): void {
    this.#onFiles = look;
    if (look === undefined) return;
    this.#bell.familyGrew();
    this.#attend("now");
  }

  /** Always under the latch: after it, no waker has to do with a record that is not queued. */
  #lookAt(record: number): void {
    const pending = this.#pending.get(record);
    if (pending === undefined) return;
    this.#lookAgain(record, pending, pending.aborted !== undefined);
  }

  #lookAgain(record: number, pending: Pending, isOver: boolean): void {
    const { waitable } = pending;
    const token = latched(this.#member, bucketFor(waitable.home), () =>
      lookAgain(this.#member, waitable, record, isOver),
    );
    if (token !== WAIT) this.#finish(record, pending, token);
  }

  /** The time is over, or the signal aborted. */
  #expire(record: number, aborted?: { reason: unknown }): void {
    const pending = this.#pending.get(record);
    if (pending === undefined) return;
    if (aborted !== undefined) pending.aborted = aborted;
    this.#lookAgain(record, pending, true);
  }

  #finish(record: number, pending: Pending, token: number): void {
    this.#pending.delete(record);
    if (!pending.quiet) this.hold(false);
    pending.fuse?.cut();
    this.#retire(record);
    if (pending.aborted === undefined || token >= 0) pending.resolve(token);
    else pending.reject(pending.aborted.reason);
  }

  /**
   * A record in the ready list must leave it before it can be used again; or lose the mark, if its
   * waker died before it was in the list.
   */
  #retire(record: number): void {
    const { words } = this.#member.arena;
    let ready: readonly number[] = [];
    if (atomics.load(words, record + W_READY) !== 0) {
      ready = takeReady(this.#member);
      atomics.store(words, record + W_READY, 0);
    }
    this.#member.returnRecord(record);
    for (const other of ready) this.#lookAt(other);
  }

  /** In a forked child whose thread keeps its slot: what waited goes on in the original alone. */
  startAnew(): void {
    for (const [record, pending] of this.#pending) {
      this.#pending.set(record, { ...pending, resolve: () => {}, reject: () => {} });
      this.#expire(record);
    }
    this.listeners.clear();
    this.#looking = this.#polling = false;
    this.#bell.startAnew?.();
  }

  /** Ends listening, in a forked child; what still waits is never settled. */
  stop(): void {
    this.#pending.clear();
    this.listeners.clear();
    this.#onFiles = undefined;
    this.#bell.stop();
  }
}

/** How this thread waits in its event loop; made at its first such wait. */
export function loopWaits(member: Member): LoopWaits {
  member.loop ??= new LoopWaits(member);
  return member.loop;
}
