/**
 * What goes on in a crew: tasks go out to the workers, results come in, workers die and others take
 * their places.
 *
 * A task is in one place at a time: with the policy, with one worker, or over. What a worker had
 * claimed ends with it; what it had not goes back among the waiting. So each task ends once.
 */
import type { WorkerDiedError } from "../errors.ts";
import type { Attention, Expectant } from "./attention.ts";
import type { Cargo } from "./cargo.ts";
import type { CrewOptions } from "./crew-options.ts";
import { DeafWatch } from "./deaf-watch.ts";
import { Dispatch } from "./dispatch.ts";
import type { Foreman, Hand } from "./hand.ts";
import { SLICE } from "./message-head.ts";
import { Hiring } from "./hiring.ts";
import { policyOf } from "./policy.ts";
import { Staff } from "./staff.ts";
import { Takings } from "./takings.ts";
import type { Task } from "./task.ts";
import { WaitingTasks } from "./waiting-tasks.ts";
import { breachBy, brokenForAll, DeathRule, diedWith } from "./worker-deaths.ts";
import { type Ways, waysToWorkers } from "./ways.ts";
import { Withdrawal } from "./withdrawal.ts";

const PORTION = 512; // results of one worker that are taken before others have their turn

export class Engine implements Foreman, Expectant {
  readonly waiting: WaitingTasks;
  readonly staff: Staff;
  readonly ways: Ways;
  readonly takings: Takings;
  readonly withdrawal: Withdrawal;
  readonly #dispatch: Dispatch;
  readonly #hiring: Hiring;
  readonly #options: CrewOptions;
  readonly #onEmpty: () => void;
  readonly #watch = new DeafWatch(() => this.#lookForDeaf());
  state: "open" | "closed" | "broken" = "open";
  breach: WorkerDiedError | null = null; // what broke it
  pending = 0;
  /** Rises whenever something happened that was no result. */
  changes = 0;
  readonly #deaths: DeathRule;
  #sequence = 0;

  /** @param onEmpty is called when no worker is left that lives */
  constructor(options: CrewOptions, onEmpty: () => void) {
    this.#options = options;
    this.#onEmpty = onEmpty;
    const { reach, maxTasksPerWorker = Infinity, schedule } = options;
    this.#deaths = new DeathRule(options.onWorkerDeath);
    this.waiting = new WaitingTasks(policyOf<Task>(schedule));
    this.staff = new Staff(options, (send) => this.ways.makeLink(send), this);
    this.#hiring = new Hiring(options, this.staff);
    this.ways = waysToWorkers(reach, this, this.staff);
    this.#dispatch = new Dispatch(this.waiting, this.staff.hands, maxTasksPerWorker);
    this.takings = new Takings(this.ways.coding, reach, (task) => this.#over(task));
    const { waiting, staff, ways } = this;
    const where = { waiting, staff, ways, dispatch: this.#dispatch, graceMs: options.graceMs };
    this.withdrawal = new Withdrawal(where, (task) => this.#over(task));
  }

  get attention(): Attention {
    return this.ways.attention;
  }

  get hasResults(): boolean {
    return this.staff.hands.some(({ link }) => link.hasResults);
  }

  /** A task that was just coded. @throws what a policy throws; then the task is not admitted */
  admit(task: Task, cargo: Cargo): void {
    task.sequence = ++this.#sequence;
    task.phase = "waiting";
    this.#hiring.forTask();
    if (!this.#dispatch.offerAtOnce(task, cargo)) this.#queue(task, cargo);
    this.pending++;
    if (this.#hiring.whyNobody !== null) setImmediate(() => this.handOut());
  }

  #queue(task: Task, cargo: Cargo): void {
    task.cargo = cargo.kept();
    try {
      this.waiting.push(task);
    } catch (error) {
      this.withdrawal.drop(task);
      task.phase = "new";
      throw error;
    }
  }

  /** The same for several. @throws what a policy throws; then none of them is admitted */
  admitAll(tasks: readonly Task[], cargoes: readonly Cargo[]): void {
    let admitted = 0;
    try {
      for (; admitted < tasks.length; admitted++) this.admit(tasks[admitted]!, cargoes[admitted]!);
    } catch (error) {
      for (const task of tasks.slice(0, admitted)) this.withdrawal.takeBack(task);
      for (const cargo of cargoes.slice(admitted + 1)) this.withdrawal.dropCargo(cargo);
      throw error;
    }
  }

  pump(): boolean {
    let came = false;
    const { hands } = this.staff;
    // Taking results may end workers, so by position, and from the end.
    for (let at = hands.length - 1; at >= 0; at--) {
      const hand = hands[at];
      if (hand !== undefined && this.#take(hand, PORTION)) came = true;
    }
    this.handOut();
    return came;
  }

  /** Offers what waits to those who can take it. */
  handOut(): void {
    if (this.#isCalm) return;
    const now = performance.now();
    this.#offerWaiting(now);
    this.#dispatch.relieve(now, false);
    this.staff.retire();
    this.staffUp();
    if (this.state === "closed" && this.pending === 0) this.dissolve();
  }

  /** Nothing is to be handed out, and nobody is to come or to go. */
  get #isCalm(): boolean {
    const { maxTasksPerWorker, start, size } = this.#options;
    if (this.pending > 0 || this.state !== "open" || maxTasksPerWorker !== undefined) return false;
    return start === "on demand" || this.staff.hands.length >= size;
  }

  #offerWaiting(now: number): void {
    try {
      this.#dispatch.offerWaiting(now);
    } catch (error) {
      // A policy of the user's: nobody knows what it would have given next.
      this.#failWaiting(() => error);
    }
  }

  #failWaiting(why: (task: Task) => unknown): void {
    for (const task of this.waiting.drain()) {
      this.withdrawal.drop(task);
      this.takings.fail(task, why(task));
    }
  }

  #take(hand: Hand, most: number): boolean {
    const { link } = hand;
    let taken = 0;
    for (; taken < most && link.take(this.takings.incoming); taken++) {
      const { task, head } = link;
      if (head.kind === SLICE && task !== undefined) this.#park(hand, task, head.block);
      else if (task !== undefined) this.takings.settle(task, hand, head);
      else if (hand.state === "condemned") hand.pardon();
    }
    if (taken === 0) return false;
    hand.progressAt = performance.now();
    hand.proven = true;
    this.#deaths.noteProgress();
    return true;
  }

  /** A generator used up its time: it waits in its worker for its next turn. */
  #park(hand: Hand, task: Task, generator: number): void {
    task.phase = "parked";
    task.generator = generator;
    task.usedMs += hand.link.head.detail / 1000;
    task.sliced = true;
    hand.parked.add(task);
    try {
      this.waiting.push(task);
    } catch (error) {
      hand.parked.delete(task);
      this.takings.fail(task, error);
    }
  }

  /** Nothing will come for a while. */
  beforeSleep(): void {
    this.#dispatch.relieve(performance.now(), true);
  }

  asleep(): void {
    if (!this.#watch.isSet && this.#dispatch.hasUnbegun) this.#watch.set();
  }

  /** Whether some worker still seems deaf. */
  #lookForDeaf(): boolean {
    this.beforeSleep();
    return this.pending > 0 && this.#dispatch.hasUnbegun;
  }

  #over(task: Task): void {
    if (task.phase === "waiting") this.waiting.leave();
    task.phase = "over";
    task.link = null;
    // The last may end by a death, or by a module that was loaded, and then nothing else is heard.
    if (--this.pending === 0) this.attention.noneToCome();
  }

