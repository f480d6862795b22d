/** A worker's side of a link over shared memory; see `link-words.ts` for the rules. */
import { type Handle, passTo } from "../core/blocks.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { WAIT, type Waitable } from "../core/waitable.ts";
import { type Draft, Incoming, messagesOf } from "../channels/messages/message.ts";
import { claimMessage, copyBytes } from "../channels/messages/message-block.ts";
import type { MemberOf } from "../sync/shared-object.ts";
import type { Coding } from "./cargo.ts";
import { tellCrew } from "./crew-words.ts";
import * as link from "./link-words.ts";
import * as kind from "./message-head.ts";
import type { Port } from "./port.ts";

/** How much the newest task says about how long tasks take. */
const WEIGHT = 0.2;

/** What a worker over shared memory is told. */
export interface ArenaAddress {
  readonly link: Handle;
  /** The words of the crew, and the id of the thread that it belongs to. */
  readonly crew: Handle;
  readonly crewId: number;
}

export class ArenaPort implements Port {
  readonly coding: Coding;
  readonly mustUseLoop = false;
  readonly head: kind.Head = new kind.Head();
  readonly incoming: Incoming = new Incoming();
  readonly #member: Member;
  readonly #decodeKept: (handle: Handle) => unknown;
  readonly #shared: link.LinkWords;
  readonly #crew: Handle;
  readonly #crewId: number;
  #meanMicros = 0;
  #toldMean = 0;
  #taken = 0;

  constructor(memberOf: MemberOf, address: ArenaAddress) {
    const member = (this.#member = memberOf());
    const messages = messagesOf(memberOf);
    this.coding = messages;
    this.#decodeKept = (handle) => messages.decodeKeptSoon(handle);
    this.#shared = new link.LinkWords(member, address.link);
    this.#crew = address.crew;
    this.#crewId = address.crewId;
    member.retain(address.link);
    member.retain(address.crew);
  }

  ready(): void {
    this.#shared.set(link.STATE, link.READY);
  }

  next(): boolean {
    const { tasks, words } = this.#shared;
    while (tasks.first()) {
      const head = this.head.read(words, tasks.from / 4);
      const isTask = kind.isTask(head.kind);
      const mine = !isTask || this.#shared.claim(head.number);
      if (isTask) this.#shared.set(link.TAKEN, (this.#taken = (this.#taken + 1) | 0));
      if (mine) this.#receive(tasks.from + kind.HEAD_BYTES, tasks.to, isTask);
      tasks.drop();
      if (mine) return true;
    }
    return false;
  }

  #receive(from: number, to: number, isTask: boolean): void {
    const { block } = this.head;
    if (block === 0) {
      copyBytes(this.#member.arena.bytes, from, this.incoming.room(to - from), 0, to - from);
      return;
    }
    this.incoming.setBlock(block, this.head.stamp);
    // A function's block stays for other workers.
    if (isTask) claimMessage(this.#member, this.head);
  }

  decodeFunction(): unknown {
    if (this.head.block === 0) return this.coding.decodeSoon(this.incoming);
    return this.#decodeKept(this.head);
  }

  answer(what: number, number: number, micros: number, draft: Draft): void {
    this.#learn(micros);
    const shared = this.#shared;
    const { block } = draft;
    if (block !== 0) {
      // From here on it dies with the crew, not with us; named until the crew can find it.
      shared.set(link.PARTING + 1, draft.stamp);
      shared.set(link.PARTING, block);
      passTo(this.#member.arena, block, this.#crewId);
    }
    this.#write(what, number, micros, draft);
    if (block !== 0) shared.set(link.PARTING, 0);
    tellCrew(this.#member, this.#crew.block, this.#crewId);
  }

  park(number: number, micros: number, generator: number): void {
    this.#write(kind.SLICE, number, micros, { bytes: NONE, length: 0, block: generator, stamp: 0 });
    tellCrew(this.#member, this.#crew.block, this.#crewId);
  }

  #write(
    what: number,
    number: number,
    micros: number,
    value: Pick<Draft, "bytes" | "length" | "block" | "stamp">,
  ): void {
    const { results, words } = this.#shared;
    const length = value.block === 0 ? value.length : 0;
    let from = results.place(kind.HEAD_BYTES + length);
    while (from < 0) {
      this.#shared.sleepUnless(link.FOR_ROOM, () => results.place(kind.HEAD_BYTES + length) >= 0);
      from = results.place(kind.HEAD_BYTES + length);
    }
    kind.writeHead(words, from / 4, what, number, micros, value);
    copyBytes(value.bytes, 0, this.#member.arena.bytes, from + kind.HEAD_BYTES, length);
    results.commit(kind.HEAD_BYTES + length);
  }

  #learn(micros: number): void {
    const before = this.#meanMicros;
    this.#meanMicros = before === 0 ? micros : before + (micros - before) * WEIGHT;
    const mean = Math.max(1, Math.round(this.#meanMicros));
    if (mean !== this.#toldMean) this.#shared.set(link.MEAN, (this.#toldMean = mean));
  }

  get stopping(): boolean {
    return this.#shared.get(link.STOP) === 1;
  }

  get hasNews(): boolean {
    return !this.#shared.tasks.isEmpty || this.stopping;
  }

  sleep(): void {
    this.#shared.sleepUnless(link.ASLEEP, () => this.hasNews);
  }

  async wait(): Promise<void> {
    await loopWaits(this.#member).wait(
      this.#waitable(link.SLEEPS, () => {
        this.#shared.set(link.SLEEPS, link.IN_LOOP);
        return this.hasNews;
      }),
    );
    this.#shared.set(link.SLEEPS, link.AWAKE);
  }

  #waitable(word: number, ready: () => boolean): Waitable {
    return {
      home: this.#shared.handle.block,
      key: this.#shared.at + word,
      attempt: () => (ready() ? 0 : WAIT),
    };
  }

  isCancelled(number: number): boolean {
    return this.#shared.get(link.CANCEL) === number + 1;
  }

  reason(): unknown {
    const length = this.#shared.get(link.CANCEL + 1);
    const incoming = new Incoming();
    const { bytes } = this.#member.arena;
    copyBytes(bytes, this.#shared.reasonAt, incoming.room(length), 0, length);
    return this.coding.decode(incoming);
  }

  whenCancelled(number: number, callback: () => void): () => void {
    const waiting = new AbortController();
    const waitable = this.#waitable(link.CANCEL, () => this.isCancelled(number));
    void this.#callBack(waitable, waiting.signal, callback);
    return () => waiting.abort();
  }

  async #callBack(waitable: Waitable, signal: AbortSignal, callback: () => void): Promise<void> {
    try {
      await loopWaits(this.#member).wait(waitable, { signal });
    } catch {
      // The task ended first.
      return;
    }
    callback();
  }
}

const NONE = Buffer.alloc(0);
