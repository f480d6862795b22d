/**
 * Start method `fork`: the child is a copy of this very program, with everything it has in memory.
 *
 * The copy is made from an empty stack (an immediate of the event loop), because a copy made deep
 * inside a call would have to return into code of the parent. What the parent had going on, its
 * timers, sockets, requests, is silenced in the copy.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import { settleEnded } from "../../core/family-arena.ts";
import { inBackground } from "../../core/flow.ts";
import { LONGEST_SLEEP_MS, sleepUntilReady } from "../../core/descriptor-io.ts";
import { StateError, UnsupportedPlatformError } from "../../errors.ts";
import { separateAll } from "../../platform/copies.ts";
import { type PollRequest, processPlatform } from "../../platform/process-platform.ts";
import { ActivityLog } from "./activity.ts";
import { becomeSeparate, leaveWhenIdle, repairCopy } from "./after-fork.ts";
import { Channel } from "../crossing/channel.ts";
import { live, settleIn } from "../child-life.ts";
import { loaderOption, loaderProblem, startedForForking } from "../exec-argv.ts";
import { type Frame, Kind, NEVER_RAN } from "../crossing/frames.ts";
import { randomnessProblem } from "./fresh-randomness.ts";
import { currentIdentity } from "../identity.ts";
import { inheritedHandles, silence, takeOver } from "./inherited-handles.ts";
import { lifelineForChildren } from "../lifeline.ts";
import { ParentLink } from "../crossing/parent-link.ts";
import type { Child, ChildEvents, ChildStreams, StartOptions } from "../runtime.ts";
import { StandardStreams } from "../standard-streams.ts";
import { awaitRestOfThreads } from "./threads-at-rest.ts";

const activity = new ActivityLog();
let prepared = false;

/** Why this process cannot be forked; null when it can. */
export function forkProblem(): string | null {
  if (!isMainThread) return "only the main thread of a program can fork";
  if (!startedForForking()) {
    return (
      "this program was not started for forking; " +
      "run it with: manyhands run --start-method fork script.ts"
    );
  }
  const loader = loaderOption();
  if (loader !== null) return loaderProblem(loader);
  if (processPlatform() === null) return "native calls are switched off or not available";
  return randomnessProblem();
}

/**
 * Makes this program one that can be forked. The earlier the better: `manyhands run` does it before
 * the program begins.
 * @throws UnsupportedPlatformError
 */
export function prepareToFork(): void {
  if (prepared) return;
  const problem = forkProblem();
  if (problem !== null) throw new UnsupportedPlatformError(`Cannot fork: ${problem}`);
  try {
    processPlatform()!.prepareForFork();
  } catch (error) {
    throw new UnsupportedPlatformError("Cannot fork: this machine forbids the filter it needs", {
      cause: error,
    });
  }
  activity.start();
  prepared = true;
}

export class ForkedChild implements Child {
  readonly #events: ChildEvents;
  readonly #options: StartOptions;
  readonly #streams = new StandardStreams();
  #channel: Channel | null = null;
  #pid: number | null = null;
  #exitCode: number | null = null;
  #held = true;
  /** What it has of this program it has for itself from now on, whatever becomes of ours. */
  #isItself = false;
  /** What is to be sent to it once there is one. */
  readonly #signals: number[] = [];

