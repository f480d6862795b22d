/** Locks in a manager's server: held by clients, and given back when these are gone. */
import { checkIsOptions } from "../../core/options.ts";
import { NotOwnerError } from "../../errors.ts";
import type { SyncWait } from "../../core/deadline.ts";
import { type Owner, show } from "../../sync/holders.ts";
import { type Call, currentCall } from "../call.ts";
import { checkedWait, Line } from "./line.ts";

/** How a lock was taken, or that it was not. */
export const TAKEN = 1;
/** The one who held it before is gone, without having given it back. */
export const TAKEN_ABANDONED = 2;
export const NOT_TAKEN = 0;

/** Who holds a lock: a client, by one of its calls. */
interface Holding {
  readonly call: Call;
  depth: number;
  readonly forget: () => void;
}

let made = 0;

/** Mutual exclusion between clients. Anybody may release it, as in Python. */
export class ManagedLock {
  readonly #line = new Line<number>();
  readonly #name: string;
  #holding: Holding | undefined;
  #abandoned = false;

  constructor(options: { name?: string } = {}) {
    checkIsOptions(options);
    const name = options.name ?? `${this.kind}-${++made}`;
    if (typeof name !== "string") throw new TypeError("name must be a string");
    this.#name = name;
  }

  protected get kind(): string {
    return "Lock";
  }

  /** The name it was given, or one made of its kind and a number. */
  get name(): string {
    return this.#name;
  }

  /** Whether any client holds it. */
  get locked(): boolean {
    return this.#holding !== undefined;
  }

  /** The thread that holds it; null when it is free. */
  get owner(): Owner | null {
    return this.#holding?.call.client.who ?? null;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#line.length;
  }

  /** How often its owner holds it. */
  protected get depth(): number {
    return this.#holding?.depth ?? 0;
  }

  /** Waits until it is the client's; false when the time ran out. */
  acquire(wait?: SyncWait): boolean | Promise<boolean> {
    const taken = this._take(wait);
    return typeof taken === "number" ? taken !== NOT_TAKEN : taken.then((how) => how !== NOT_TAKEN);
  }

  /** Takes it if that needs no waiting. */
  tryAcquire(): boolean {
    return this._take({ timeoutMs: 0 }) !== NOT_TAKEN;
  }

  /** As `acquire`; tells too whether the one who held it before is gone. */
  _take(wait?: SyncWait): number | Promise<number> {
    const timeoutMs = checkedWait(wait);
    const call = currentCall();
    const holding = this.#holding;
    if (holding === undefined) return this.#give(call, 1);
    if (this.nests(holding.call, call)) {
      holding.depth++;
      return TAKEN;
    }
    if (timeoutMs === 0) return NOT_TAKEN;
    return this.#line.wait(call, wait, () => NOT_TAKEN);
  }

  /** @throws NotOwnerError when it is free */
  release(): void {
    const holding = this.#holding;
    if (holding === undefined || !this.mayRelease(holding.call, currentCall())) {
      throw new NotOwnerError(`${this.toString()} is released by one who does not hold it`);
    }
    if (--holding.depth === 0) this.#giveBack();
  }

  /** A client no longer waited when it got this answer of `_take`. */
  _giveBack(how: number): void {
    if (how === NOT_TAKEN) return;
    if (how === TAKEN_ABANDONED) this.#abandoned = true;
    this.release();
  }

  /** Whether one who holds it may take it again. */
  protected nests(_held: Call, _call: Call): boolean {
    return false;
  }

  protected mayRelease(_held: Call, _call: Call): boolean {
    return true;
  }

  #give(call: Call, depth: number): number {
    const forget = call.client.onGone(() => {
      this.#abandoned = true;
      this.#giveBack();
    });
    this.#holding = { call, depth, forget };
    const how = this.#abandoned ? TAKEN_ABANDONED : TAKEN;
    this.#abandoned = false;
    return how;
  }

  #giveBack(): void {
    this.#holding?.forget();
    this.#holding = undefined;
    const next = this.#line.first;
    if (next !== undefined) next.grant(this.#give(next.call, 1));
  }

  /** Gives it back whole, however deep; answers who had it how deep. For conditions. */
  _leave(): { call: Call; depth: number } {
    const holding = this.#holding;
    if (holding === undefined || holding.call.client !== currentCall().client) {
      throw new NotOwnerError(`${this.toString()} must be held to wait or notify`);
    }
    const { call, depth } = holding;
    this.#giveBack();
    return { call, depth };
  }

  /** Takes it as it was had before `_leave`. */
  async _return(call: Call, { depth }: { depth: number }): Promise<void> {
    if (this.#holding === undefined) this.#give(call, depth);
    else {
      await this.#line.wait(call, undefined, () => NOT_TAKEN);
      this.#holding.depth = depth;
    }
  }

  /** @throws NotOwnerError unless the caller has it */
  _mustBeHeld(): void {
    if (this.#holding?.call.client === currentCall().client) return;
    throw new NotOwnerError(`${this.toString()} must be held to wait or notify`);
  }

  toString(): string {
    const { owner } = this;
    const state = owner === null ? "free" : `held by ${show(owner)}`;
    return `${this.kind} ${JSON.stringify(this.#name)} (${state})`;
  }
}

/** A lock that its owner may take again: code of the same flow, or blocking code of one thread. */
export class ManagedRLock extends ManagedLock {
  protected override get kind(): string {
    return "RLock";
  }

  override get depth(): number {
    return super.depth;
  }

  protected override nests(held: Call, call: Call): boolean {
    if (held.client !== call.client) return false;
    if (held.blocking && call.blocking) return true;
    return call.flow !== 0 && held.flow === call.flow;
  }

  protected override mayRelease(held: Call, call: Call): boolean {
    if (held.client !== call.client) return false;
    return held.blocking || held.flow === call.flow;
  }
}
