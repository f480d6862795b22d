/** A worker's side of a link over messages. */
import { type Draft, Incoming } from "../channels/messages/message.ts";
import { Kind } from "../workers/crossing/frames.ts";
import { currentParentLink, type ParentLink } from "../workers/crossing/parent-link.ts";
import type { Coding } from "./cargo.ts";
import { CANCEL, crewFrame, readCrewFrame, READY, STOP } from "./crew-frame.ts";
import * as kind from "./message-head.ts";
import { PlainCoding } from "./plain-coding.ts";
import type { Port } from "./port.ts";

/** How often synchronous code that asks for its signal looks for messages. */
const LOOK_EVERY_MS = 1;

export class FramePort implements Port {
  readonly coding: Coding = new PlainCoding();
  readonly head: kind.Head = new kind.Head();
  readonly incoming: Incoming = new Incoming();
  readonly mustUseLoop = true;
  stopping = false;
  readonly #link: ParentLink = currentParentLink();
  readonly #frames: Uint8Array[] = [];
  readonly #arriving = new kind.Head();
  #news: (() => void) | undefined;
  #cancelled: { readonly number: number; readonly reason: Buffer } | undefined;
  #onCancel: { readonly number: number; readonly callback: () => void } | undefined;
  #lookedAt = 0;

  constructor() {
    this.#link.listen(
      (frame) => this.#receive(frame),
      () => process.exit(),
    );
    this.#link.hold(false);
  }

  #receive(frame: Uint8Array): void {
    const value = readCrewFrame(frame, this.#arriving);
    const { kind: what, number } = this.#arriving;
    if (what === STOP) this.stopping = true;
    else if (what === CANCEL) {
      this.#cancelled = { number, reason: value };
      if (this.#onCancel?.number === number) this.#onCancel.callback();
    } else this.#frames.push(frame);
    this.#news?.();
  }

  ready(): void {
    this.#send(crewFrame(READY));
  }

  #send(frame: Uint8Array): void {
    if (!this.#link.send(Kind.MESSAGE, frame)) process.exit();
  }

  next(): boolean {
    const frame = this.#frames.shift();
    if (frame === undefined) return false;
    this.incoming.bytes = readCrewFrame(frame, this.head);
    this.incoming.block = 0;
    this.incoming.length = this.incoming.bytes.length;
    return true;
  }

  decodeFunction(): unknown {
    return this.coding.decodeSoon(this.incoming);
  }

  answer(what: number, number: number, micros: number, draft: Draft): void {
    this.#send(crewFrame(what, number, micros, draft));
  }

  park(number: number, micros: number, generator: number): void {
    this.#send(crewFrame(kind.SLICE, number, micros, undefined, { block: generator }));
  }

  get hasNews(): boolean {
    return this.#frames.length > 0 || this.stopping;
  }

  sleep(): void {
    // There is no word to sleep on.
  }

  async wait(): Promise<void> {
    this.#link.hold(true);
    while (!this.hasNews) {
      await new Promise<void>((resolve) => {
        this.#news = resolve;
      });
    }
    this.#news = undefined;
    this.#link.hold(false);
  }

  isCancelled(number: number): boolean {
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = now;
      this.#link.look();
    }
    return this.#cancelled?.number === number;
  }

  reason(): unknown {
    const incoming = new Incoming();
    incoming.bytes = this.#cancelled!.reason;
    incoming.length = incoming.bytes.length;
    return this.coding.decode(incoming);
  }

  whenCancelled(number: number, callback: () => void): () => void {
    // The task waits for whatever keeps it going, and for this.
    this.#link.hold(true);
    this.#onCancel = { number, callback };
    if (this.#cancelled?.number === number) queueMicrotask(callback);
    return () => {
      this.#onCancel = undefined;
      this.#link.hold(false);
    };
  }
}
