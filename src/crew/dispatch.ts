/**
 * Which worker gets which task.
 *
 * A worker that has to ask for each task is idle meanwhile, so where tasks are short some are
 * offered ahead: about as many as it does in a few milliseconds. What was offered is not lost to
 * others: it can be taken back until it is begun, and is, when its worker is busy with something
 * long and another could begin it. Under a policy that is not in order of arrival nothing is
 * offered ahead, since a task that comes later may have to go first.
 */
import type { Cargo } from "./cargo.ts";
import type { Hand } from "./hand.ts";
import type { Task } from "./task.ts";
import type { WaitingTasks } from "./waiting-tasks.ts";

/** How much work may be offered ahead. */
const AHEAD_MS = 4;
const MOST_AHEAD = 1_024;
/** How long it takes to wake a worker that sleeps. */
const WAKING_MS = 0.05;
/** What lies ahead of a worker that has ended nothing for so long is free for others. */
const STUCK_MS = 1;

export class Dispatch {
  readonly #waiting: WaitingTasks;
  readonly #hands: readonly Hand[];
  readonly #mostTasks: number;
  #turn = 0;
  /** No task that was offered has a higher number of priority; often, none has one as high. */
  #leastUrgent = -Infinity;

  constructor(waiting: WaitingTasks, hands: readonly Hand[], mostTasks: number) {
    this.#waiting = waiting;
    this.#hands = hands;
    this.#mostTasks = mostTasks;
  }

  /** Offers a task that was just submitted, if it need not wait behind others. */
  offerAtOnce(task: Task, cargo: Cargo): boolean {
    if (task.priority < this.#leastUrgent) this.#makeWayFor(task);
    if (!this.#waiting.inOrderOfArrival || this.#waiting.size > 0) return false;
    const hand = this.#next(performance.now());
    return hand !== undefined && this.#offer(hand, task, cargo);
  }

  /** Takes back what was offered ahead and is less urgent. */
  #makeWayFor({ priority }: Task): void {
    this.#leastUrgent = priority;
    for (const hand of this.#hands) {
      for (const task of hand.link.offered()) {
        if (task.priority <= priority) continue;
        const cargo = hand.link.revoke(task);
        if (cargo === undefined) continue;
        hand.given--;
        task.whereabouts.cargo = cargo;
        this.#waiting.giveBack(task);
      }
    }
  }

  /** Offers what waits, for as long as somebody can take it. @throws what a policy throws */
  offerWaiting(now: number): void {
    for (const hand of this.#hands) this.#resume(hand);
    while (this.#waiting.size > 0) {
      const hand = this.#next(now);
      if (hand === undefined) return;
      const task = this.#waiting.pop();
      if (task === undefined) return;
      const { whereabouts } = task;
      if (whereabouts.phase === "parked") this.#toItsHand(task);
      else if (!this.#offer(hand, task, whereabouts.cargo!)) return this.#waiting.giveBack(task);
    }
  }

  /** A parked generator goes on where it is. */
  #toItsHand(task: Task): void {
    const hand = this.#hands.find(({ link }) => link === task.whereabouts.link)!;
    hand.resuming.push(task);
    this.#resume(hand);
  }

  #resume(hand: Hand): void {
    while (hand.resuming.length > 0 && hand.state === "working" && hand.link.idle) {
      const task = hand.resuming.shift()!;
      if (task.whereabouts.phase !== "parked") continue;
      if (!hand.link.resume(task)) return void hand.resuming.unshift(task);
      hand.parked.delete(task);
      task.whereabouts.phase = "offered";
      hand.progressAt = performance.now();
    }
  }

  #offer(hand: Hand, task: Task, cargo: Cargo): boolean {
    const { link } = hand;
    const wasIdle = link.idle;
    if (!link.offer(task, cargo)) return false;
    const { whereabouts } = task;
    whereabouts.phase = "offered";
    whereabouts.link = link;
    whereabouts.cargo = null;
    if (task.priority > this.#leastUrgent) this.#leastUrgent = task.priority;
    hand.given++;
    if (wasIdle) hand.progressAt = performance.now();
    return true;
  }

  /**
   * Who takes the next task: whoever had the last one, if he is idle or will be sooner than another
   * could be woken; or somebody idle; or whoever of the others has the least ahead of him.
   */
  #next(now: number, except?: Hand): Hand | undefined {
    const hands = this.#hands;
    const count = hands.length;
    let found: Hand | undefined;
    let least = Infinity;
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const hand = hands[index]!;
      if (hand === except || !this.#takesMore(hand)) continue;
      const { link } = hand;
      if (link.idle && hand.resuming.length === 0) {
        this.#turn = index;
        return hand;
      }
      const { ahead } = link;
      if (ahead >= least || ahead >= this.#allowance(hand, now)) continue;
      if (ahead * link.meanMs! < WAKING_MS) {
        this.#turn = index;
        return hand;
      }
      found = hand;
      least = ahead;
    }
    return found;
  }

  #takesMore(hand: Hand): boolean {
    return hand.state === "working" && hand.given < this.#mostTasks;
  }

  /** How many tasks may lie ahead of a worker that has one. */
  #allowance(hand: Hand, now: number): number {
    if (!this.#waiting.inOrderOfArrival) return 0;
    const { link } = hand;
    const { begun, meanMs } = link;
    if (begun !== hand.begun) {
      hand.begun = begun;
      hand.progressAt = now;
    }
    if (meanMs === undefined || now - hand.progressAt > AHEAD_MS) return 1;
    return Math.min(MOST_AHEAD, Math.max(1, AHEAD_MS / meanMs));
  }

  /**
   * Takes back what lies ahead of workers that are busy with something long, where others could
   * begin it now.
   * @param atOnce without waiting for a worker to be stuck: nothing else will happen for a while
   */
  relieve(now: number, atOnce: boolean): void {
    for (const hand of this.#hands) {
      if (hand.link.ahead === 0 || (!atOnce && now - hand.progressAt < STUCK_MS)) continue;
      for (;;) {
        const helper = this.#next(now, hand);
        if (helper === undefined || (atOnce && !helper.link.idle)) break;
        const task = hand.link.oldestAhead();
        const cargo = task === undefined ? undefined : hand.link.revoke(task);
        if (cargo === undefined) break;
        hand.given--;
        if (!this.#offer(helper, task!, cargo)) {
          task!.whereabouts.cargo = cargo;
          this.#waiting.giveBack(task!);
          break;
        }
      }
    }
  }

  /** Takes back everything that lies ahead of a worker. */
  takeBack({ link }: Hand): void {
    for (const task of link.offered()) {
      const cargo = link.revoke(task);
      if (cargo === undefined) continue;
      task.whereabouts.cargo = cargo;
      this.#waiting.giveBack(task);
    }
  }
}
