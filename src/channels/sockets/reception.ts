/**
 * Greets those who connect to a listener, all at the same time, and keeps the outcomes in the order
 * in which they came. One who says nothing is dropped after a while and holds up nobody.
 */
import type { Socket } from "node:net";
import { Deadline } from "../../core/deadline.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { Greeting, type GreetingEnd, type SocketRules } from "./greeting.ts";
import type { SocketLink } from "./socket-link.ts";

/** One who passed, or why one did not. */
export type Outcome =
  | { readonly link: SocketLink; readonly from: string }
  | { readonly failure: Error };

/** Of more who are being greeted, the one who came first is dropped. */
const MOST_GREETINGS = 512;
/** More who passed and wait to be accepted are turned away. */
const MOST_WAITING = 1_024;
/** More failures that nobody asked about are forgotten. */
const MOST_FAILURES = 64;

interface Guest {
  readonly from: string;
  readonly deadline: Deadline;
  readonly timer: NodeJS.Timeout;
}

export class Reception implements GreetingEnd {
  readonly #rules: SocketRules;
  readonly #patienceMs: number;
  readonly #onOutcome: () => void;
  readonly #guests = new Map<Greeting, Guest>();
  readonly #outcomes: Outcome[] = [];
  #failures = 0;

  /** @param onOutcome called when there is one more */
  constructor(rules: SocketRules, patienceMs: number, onOutcome: () => void) {
    this.#rules = rules;
    this.#patienceMs = patienceMs;
    this.#onOutcome = onOutcome;
  }

  admit(socket: Socket): void {
    const [first] = this.#guests.keys();
    if (this.#guests.size >= MOST_GREETINGS) this.#drop(first!);
    const { remoteAddress, remotePort } = socket;
    const from = remoteAddress === undefined ? "" : `${remoteAddress}:${remotePort}`;
    const greeting = new Greeting(socket, "listener", this.#rules, this);
    const timer = setTimeout(() => this.#dropSoon(greeting), this.#patienceMs).unref();
    this.#guests.set(greeting, { from, deadline: new Deadline(this.#patienceMs), timer });
  }

  /** What it said while this thread was busy is heard first. */
  #dropSoon(greeting: Greeting): void {
    setImmediate(() => {
      if (this.#guests.has(greeting)) this.#drop(greeting);
    });
  }

  #drop(greeting: Greeting): void {
    this.#forget(greeting);
    greeting.drop();
  }

  #forget(greeting: Greeting): Guest | undefined {
    const guest = this.#guests.get(greeting);
    clearTimeout(guest?.timer);
    this.#guests.delete(greeting);
    return guest;
  }

  /** @internal */
  onGreeted(greeting: Greeting, link: SocketLink): void {
    const { from } = this.#forget(greeting)!;
    if (this.#outcomes.length - this.#failures >= MOST_WAITING) return link.close();
    this.#outcomes.push({ link, from });
    this.#onOutcome();
  }

  /** @internal */
  onFailed(greeting: Greeting, failure: Error | undefined): void {
    this.#forget(greeting);
    // Who just left may have been anything: a port scanner, or one who looks whether we are up.
    if (failure === undefined || this.#failures >= MOST_FAILURES) return;
    this.#failures++;
    this.#outcomes.push({ failure });
    this.#onOutcome();
  }

  next(): Outcome | undefined {
    const outcome = this.#outcomes.shift();
    if (outcome !== undefined && "failure" in outcome) this.#failures--;
    return outcome;
  }

  /** Goes on with all greetings, without the event loop. */
  pump(): void {
    for (const [greeting, { deadline }] of this.#guests) {
      greeting.pump();
      if (deadline.passed && this.#guests.has(greeting)) this.#drop(greeting);
    }
  }

  get pollRequests(): PollRequest[] {
    return Array.from(this.#guests.keys(), (greeting) => greeting.pollRequest);
  }

  /** Turns everybody away. */
  close(): void {
    for (const greeting of this.#guests.keys()) this.#drop(greeting);
    for (let next = this.next(); next !== undefined; next = this.next()) {
      if ("link" in next) next.link.close();
    }
  }
}
