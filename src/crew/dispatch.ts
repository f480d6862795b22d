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
const MOST_AHEAD = 4_096;
/** How long it takes to wake a worker that sleeps. */
const WAKING_MS = 0.05;
/** How many may be offered to one worker before one looks at what it does. */
const MOST_IN_A_ROW = 32;
/** What lies ahead of a worker that has ended nothing for so long is free for others. */
const STUCK_MS = 1;
/** Who has nothing else to do and begins nothing for so long is deaf: stopped, or blocked. */
const DEAF_MS = 10;

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
    const again = this.#lastAgain();
    if (again !== undefined) return this.#offer(again, task, cargo);
    const now = performance.now();
    const hand = this.#next(now);
    return hand !== undefined && this.#offer(hand, task, cargo, now);
  }

  /** Time has passed: what was seen of the workers is old. */
  lookAnew(): void {
    for (const hand of this.#hands) hand.room = 0;
  }

  /** Whoever had the last task, where he may have more without another look. */
  #lastAgain(): Hand | undefined {
    const hand = this.#hands[this.#turn];
    if (hand === undefined || hand.room <= 0 || !this.#takesMore(hand)) return undefined;
    hand.room--;
    return hand;
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
        task.cargo = cargo;
        this.#waiting.giveBack(task);
      }
    }
  }

  /** Offers what waits, for as long as somebody can take it. @throws what a policy throws */
  offerWaiting(now: number): void {
    this.lookAnew();
    for (const hand of this.#hands) this.#resume(hand);
    while (this.#waiting.size > 0) {
      const hand = this.#lastAgain() ?? this.#next(now);
      if (hand === undefined) return;
      const task = this.#waiting.pop();
      if (task === undefined) return;
      if (task.phase === "parked") this.#toItsHand(task);
      else if (!this.#offer(hand, task, task.cargo!, now)) return this.#waiting.giveBack(task);
    }
  }

  /** A parked generator goes on where it is. */
  #toItsHand(task: Task): void {
    const hand = this.#hands.find(({ link }) => link === task.link)!;
    hand.resuming.push(task);
    this.#resume(hand);
  }

  #resume(hand: Hand): void {
    while (hand.resuming.length > 0 && hand.state === "working" && hand.link.idle) {
      const task = hand.resuming.shift()!;
      if (task.phase !== "parked") continue;
      if (!hand.link.resume(task)) return void hand.resuming.unshift(task);
      hand.parked.delete(task);
      task.phase = "offered";
      hand.progressAt = performance.now();
    }
  }

  #offer(hand: Hand, task: Task, cargo: Cargo, now?: number): boolean {
    const { link } = hand;
    // One that has not even passed over what was taken back has got nowhere since.
    const wasIdle = link.idle && link.ahead === 0;
    const { begun } = link;
    if (!link.offer(task, cargo)) return false;
    task.phase = "offered";
    task.link = link;
    task.cargo = null;
    if (task.priority > this.#leastUrgent) this.#leastUrgent = task.priority;
    hand.given++;
    if (wasIdle) {
      hand.progressAt = now ?? performance.now();
      hand.restedAt = begun;
    }
    return true;
  }

  /**
   * Who takes the next task: whoever had the last one, if he is idle or will be sooner than another
   * could be woken; or somebody idle; or whoever of the others has the least ahead of him. Where
   * generators wait they would be lost with a task that has to be stopped by force, so somebody
   * idle who has none is better. Who seems deaf is the last to be asked, and never helps another.
   */
  #next(now: number, except?: Hand): Hand | undefined {
    const hands = this.#hands;
    const count = hands.length;
    let found = -1;
    let keeper = -1;
    let deaf = -1;
    let least = Infinity;
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const hand = hands[index]!;
      if (hand === except || !this.#takesMore(hand)) continue;
      const { link } = hand;
      if (link.idle && hand.resuming.length === 0) {
        if (isDeaf(hand, now)) deaf = index;
        else if (hand.parked.size === 0) return this.#choose(index, 0, now);
        else if (keeper < 0) keeper = index;
        continue;
      }
      const { ahead } = link;
      if (ahead >= least || ahead >= this.#allowance(hand, now)) continue;
      if (ahead * link.meanMs! < WAKING_MS) return this.#choose(index, ahead, now);
      found = index;
      least = ahead;
    }
    if (keeper >= 0) return this.#choose(keeper, 0, now);
    if (found >= 0) return this.#choose(found, least, now);
    return deaf < 0 || except !== undefined ? undefined : this.#choose(deaf, 0, now);
  }

  /** Short tasks that come next go to the same one, for about as long as waking another takes. */
  #choose(index: number, ahead: number, now: number): Hand {
    const hand = this.#hands[index]!;
    const { meanMs } = hand.link;
    this.#turn = index;
    const more = meanMs === undefined ? 0 : Math.min(MOST_IN_A_ROW, WAKING_MS / meanMs);
    hand.room = more < 1 ? 0 : Math.floor(Math.min(more, this.#allowance(hand, now) - ahead)) - 1;
    return hand;
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
    this.lookAnew();
    for (const hand of this.#hands) {
      if (hand.link.ahead === 0 || (atOnce ? isWaking(hand, now) : !isStuck(hand, now))) continue;
      for (;;) {
        const helper = this.#next(now, hand);
        if (helper === undefined || (atOnce && !helper.link.idle)) break;
        if (!hand.link.ready && !helper.link.ready) break;
        const task = hand.link.oldestAhead();
        const cargo = task === undefined ? undefined : hand.link.revoke(task);
        if (cargo === undefined) break;
        hand.given--;
        if (!this.#offer(helper, task!, cargo, now)) {
          task!.cargo = cargo;
          this.#waiting.giveBack(task!);
          break;
        }
      }
    }
  }

  /** Whether a worker that takes tasks has begun nothing of what it was offered when it rested. */
  get hasUnbegun(): boolean {
    return this.#hands.some((hand) => hand.state === "working" && isUnbegun(hand));
  }

  /** Takes back everything that lies ahead of a worker. */
  takeBack({ link }: Hand): void {
    for (const task of link.offered()) {
      const cargo = link.revoke(task);
      if (cargo === undefined) continue;
      task.cargo = cargo;
      this.#waiting.giveBack(task);
    }
  }
}

function isStuck({ progressAt }: Hand, now: number): boolean {
  return now - progressAt >= STUCK_MS;
}

function isUnbegun({ link, restedAt }: Hand): boolean {
  return link.ahead > 0 && link.ready && link.begun === restedAt;
}

/** Whether it was offered something only just now, and need only wake up. */
function isWaking(hand: Hand, now: number): boolean {
  return isUnbegun(hand) && now - hand.progressAt < DEAF_MS;
}

function isDeaf(hand: Hand, now: number): boolean {
  return isUnbegun(hand) && now - hand.progressAt >= DEAF_MS;
}