  /** Hires whom is needed. */
  staffUp(): void {
    if (this.state === "broken") return;
    try {
      this.#hiring.forWaiting(this.waiting.size, this.state === "open", () => {
        this.#offerWaiting(performance.now());
      });
    } catch (error) {
      return this.breakBy(error as Error);
    }
    const { whyNobody } = this.#hiring;
    if (whyNobody !== null) this.#failWaiting(whyNobody);
  }

  handMessage(hand: Hand, body: Uint8Array): void {
    hand.link.receive?.(body);
    this.pump();
  }

  handOverdue(hand: Hand): void {
    // Told to stop nothing, it had only to look at what was taken back.
    if (hand.state === "condemned" && hand.stopping === null && hand.link.ahead === 0)
      hand.pardon();
    else if (!this.#take(hand, PORTION)) return;
    this.changes++;
    this.handOut(); // nobody else looks where nothing is pending, though the crew may be closed
  }

  handEnded(hand: Hand): void {
    this.changes++;
    while (this.#take(hand, PORTION));
    const expected = hand.state === "leaving" || this.state === "broken";
    if (this.state !== "broken") this.#dispatch.takeBack(hand);
    const running = [...hand.link.offered(), ...hand.parked];
    this.staff.remove(hand);
    hand.link.bury();
    const fellShort = this.#hiring.noteEnd(hand);
    const fatal = expected || fellShort ? null : this.#deaths.judge(hand, running[0]);
    for (const task of running) this.takings.fail(task, diedWith(hand, task));
    if (fatal !== null) this.breakBy(fatal);
    this.handOut();
    this.beforeSleep(); // who took the place is idle, and no result may come for a while
    if (this.staff.hands.length === 0) this.#onEmpty();
    else if (this.pending > 0) this.attention.expect();
  }

  /** Everything fails, now and later. */
  breakBy(error: Error): void {
    if (this.state === "broken") return;
    this.state = "broken";
    this.breach = breachBy(error, this.#options.reach);
    const why = brokenForAll(this.breach);
    this.endAll(why, why, "SIGTERM");
  }

  /** Ends all tasks and all workers. */
  endAll(
    running: (task: Task) => unknown,
    queued: (task: Task) => unknown,
    how: "SIGTERM" | "SIGKILL",
  ): void {
    const { hands } = this.staff;
    for (const hand of hands) if (hand.state !== "gone") this.#dispatch.takeBack(hand);
    const begun = hands.flatMap(({ link, parked }) => [...link.offered(), ...parked]);
    for (const hand of Array.from(hands)) this.staff.dismiss(hand, how);
    for (const task of this.waiting.drain()) {
      if (task.phase === "parked") continue;
      this.withdrawal.drop(task);
      this.takings.fail(task, queued(task));
    }
    for (const task of begun) this.takings.fail(task, running(task));
  }

  /** The workers end when they have done what they have. */
  dissolve(): void {
    for (const hand of this.staff.hands) this.staff.letGo(hand);
    if (this.staff.hands.length === 0) this.#onEmpty();
  }

  /** Takes in deaths without the event loop, and looks for the deaf; whether anybody died. */
  lookAtHosts(): boolean {
    const before = this.changes;
    this.staff.look();
    this.beforeSleep();
    return this.changes !== before;
  }
}
