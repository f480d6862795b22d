/**
 * AbortSignals that cross live: aborting one here aborts what arrived there, with the reason.
 *
 * A signal that is sent for the first time gets a relay in shared memory and one listener; however
 * often it is sent, there is one of each. The receiver gets a signal of its own that follows the
 * relay, for all messages the same one, and the sender itself again when it comes home.
 *
 * What keeps what alive: a signal its relay; a relay that is followed, what follows it; and Node a
 * signal that somebody listens to. So either side may drop its signal, and is told of the other's
 * end by the relay: nobody waits for a signal that cannot be aborted any more.
 *
 * `aborted` looks into shared memory: a loop that asks it need not return to the event loop.
 */
import { Refusal } from "../../carry/refusal.ts";
import { onAbort } from "../../core/deadline.ts";
import { familyMember } from "../../core/family-arena.ts";
import { threadMember } from "../../core/thread-arena.ts";
import { UnsupportedPlatformError } from "../../errors.ts";
import { noteCarried } from "../../sync/carried.ts";
import { adopt, release } from "../../sync/shared-object.ts";
import { codeReason, decodeReason, reasonNeedsLoading } from "./abort-reason.ts";
import { type AbortRelay, FamilyRelay, ThreadRelay } from "./abort-relay.ts";

type Reach = "thread" | "process";

export type SignalHandle = readonly [reach: Reach, block: number, stamp: number];

const TYPES = { thread: ThreadRelay, process: FamilyRelay } as const;
const MEMBERS = { thread: threadMember, process: familyMember } as const;

/** The relays of a signal, of those sent and those received. */
const relays = new WeakMap<AbortSignal, Partial<Record<Reach, AbortRelay>>>();
/** Whose relay it is, where that is in this thread. */
const originals = new WeakMap<AbortRelay, WeakRef<AbortSignal>>();
const followers = new WeakMap<AbortRelay, Follower>();
const followerOf = new WeakMap<AbortSignal, Follower>();

const sourcesGone = new FinalizationRegistry<AbortRelay>((relay) => {
  relay.orphan();
  release(relay);
});

const followersGone = new FinalizationRegistry<{
  follower: Follower;
  signal: WeakRef<AbortSignal>;
}>(({ follower, signal }) => follower.lost(signal));

/** The relay of a signal; made, with its listener, when it is sent that far for the first time. */
function relayOf(signal: AbortSignal, reach: Reach): AbortRelay {
  let known = relays.get(signal);
  if (known === undefined) relays.set(signal, (known = {}));
  const found = known[reach];
  if (found !== undefined) return found;
  const relay = (known[reach] = new TYPES[reach]());
  originals.set(relay, new WeakRef(signal));
  sourcesGone.register(signal, relay);
  onAbort(signal, () => {
    // In a forked child the signal is a copy, and the relay that of its parent.
    if (relay.isSource) relay.announce(codeReason(relay, signal.reason));
  });
  return relay;
}

/** The receiving end: a signal that follows a relay. */
class Follower {
  readonly #relay: AbortRelay;
  readonly #controller = new AbortController();
  #signal: WeakRef<AbortSignal> | undefined;
  #reason: { readonly value: unknown } | undefined;
  #stop: () => void = () => undefined;

  constructor(relay: AbortRelay) {
    this.#relay = relay;
    followers.set(relay, this);
    if (relay.aborted) this.#fire();
    else this.#stop = relay.watch(() => void this.#follow());
  }

  /**
   * Derived from the controller's: of such a signal Node knows by itself whether it may be
   * collected, since it keeps one with listeners as long as its origin lives.
   */
  get signal(): AbortSignal {
    const known = this.#signal?.deref();
    if (known !== undefined) return known;
    const signal = AbortSignal.any([this.#controller.signal]);
    Object.setPrototypeOf(signal, following);
    const weak = (this.#signal = new WeakRef(signal));
    followersGone.register(signal, { follower: this, signal: weak });
    followerOf.set(signal, this);
    const reach = this.#relay instanceof ThreadRelay ? "thread" : "process";
    relays.set(signal, { [reach]: this.#relay });
    return signal;
  }

  /** Whether it is aborted there, told by `signal` before its event comes. */
  isAborted(signal: AbortSignal): boolean {
    if (!this.#relay.aborted) return false;
    // Never at once: whoever asks may be about to add a listener.
    if (!this.#controller.signal.aborted) queueMicrotask(() => this.#fire(signal));
    return true;
  }

  get reason(): unknown {
    this.#reason ??= { value: decodeReason(this.#relay) };
    return this.#reason.value;
  }

  /** The signal that this was for was collected, unless there is a newer one. */
  lost(signal: WeakRef<AbortSignal>): void {
    if (this.#signal === signal) this.#leave();
  }

  /** Nobody wants to know any more, or nobody can abort it any more. */
  #leave(): void {
    const signal = this.#signal?.deref();
    if (signal !== undefined) {
      followerOf.delete(signal);
      relays.delete(signal);
    }
    this.#signal = undefined;
    followers.delete(this.#relay);
    this.#stop();
    release(this.#relay);
  }

  async #follow(): Promise<void> {
    if (!this.#relay.aborted) return this.#leave();
    const loading = reasonNeedsLoading(this.#relay);
    if (loading !== undefined) await loading.catch(() => undefined);
    this.#fire();
  }

  /** Aborts the signals of this side. One that is given is not collected before. */
  #fire(_kept?: AbortSignal): void {
    this.#controller.abort(this.reason);
  }
}

/** What signals that follow have in place of AbortSignal's own prototype. */
const following = Object.create(AbortSignal.prototype, {
  aborted: {
    get(this: AbortSignal): boolean {
      const own = Reflect.get(AbortSignal.prototype, "aborted", this) as boolean;
      return own || followerOf.get(this)?.isAborted(this) === true;
    },
    configurable: true,
    enumerable: true,
  },
  reason: {
    get(this: AbortSignal): unknown {
      const follower = this.aborted ? followerOf.get(this) : undefined;
      return follower === undefined
        ? (Reflect.get(AbortSignal.prototype, "reason", this) as unknown)
        : follower.reason;
    },
    configurable: true,
    enumerable: true,
  },
  throwIfAborted: {
    value(this: AbortSignal): void {
      if (this.aborted) throw this.reason;
    },
    configurable: true,
    writable: true,
    enumerable: true,
  },
}) as AbortSignal;

/** The signal that follows the one which was sent. */
export function receivedSignal([reach, block, stamp]: SignalHandle): AbortSignal {
  const relay = adopt<AbortRelay>(TYPES[reach], MEMBERS[reach], { block, stamp });
  // In a forked child it would be a copy that nobody can abort.
  const original = relay.isSource ? originals.get(relay)?.deref() : undefined;
  return original ?? (followers.get(relay) ?? new Follower(relay)).signal;
}

/** What stands for a signal in a message; undefined where it cannot be followed. */
export function signalHandle(signal: AbortSignal, destination: string): SignalHandle | undefined {
  if (destination !== "thread" && destination !== "process") return undefined;
  const relay = relayFor(signal, destination);
  const { block, stamp } = relay.handle;
  noteCarried(relay.member, relay.handle);
  return [destination, block, stamp];
}

function relayFor(signal: AbortSignal, reach: Reach): AbortRelay {
  try {
    return relayOf(signal, reach);
  } catch (error) {
    if (!(error instanceof UnsupportedPlatformError)) throw error;
    throw new Refusal(
      "an AbortSignal that is not aborted yet can be followed by threads only where processes " +
        `share no memory (${error.message}); pass it as the call's own \`signal\` option`,
    );
  }
}
