/** Tasks that are not to be done after all, wherever they are. */
import type { Cargo } from "./cargo.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Hand } from "./hand.ts";
import type { Staff } from "./staff.ts";
import type { Task } from "./task.ts";
import type { WaitingTasks } from "./waiting-tasks.ts";
import type { Ways } from "./ways.ts";

const GRACE_MS = 250; // how long a task may go on that was told to stop
const UNCLAIMED_MS = 1_000; // what an idle worker does not begin for so long it may never begin

export interface Whereabouts {
  readonly waiting: WaitingTasks;
  readonly staff: Staff;
  readonly ways: Ways;
  readonly dispatch: Dispatch;
  readonly graceMs: number | undefined;
}

export class Withdrawal {
  readonly #in: Whereabouts;
  readonly #over: (task: Task) => void;

  /** @param over notes that a task has ended */
  constructor(where: Whereabouts, over: (task: Task) => void) {
    this.#in = where;
    this.#over = over;
  }

  /** Drops the coded arguments of a task that never runs, or the generator of one that did. */
  drop(task: Task): void {
    const { cargo, phase } = task;
    if (phase === "parked") return this.stop(task, undefined);
    task.cargo = null;
    if (cargo !== null) this.dropCargo(cargo);
  }

  dropCargo(cargo: Cargo): void {
    if (cargo.block !== 0) this.#in.ways.coding.discard(cargo);
  }

  /** Takes back a task that nobody has begun; its end is the caller's. */
  takeBack(task: Task): boolean {
    if (task.phase === "offered") {
      const cargo = task.link!.revoke(task);
      if (cargo === undefined) return false;
      task.cargo = cargo;
      const hand = this.#handOf(task)!;
      hand.given--;
      if (isStuck(hand)) {
        hand.state = "condemned";
        this.#in.staff.killAfter(hand, GRACE_MS);
      }
    } else if (task.phase !== "waiting") return false;
    this.drop(task);
    this.#over(task);
    return true;
  }

  /** Takes back everything that nobody has begun. */
  takeBackAll(): Task[] {
    const { staff, waiting } = this.#in;
    const ahead = staff.hands.flatMap(({ link }) => link.offered());
    const taken = ahead.filter((task) => this.takeBack(task));
    for (const task of waiting.drain()) {
      if (task.phase === "parked") waiting.push(task);
      else {
        this.drop(task);
        this.#over(task);
        taken.push(task);
      }
    }
    return taken;
  }

  #handOf({ link }: Task): Hand | undefined {
    return this.#in.staff.hands.find((hand) => hand.link === link);
  }

  /** A task that runs, or waits for its next slice, is to stop. */
  stop(task: Task, reason: unknown): void {
    const { dispatch, staff, ways, graceMs = GRACE_MS } = this.#in;
    const hand = this.#handOf(task)!;
    if (task.phase === "parked") {
      hand.parked.delete(task);
      hand.link.dropGenerator(task.generator);
      return;
    }
    hand.link.cancel(task, reason);
    dispatch.takeBack(hand);
    hand.condemn(task);
    staff.killAfter(hand, graceMs);
    ways.attention.expect();
  }
}

/** Whether a worker with nothing to do has not looked at what it was offered: it may be stopped. */
function isStuck({ state, link, parked, progressAt }: Hand): boolean {
  const mayTake = state === "working" && link.ready && link.idle && parked.size === 0;
  return mayTake && link.ahead > 0 && performance.now() - progressAt >= UNCLAIMED_MS;
}
