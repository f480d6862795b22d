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
 * What a cancellation ended goes on at the next turn of the loop, when all that the same turn has
 * to say has been said. Until then the cancellation is landing, and the invariant is: a scope in
 * which one is landing takes no other, neither for its code nor to be pending, since both would be
 * thrown into code that was told once. It is only noted, by `cancelledBy` and by the count of the
 * task; a timeout or a group whose own cancellation landed asks those at its edge (`outside.ts`).
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

interface Landing {
  readonly scope: Scope;
  readonly goOn: () => void;
}

/** What few scopes have; the others are spared the memory. */
interface Rare {
  flow?: number;
  parent?: Scope;
  /** The scopes inside. */
  inner?: Set<Scope> | undefined;
  cancelledBy?: CancelledError | undefined;
  /** Not seen by anybody yet. */
  pending?: CancelledError | undefined;
  /** How many cancellations are on their way to code that has not gone on yet. */
  landing?: number;
  /** Those that are to be there at the next turn, of a whole task. */
  landings?: Landing[] | undefined;
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

  /** `goOn` throws a cancellation into code of this scope; it is called at the next turn. */
  land(goOn: () => void): void {
    this.#landing(1);
    this.task.scope.#landTogether({ scope: this, goOn });
  }

  /**
   * What one task awaits side by side goes on in one turn: the first may end the waiting for the
   * others, and from then on the task can be told anew.
   */
  #landTogether(one: Landing): void {
    const rare = (this.#rare ??= {});
    if (rare.landings !== undefined) return void rare.landings.push(one);
    const landings = (rare.landings = [one]);
    setImmediate(() => {
      rare.landings = undefined;
      for (const { scope } of landings) scope.#landing(-1);
      for (const { goOn } of landings) goOn();
    });
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
    let seen = (this.#rare?.landing ?? 0) > 0;
    if (seen) this.task.noteDelivery(true);
    for (let last = this.#last, before; last !== undefined; last = before) {
      before = last.before;
      if (last.cancel(reason)) seen = true;
    }
    for (const scope of this.inner) if (scope.#deliver(reason)) seen = true;
    return seen;
  }

  #abortSignals(reason: CancelledError): void {
    this.#rare?.shown?.abort(reason);
    const waited = this.#rare?.waited;
    if (waited !== undefined && !waited.aborted) {
      // Waits that begin before the next turn are not the ones that it ends then.
      this.#rare!.waited = undefined;
      setImmediate(() => waited.abort(reason));
    }
    for (const scope of this.inner) scope.#abortSignals(reason);
  }

  /** The code that asked goes on with it as soon as a promise can tell it. */
  #taken(reason: CancelledError): void {
    this.#landing(1);
    queueMicrotask(() => this.#landing(-1));
    this.#clear(reason);
  }

  #landing(change: 1 | -1): void {
    const rare = (this.#rare ??= {});
    rare.landing = (rare.landing ?? 0) + change;
  }

  #clear(reason: CancelledError): void {
    if (this.#rare?.pending === reason) this.#setPending(undefined);
    else if (this.parent !== undefined) return this.parent.#clear(reason);
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