  constructor(options: StartOptions, events: ChildEvents) {
    prepareToFork();
    this.#options = options;
    this.#events = events;
    setImmediate(() => this.#fork());
  }

  get pid(): number | null {
    return this.#pid;
  }

  get exitCode(): number | null {
    return this.#exitCode;
  }

  get streams(): ChildStreams {
    return this.#streams;
  }

  send(kind: number, body: Uint8Array): void {
    this.#channel?.send(kind, body);
  }

  signal(number: number): void {
    if (this.#channel === null) return void this.#signals.push(number);
    this.look();
    // Until it says hello the copy has the handlers of this program, which would swallow a signal.
    while (!this.#isItself && this.#exitCode === null && number !== constants.signals.SIGKILL) {
      sleepUntilReady(this.pollRequests(), LONGEST_SLEEP_MS);
      this.look();
    }
    if (this.#exitCode === null && this.#pid !== null) process.kill(this.#pid, number);
  }

  pollRequests(): PollRequest[] {
    this.#mustHaveForked();
    return this.#channel === null || this.#channel.ended ? [] : [this.#channel.pollRequest];
  }

  look(): void {
    this.#mustHaveForked();
    if (this.#channel?.ended === false) this.#channel.pump();
    else this.#reap();
  }

  hold(on: boolean): void {
    this.#held = on;
    if (this.#channel?.ended === false) this.#channel.hold(on);
    this.#streams.hold(on);
  }

  onFrame(frame: Frame): void {
    if (frame.kind === Kind.HELLO) this.#becameItself();
    if (frame.kind === Kind.HELLO || frame.kind === Kind.LEAVING) return;
    this.#events.onFrame(frame);
  }

  onEnd(): void {
    this.#reap();
  }

  /** Not before may whoever awaits the start let go of what both have. */
  #becameItself(): void {
    if (this.#isItself) return;
    this.#isItself = true;
    this.#events.onPid(this.#pid!);
  }

  #mustHaveForked(): void {
    if (this.#channel !== null || this.#exitCode !== null) return;
    throw new StateError(
      "Under 'fork' a child is made when the event loop turns: " +
        "await its start before a call that blocks",
    );
  }

  #fork(): void {
    const platform = processPlatform()!;
    const { stdio } = this.#options;
    let streams: number[];
    let lifeline: number;
    let pair: [number, number] | undefined;
    let pid: number;
    const { requests } = platform.loopActivity();
    try {
      streams = stdio.map((choice, fd) => this.#streams.descriptor(choice, fd));
      lifeline = lifelineForChildren();
      pair = platform.socketPair("stream");
      awaitRestOfThreads();
      pid = platform.fork();
    } catch (error) {
      for (const fd of pair ?? []) closeSync(fd);
      return this.#neverRan(error as Error);
    }
    const [ours, theirs] = pair;
    if (pid === 0) {
      closeSync(ours);
      streams.forEach((from, to) => platform.duplicateOnto(from, to));
      this.#beTheChild(theirs, lifeline, requests);
      return;
    }
    closeSync(theirs);
    this.#streams.closeTheirs();
    this.#pid = pid;
    this.#channel = new Channel(ours, this);
    this.hold(this.#held);
    for (const number of this.#signals) this.signal(number);
  }

  #beTheChild(control: number, lifeline: number, inheritedRequests: number): void {
    const { bootstrap, body, env, cwd } = this.#options;
    const { forkserver } = currentIdentity();
    // What the program itself did at its end is its own; the library's repairs enter theirs anew.
    process.removeAllListeners("exit");
    process.removeAllListeners("beforeExit");
    const inherited = inheritedHandles(activity, this.#options.kept);
    repairCopy(this.#options.kept);
    activity.clearTimers();
    separateAll();
    silence(inherited);
    activity.unrefAll();
    // What this copy begins itself is noted on: it can be copied again.
    activity.forget();
    takeOver(this.#options.kept);
    becomeSeparate();
    // So is what it did on signals.
    for (const name of Object.keys(constants.signals)) process.removeAllListeners(name);
    if (env !== process.env) replaceEnvironment(env);
    if (cwd !== undefined) process.chdir(cwd);
    this.#options.onCopied?.();
    const link = new ParentLink(control);
    settleIn(bootstrap, link, { lifeline, forkserver });
    // Whoever started it may do so in a task, whose cancellation and deadlines are the original's.
    const living = inBackground(() => live(link, async () => body!));
    void living.then(leaveWhenIdle(inheritedRequests));
  }

  #neverRan(error: Error): void {
    this.#streams.abandon();
    this.#exitCode = NEVER_RAN;
    this.#events.onExit(NEVER_RAN, error);
  }

  /** The control socket ends a moment before the child can be reaped. */
  #reap(): void {
    if (this.#exitCode !== null) return;
    const death = processPlatform()!.reap(this.#pid!, true);
    if (death === null) {
      setTimeout(() => this.#reap(), 1);
      return;
    }
    this.#becameItself();
    this.#exitCode = death.exitCode;
    this.#streams.ended();
    settleEnded(this.#pid);
    this.#events.onExit(death.exitCode);
  }
}

function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
