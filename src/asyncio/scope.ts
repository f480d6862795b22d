/**
 * Scopes of cancellation: a task's whole body, and inside it the bodies of `timeout` and of task
 * groups, as a tree.
 *
 * Code finds its scope through the async context, so no signal is passed by hand. Cancelling a
 * scope ends every suspension in it and in the scopes inside it. When there is none, because the
 * code runs or awaits something that is not ours, the cancellation stays pending and the next
 * await of this library takes it. A plain await cannot be interrupted: JavaScript gives no way to
 * throw into a promise's awaiter.
 *
 * A scope is a FlowStart so that a task can begin later in the async context it was created in.
 */
import type { CancelledError } from "../errors.ts";
import { currentHost, FlowStart, newFlow, type FlowScope, type Host } from "../core/flow.ts";
import { Delivery } from "./delivery.ts";
import type { Suspension } from "./suspension.ts";
import type { Task } from "./task.ts";

/** Lets the fast paths skip the look-up of their scope: mostly no cancellation is pending. */
let pendingCancellations = 0;

/** What few scopes have; the others are spared the memory. */
interface Rare {
  flow?: number;
  parent?: Scope;
  /** The scopes inside. */
  inner?: Set<Scope> | undefined;
  cancelledBy?: CancelledError | undefined;
  /** Not seen by anybody yet. */
  pending?: CancelledError | undefined;
  /** Behind `signal`. */
  shown?: Delivery | undefined;
  /** Behind `waitSignal`. */
  waited?: Delivery | undefined;
}

export class Scope extends FlowStart implements FlowScope, Host {
  readonly task: Task<unknown>;
  #last: Suspension | undefined;
  #closed = false;
  #rare: Rare | undefined;

  constructor(task: Task<unknown>, parent?: Scope) {
    super("MANYHANDS_SCOPE");
    this.task = task;
    if (parent === undefined) return;
    this.#rare = { parent };
    this.#attach();
  }

