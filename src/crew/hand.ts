/**
 * One worker, as its crew sees it: what it runs in, the way to it, and where it is in its life.
 *
 *   working ──no more tasks, or enough of them──▶ leaving ──▶ gone
 *      │ ╲──a task is to stop, or lies unseen──▶ condemned ──it ended, or was seen──▶ working
 *      ╰──────────── died ─────────────────╰──patience over──▶ gone
 */
import type { Host, HostEvents } from "./host.ts";
import type { Link } from "./link.ts";
import type { Task } from "./task.ts";
import type { WorkerInfo } from "./crew-options.ts";

export type HandState = "working" | "condemned" | "leaving" | "gone";

/** What a crew hears of its workers. */
export interface Foreman {
  handMessage(hand: Hand, body: Uint8Array): void;
  handEnded(hand: Hand): void;
  /** It is to be killed, unless it did in time what was asked for and nobody looked. */
  handOverdue(hand: Hand): void;
}

export class Hand implements HostEvents {
  readonly name: string;
  readonly link: Link;
  readonly host: Host;
  state: HandState = "working";
  /** How many tasks it was given in its life. */
  given = 0;
  /**
   * How many more it may be offered before one looks again at what it has: what it does meanwhile
   * is written elsewhere, and each look at it costs as much as the rest of an offer.
   */
  room = 0;
  /** When it last began or ended a task, as far as anybody looked, and which that was. */
  progressAt = 0;
  begun = -1;
  /** What its link had for `begun` when it was last offered something while it had nothing. */
  restedAt = -1;
  /** Whether it ever ended a task. */
  proven = false;
  /** Generators that wait in it, and those among them whose turn it is. */
  readonly parked: Set<Task> = new Set();
  readonly resuming: Task[] = [];
  /** The task that it is to stop, and whether it was killed as it did not. */
  stopping: Task | null = null;
  wasKilled = false;
  /** What it said it dies of, and how it ended. */
  failure: { readonly error: unknown } | null = null;
  exitCode: number | null = null;
  /** When it is killed unless it has ended or done what was asked for. */
  killAt: number = Infinity;
  readonly #foreman: Foreman;

  constructor(name: string, link: Link, foreman: Foreman, start: (events: HostEvents) => Host) {
    this.name = name;
    this.link = link;
    this.#foreman = foreman;
    this.host = start(this);
  }

  condemn(task: Task): void {
    this.state = "condemned";
    this.stopping = task;
  }

  /** The task that was told to stop has ended in time. */
  pardon(): void {
    this.state = "working";
    this.stopping = null;
    this.killAt = Infinity;
  }

  get info(): WorkerInfo {
    // Its answers take another way than what it says of itself, and may have overtaken that.
    if (this.host.threadId === null && this.host.pid === null) this.host.look();
    return { pid: this.host.pid, threadId: this.host.threadId, name: this.name };
  }

  onMessage(body: Uint8Array): void {
    this.#foreman.handMessage(this, body);
  }

  onFailure(error: unknown): void {
    this.failure ??= { error };
  }

  onEnd(exitCode: number): void {
    this.exitCode = exitCode;
    this.#foreman.handEnded(this);
  }
}
