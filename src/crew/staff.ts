/** The workers of a crew: hiring them, and seeing them off. */
import type { Initializer } from "./worker-main.ts";
import type { CrewOptions } from "./crew-options.ts";
import { type Foreman, Hand } from "./hand.ts";
import type { Host, HostEvents } from "./host.ts";
import type { Link } from "./link.ts";
import { ProcessHost } from "./process-host.ts";
import { startMethodHere } from "../workers/start.ts";
import { ThreadHost } from "./thread-host.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { ArenaAddress } from "./arena-port.ts";

/** A new way to a worker, and what the worker is told of it. */
export interface NewLink {
  readonly link: Link;
  readonly address: ArenaAddress | null;
}

/** @param send hands bytes to the worker, once it is there */
export type MakeLink = (send: (bytes: Uint8Array) => void) => NewLink;

/** How long a worker may take to end when it was asked to. */
const TERM_MS = 1_000;

export class Staff {
  /** Those who live, whatever they do. */
  readonly hands: Hand[] = [];
  readonly #options: CrewOptions;
  readonly #makeLink: MakeLink;
  readonly #foreman: Foreman;
  readonly #holds = new Set<string>();
  #hired = 0;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(options: CrewOptions, makeLink: MakeLink, foreman: Foreman) {
    this.#options = options;
    this.#makeLink = makeLink;
    this.#foreman = foreman;
  }

  /** How many take tasks, or will again. */
  get size(): number {
    return this.hands.reduce((count, { state }) => count + (state === "leaving" ? 0 : 1), 0);
  }

  get isFull(): boolean {
    return this.size >= this.#options.size;
  }

  /** @throws PicklingError when the initializer cannot cross, StateError */
  hire(): Hand {
    let hand: Hand | undefined;
    const { link, address } = this.#makeLink((bytes) => hand!.host.send(bytes));
    const name = `${this.#options.name}_${this.#hired++}`;
    try {
      hand = new Hand(name, link, this.#foreman, (events) => this.#start(name, address, events));
      this.hands.push(hand);
      if (this.#holds.size > 0) hand.host.hold(true);
      return hand;
    } catch (error) {
      link.bury();
      throw error;
    }
  }

  #start(name: string, address: ArenaAddress | null, events: HostEvents): Host {
    const { reach, daemon, initializer, initArgs = [] } = this.#options;
    const order = { where: reach, address };
    const first: Initializer | null =
      initializer === undefined
        ? null
        : { fn: initializer as Initializer["fn"], args: initArgs as unknown[] };
    const options = { name, daemon, order, initializer: first };
    if (reach === "thread") return new ThreadHost(options, events);
    return new ProcessHost(options, this.#options.startMethod ?? startMethodHere(), events);
  }

  /** What a thread sleeps on that waits for messages of theirs. */
  pollRequests(): PollRequest[] {
    return this.hands.flatMap(({ host }) => host.pollRequests());
  }

  /** Whether the program lives on for them, as somebody waits for their results or their ends. */
  hold(why: "results" | "ends", on: boolean): void {
    const before = this.#holds.size > 0;
    if (on) this.#holds.add(why);
    else this.#holds.delete(why);
    const now = this.#holds.size > 0;
    if (now !== before) for (const { host } of this.hands) host.hold(now);
  }

  /** Takes in what has become of them, without the event loop. */
  look(): void {
    for (const { host } of Array.from(this.hands)) host.look();
    this.killOverdue();
  }

  /** Hires somebody if there is room and nobody is idle. */
  hireUnlessIdle(): void {
    if (this.isFull) return;
    const idle = this.hands.some(({ state, link }) => state === "working" && link.idle);
    if (!idle) this.hire();
  }

  /** Lets those go that have had enough tasks, and have done them. */
  retire(): void {
    const { maxTasksPerWorker = Infinity } = this.#options;
    if (maxTasksPerWorker === Infinity) return;
    for (const hand of this.hands) {
      const { given, link, parked } = hand;
      if (given >= maxTasksPerWorker && link.idle && parked.size === 0) this.letGo(hand);
    }
  }

  /** A worker that takes no more tasks ends by itself. */
  letGo(hand: Hand): void {
    if (hand.state !== "working") return;
    hand.state = "leaving";
    hand.link.stop();
  }

  /** Ends a worker whatever it does. */
  dismiss(hand: Hand, how: "SIGTERM" | "SIGKILL"): void {
    hand.state = "leaving";
    hand.host.end(how);
    if (how === "SIGTERM") this.killAfter(hand, TERM_MS);
  }

  /** Kills a worker unless it has ended by then, or `killAt` was changed. */
  killAfter(hand: Hand, ms: number): void {
    hand.killAt = performance.now() + ms;
    this.#armKilling();
  }

  /** Kills those whose time is over. */
  killOverdue(): void {
    const now = performance.now();
    for (const hand of Array.from(this.hands)) {
      if (hand.killAt <= now) this.#foreman.handOverdue(hand);
      if (hand.killAt > now) continue;
      hand.killAt = Infinity;
      hand.state = "leaving";
      hand.wasKilled = true;
      hand.host.end("SIGKILL");
    }
    this.#armKilling();
  }

  #armKilling(): void {
    clearTimeout(this.#killTimer);
    const ms = this.msToNextKill;
    if (ms !== Infinity) this.#killTimer = setTimeout(() => this.killOverdue(), ms).unref();
  }

  get msToNextKill(): number {
    const at = Math.min(...this.hands.map(({ killAt }) => killAt));
    return Math.max(1, at - performance.now());
  }

  remove(hand: Hand): void {
    hand.state = "gone";
    const at = this.hands.indexOf(hand);
    if (at >= 0) this.hands.splice(at, 1);
  }
}
