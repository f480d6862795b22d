/** The server's end of a link: takes requests one by one, and reads none ahead of its answers. */
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";
import { EMPTY, isNotSent, type Link } from "./link.ts";
import type { Reply } from "./protocol.ts";

/** Who answers the requests. */
export interface Answering {
  answer(link: ServedLink, request: unknown): void;
  ended(link: ServedLink): void;
}

/** What one look at a link found. */
export const SERVED = 1;
export const NOTHING_THERE = 0;
export const ENDED = -1;

export class ServedLink {
  readonly link: Link;
  readonly #answering: Answering;
  /** Whose link it is, once it has said so. */
  client: Client | undefined = undefined;
  /** Its calls that have no answer yet, by the client's number. */
  readonly calls: Map<number, Call> = new Map();
  #busy = false;
  #ended = false;

  constructor(link: Link, answering: Answering) {
    this.link = link;
    this.#answering = answering;
  }

  /** Whether it has to be left alone: a message is being loaded, or the other side reads slowly. */
  get busy(): boolean {
    return this.#busy;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a look at it would find a request, or the end. */
  get hasNews(): boolean {
    return this.#ended || (!this.#busy && this.link.hasNews);
  }

  /** Answers the next request if there is one. */
  serveNext(): number {
    if (this.#ended) return ENDED;
    if (this.#busy) return NOTHING_THERE;
    let message: unknown;
    try {
      message = this.link.tryReceive();
    } catch {
      this.end();
      return ENDED;
    }
    if (message === EMPTY) return NOTHING_THERE;
    if (message instanceof Promise) this.#whileBusy(message.then((loaded) => this.#answer(loaded)));
    else this.#answer(message);
    return SERVED;
  }

  /** Answers all that has come. */
  drain(): void {
    while (this.serveNext() === SERVED);
  }

  /** Answers requests as they come, in the event loop. */
  async serve(): Promise<void> {
    try {
      while (!this.#ended) {
        this.#answer(await this.link.receive());
        if (this.#waiting !== undefined) await this.#waiting;
      }
    } catch {
      // The end of the stream, or bytes that are no message: either way nothing more comes.
    }
    this.end();
  }

  #answer(message: unknown): void {
    this.#answering.answer(this, message);
  }

  /** @throws PicklingError when the value cannot cross */
  reply(reply: Reply): void {
    if (this.#ended) return;
    let posting: Promise<void> | null;
    try {
      posting = this.link.post(reply);
    } catch (error) {
      if (isNotSent(error) || !isBroken(error)) throw error;
      return this.end();
    }
    if (posting !== null) this.#whileBusy(posting);
  }

  #waiting: Promise<void> | undefined;

  #whileBusy(work: Promise<void>): void {
    this.#busy = true;
    const done = async (): Promise<void> => {
      try {
        await work;
      } catch {
        this.end();
      }
      this.#busy = false;
      this.#waiting = undefined;
    };
    this.#waiting = done();
  }

  /** Resolves when it can be looked at again. */
  get whenFree(): Promise<void> | undefined {
    return this.#waiting;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.link.close();
    this.#answering.ended(this);
  }
}

function isBroken(error: unknown): boolean {
  const { name } = error as Error;
  return name === "BrokenConnectionError" || name === "ClosedError";
}
