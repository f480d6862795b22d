/**
 * Items on their way through workers, lazily: what `imap` and the `map` of executors do.
 *
 * Items are pulled from the input, sent in chunks, and stand in a queue until their results are
 * taken: in order of the input, or as they come back. From being pulled to being taken, an item is
 * *ahead*; never more than `window` items are, so a slow consumer holds the input back.
 *
 * When nobody will take results while the workers are waited for (`unleash`), only what is out with
 * the workers counts. Where the input itself fails, the error comes after the results of what was
 * pulled before it.
 */
import { PicklingError } from "../errors.ts";
import { Fifo } from "./fifo.ts";
import type { Input } from "./input.ts";
import { type Launch, RefusedSlot, type Slot } from "./slot.ts";
import { warn } from "./unseen-failure.ts";

export interface StreamRequest {
  readonly input: Input;
  readonly launch: Launch;
  readonly ordered: boolean;
  /** How many items may be ahead. */
  readonly window: number;
  /** How many items are sent at once; no more than `window`. */
  readonly chunkSize: number;
  /** Called once, when nothing will be pulled any more. */
  readonly onFed: () => void;
  /** Called once, after that, when no worker has anything of it any more. */
  readonly onDone: () => void;
}

export class Stream {
  readonly #request: StreamRequest;
  /** Slots in the order in which they are to be taken. */
  readonly #queue = new Fifo<Slot>();
  readonly #out = new Set<Slot>();
  readonly #listeners = new Set<() => void>();
  #gathered: unknown[] = [];
  #ahead = 0;
  #outItems = 0;
  /** How many items of the first slot were taken. */
  #taken = 0;
  #pulled = 0;
  #pulling = false;
  #fed = false;
  #fedNoted = false;
  #unleashed = false;
  /** Whether anybody took a result, or waited for one; and whether nobody can any more. */
  #asked = false;
  #unwanted = false;
  /** Comes after everything else. */
  #failure: { readonly error: unknown } | undefined;
  /** Why nothing more is waited for. */
  #stopped = false;
  #finished = false;

  constructor(request: StreamRequest) {
    this.#request = request;
  }