  /** That of the task. */
  get flow(): number {
    return this.parent?.flow ?? ((this.#rare ??= {}).flow ??= newFlow());
  }

  get parent(): Scope | undefined {
    return this.#rare?.parent;
  }

  get host(): this {
    return this;
  }

  /** The newest suspension; its `before` leads to the older ones. */
  get suspension(): Suspension | undefined {
    return this.#last;
  }

  get inner(): Iterable<Scope> {
    return this.#rare?.inner ?? [];
  }

  /** Stays aborted once the scope was cancelled, until `forgive`. */
  get signal(): AbortSignal {
    const rare = (this.#rare ??= {});
    rare.shown ??= new Delivery((reason) => this.#taken(reason));
    const reason = this.cancelledBy;
    if (reason !== undefined) rare.shown.abort(reason);
    return rare.shown.signal;
  }

  /** For the waits of other modules: aborted only by a cancellation that nothing has seen yet. */
  get waitSignal(): AbortSignal {
    const rare = (this.#rare ??= {});
    if (rare.waited === undefined || rare.waited.aborted) {
      rare.waited = new Delivery((reason) => this.#taken(reason));
      const reason = this.pendingReason;
      if (reason !== undefined) rare.waited.abort(reason);
    }
    return rare.waited.signal;
  }

  add(suspension: Suspension): void {
    if (this.#closed) this.#attach();
    suspension.scope = this;
    suspension.before = this.#last;
    if (this.#last !== undefined) this.#last.after = suspension;
    this.#last = suspension;
  }

  remove(suspension: Suspension): void {
    const { before, after } = suspension;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else if (this.#last === suspension) this.#last = before;
    suspension.scope = suspension.before = suspension.after = undefined;
    if (this.#closed) this.#detach();
  }

  /** Ends what is suspended in here, or leaves the cancellation to the next await. */
  cancel(reason: CancelledError): void {
    const rare = (this.#rare ??= {});
    rare.cancelledBy ??= reason;
    if (!this.#deliver(reason)) this.#setPending(rare.pending ?? reason);
    this.#abortSignals(reason);
  }

  /**
   * Takes a cancellation back, seen or not, by default any: signals asked for from now on are
   * fresh.
   */
  forgive(reason: CancelledError | undefined = this.#rare?.cancelledBy): void {
    const rare = this.#rare;
    if (rare === undefined) return;
    if (rare.pending === reason) this.#setPending(undefined);
    if (rare.cancelledBy !== reason) return;
    rare.cancelledBy = undefined;
    if (rare.shown?.aborted === true) rare.shown = undefined;
  }

  /** A cancellation that counted as seen was not: the next await takes it. */
  restore(reason: CancelledError): void {
    const own = this.#rare?.cancelledBy;
    if (own !== reason && this.parent !== undefined) return this.parent.restore(reason);
    if (own === undefined) return; // taken back meanwhile
    this.task.noteDelivery(false);
    this.#setPending(this.#rare?.pending ?? reason);
  }

  /** The cancellation of this scope, or of one around it, whether seen or not. */
  get cancelledBy(): CancelledError | undefined {
    return this.#rare?.cancelledBy ?? this.parent?.cancelledBy;
  }

  /** A cancellation of this scope, or of one around it, that nothing has seen yet. */
  get pendingReason(): CancelledError | undefined {
    if (pendingCancellations === 0) return undefined;
    return this.#rare?.pending ?? this.parent?.pendingReason;
  }

  /** The same, and it counts as seen now. */
  takePending(): CancelledError | undefined {
    const reason = this.pendingReason;
    if (reason !== undefined) this.#taken(reason);
    return reason;
  }

  /**
   * The body has ended. Awaits that it left behind, such as the losers of a `Promise.race`, stay
   * within reach of whoever is around.
   */
  close(): void {
    this.#setPending(undefined);
    this.#closed = true;
    if (this.parent !== undefined) this.#detach();
    else if (this.#busy) this.#attach();
  }

  /** Forgets the awaits that were left behind. */
  drop(): void {
    for (const scope of this.inner) scope.drop();
    for (let left = this.#last; left !== undefined; left = this.#last) {
      left.drop();
      if (left.scope === this) this.remove(left);
    }
  }

  get #busy(): boolean {
    return this.#last !== undefined || (this.#rare?.inner?.size ?? 0) > 0;
  }

  #attach(): void {
    if (this.parent === undefined) this.task.owner.strays.add(this);
    else ((this.parent.#rare ??= {}).inner ??= new Set()).add(this);
  }

  #detach(): void {
    if (this.#busy) return;
    if (this.parent === undefined) {
      this.task.owner.strays.delete(this);
      return;
    }
    this.parent.#rare?.inner?.delete(this);
    if (this.parent.#closed) this.parent.#detach();
  }

  #deliver(reason: CancelledError): boolean {
    let seen = false;
    for (let last = this.#last, before; last !== undefined; last = before) {
      before = last.before;
      if (last.cancel(reason)) seen = true;
    }
    for (const scope of this.inner) if (scope.#deliver(reason)) seen = true;
    return seen;
  }

  #abortSignals(reason: CancelledError): void {
    this.#rare?.shown?.abort(reason);
    this.#rare?.waited?.abort(reason);
    for (const scope of this.inner) scope.#abortSignals(reason);
  }

  #taken(reason: CancelledError): void {
    if (this.#rare?.pending === reason) this.#setPending(undefined);
    else if (this.parent !== undefined) return this.parent.#taken(reason);
    this.task.noteDelivery(true);
  }

  #setPending(reason: CancelledError | undefined): void {
    const before = this.#rare?.pending;
    if (before === reason) return;
    (this.#rare ??= {}).pending = reason;
    if (before === undefined) pendingCancellations++;
    else if (reason === undefined) pendingCancellations--;
  }
}

/** The scope of the code that asks; undefined outside every task. */
export function currentScope(): Scope | undefined {
  return currentHost() as Scope | undefined;
}

/** What an await must fail with instead of waiting, because its scope was cancelled before. */
export function takeCancellation(): CancelledError | undefined {
  return pendingCancellations === 0 ? undefined : currentScope()?.takePending();
}