  /** How many items there are; null until the input has ended. */
  get total(): number | null {
    return this.#fed ? this.#pulled : null;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Whether `take` has something to give or to say. */
  get ready(): boolean {
    if (this.#finished || this.#stopped) return true;
    const first = this.#queue.first;
    return first === undefined ? this.#fed && this.#out.size === 0 : first.ended;
  }

  /**
   * Whether the input, while it is asked for an item, asks for a result that would have to come
   * from what it gives next: waiting for that would never end.
   */
  get starves(): boolean {
    return this.#pulling && this.#out.size === 0 && !this.ready;
  }

  /**
   * The next value, once it is ready; null at the end.
   * @throws the error of an item: the next call goes on with the following one
   */
  take(): { readonly value: unknown } | null {
    this.#asked = true;
    const first = this.#queue.first;
    if (this.#finished || first === undefined || !first.ended) return this.#finish();
    const index = this.#taken++;
    if (this.#taken === first.length) {
      this.#taken = 0;
      this.#queue.take();
    }
    this.#ahead--;
    this.feed();
    return { value: first.valueAt(index) };
  }

  #finish(): null {
    if (this.#finished) return null;
    this.#finished = true;
    this.#queue.clear();
    if (this.#failure === undefined) return null;
    throw this.#failure.error;
  }

  /** Pulls and sends as much as there is room for. */
  feed(): void {
    if (this.#fed) return;
    if (this.#request.input.async) {
      void this.#feedAsync(this.#request.input.items);
      return;
    }
    const { items } = this.#request.input;
    // A launch that is refused ends the feeding, and so does an input that calls back into here.
    while (!this.#pulling && !this.#fed && this.#room >= this.#request.chunkSize) {
      this.#pulling = true;
      this.#pullChunk(items);
      this.#pulling = false;
      this.#send();
    }
  }

  #pullChunk(items: Iterator<unknown>): void {
    while (this.#gathered.length < this.#request.chunkSize && !this.#fed) {
      try {
        const next = items.next();
        if (next.done === true) return this.#endOfInput();
        this.#gather(next.value);
      } catch (error) {
        this.#endOfInput({ error });
      }
    }
  }

  async #feedAsync(items: AsyncIterator<unknown>): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (!this.#fed && this.#room > 0) {
        const next = await items.next();
        if (this.#fed) break;
        if (next.done === true) this.#endOfInput();
        else this.#gather(next.value);
        if (this.#fed || this.#gathered.length === this.#request.chunkSize) this.#send();
        else this.hurry();
      }
    } catch (error) {
      this.#endOfInput({ error });
      this.#send();
    }
    this.#pulling = false;
    this.#tell();
  }

  /** Somebody waits: an incomplete chunk is sent when nothing else is on its way. */
  hurry(): void {
    if (this.#listeners.size > 0 && this.#out.size === 0 && this.#queue.size === 0) this.#send();
  }

  get #room(): number {
    return this.#request.window - (this.#unleashed ? this.#outItems : this.#ahead);
  }

  #gather(item: unknown): void {
    this.#gathered.push(item);
    this.#pulled++;
    this.#ahead++;
  }

  #endOfInput(failure?: { readonly error: unknown }): void {
    if (this.#fed) return; // somebody closed it while it was asked
    this.#fed = true;
    this.#failure ??= failure;
  }

  #send(): void {
    const items = this.#gathered;
    this.#gathered = [];
    if (items.length > 0) this.#launch(items, this.#pulled - items.length);
    if (this.#fed) this.#noteFed();
  }

  #noteFed(): void {
    if (this.#fedNoted) return;
    this.#fedNoted = true;
    this.#request.onFed();
    if (this.#out.size === 0) this.#request.onDone();
  }

  #launch(items: readonly unknown[], start: number): void {
    const { launch, ordered } = this.#request;
    try {
      const slot = launch({ items, start }, this.#onEnd);
      this.#out.add(slot);
      this.#outItems += slot.length;
      if (ordered) this.#keep(slot);
    } catch (error) {
      // The others of the chunk have nothing to do with an item that cannot cross.
      if (error instanceof PicklingError && items.length > 1) {
        items.forEach((item, index) => this.#launch([item], start + index));
        return;
      }
      this.#keep(new RefusedSlot(items.length, error));
      if (!(error instanceof PicklingError)) this.halt();
    }
  }

  #keep(slot: Slot): void {
    if (!this.#unwanted) this.#queue.add(slot);
  }

  readonly #onEnd = (slot: Slot): void => {
    this.#out.delete(slot);
    this.#outItems -= slot.length;
    if (this.#fedNoted && this.#out.size === 0) this.#request.onDone();
    if (this.#finished || this.#stopped) return;
    if (!this.#request.ordered) this.#keep(slot);
    if (this.#unleashed) this.feed();
    this.#tell();
  };

  /** Pulls no more; what was sent is still given, then `error`, if any. */
  halt(error?: unknown): void {
    if (this.#fed) return;
    this.#failure ??= error === undefined ? undefined : { error };
    warnOnFailure(this.#halt());
    this.#tell();
  }

  /** Stops the work. Results that come next and are there are still given, then `reason`. */
  stop(reason: unknown): void {
    if (this.#finished) return;
    this.#failure = { error: reason };
    this.#stopped = true;
    this.#queue.keepWhile((slot) => slot.ended);
    this.halt();
    for (const slot of this.#out) slot.stop(reason);
    this.#tell();
  }

  /** The consumer wants no more: the input is closed, and what waits for a worker is dropped. */
  async close(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    for (const slot of this.#out) slot.drop();
    this.#queue.clear();
    const closing = this.#fed ? undefined : this.#halt();
    this.#tell();
    await closing;
  }

  /**
   * Its iterator was collected. Who had begun to take results has left them; where nobody ever did,
   * the work itself is wanted, and is done to its end.
   */
  forsake(): void {
    if (this.#asked && !this.#unleashed) return warnOnFailure(this.close());
    this.#unwanted = true;
    this.#queue.clear();
    this.unleash();
  }

  /** Lets the input run to its end although nobody may be taking results. */
  unleash(): void {
    this.#unleashed = true;
    this.feed();
  }

  async #halt(): Promise<void> {
    this.#fed = true;
    this.#gathered = [];
    this.#noteFed();
    const closing = this.#request.input.items.return?.();
    // An input that is being asked for an item may never answer.
    if (!this.#pulling) await closing;
  }

  listen(listener: () => void): void {
    this.#asked = true;
    this.#listeners.add(listener);
    this.hurry();
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function warnOnFailure(closing: Promise<void>): void {
  closing.catch((error: unknown) => warn("An input could not be closed", error));
}
