/**
 * Start method `forkserver`: a copy of a prepared process, made by the fork server on request.
 *
 * The parent sees one socket. On it come the child's pid, its messages and its result, and last,
 * from the server that reaped it, the exit record. A request that a dying server swallowed is
 * repeated with a new one; where no server can live, the child is spawned.
 */
import { settleEnded } from "../../core/family-arena.ts";
import { closeNative } from "../../platform/close-native.ts";
import { type PollRequest, processPlatform } from "../../platform/process-platform.ts";
import { SystemCallError } from "../../platform/system-call-error.ts";
import { Channel } from "../crossing/channel.ts";
import {
  type Asked,
  forkserverProblem,
  requestChild,
  type Server,
  serverLost,
  serverProven,
} from "./fork-server.ts";
import { errnoOfNeverRan, type Frame, int32Of, Kind, NEVER_RAN } from "../crossing/frames.ts";
import type { Child, ChildEvents, ChildStreams, StartOptions } from "../runtime.ts";
import { SpawnedChild } from "../spawn.ts";
import { StandardStreams } from "../standard-streams.ts";

/** What is said of a child whose end nobody saw: its server had died before. */
const UNKNOWN_EXIT = 255;

/** One request to a server. */
class ServedChild implements Child {
  readonly #channel: Channel;
  readonly #events: ChildEvents;
  readonly #onLost: (server: Server) => void;
  readonly #server: Server;
  /** What is to be sent to the child as soon as it has said who it is. */
  readonly #signals: number[];
  readonly #streams = new StandardStreams();
  #pid: number | null = null;
  #exitCode: number | null = null;
  #leavingWith: number | null = null;

  constructor(
    options: StartOptions,
    events: ChildEvents,
    signals: number[],
    onLost: (server: Server) => void,
  ) {
    this.#events = events;
    this.#signals = signals;
    this.#onLost = onLost;
    const [ours, theirs] = processPlatform()!.socketPair("stream");
    let asked: Asked;
    try {
      const streams = options.stdio.map((choice, fd) => this.#streams.descriptor(choice, fd));
      asked = requestChild(theirs, options.lifeline, [...streams, ...options.descriptors]);
    } catch (error) {
      closeNative(ours);
      this.#streams.abandon();
      throw error;
    } finally {
      closeNative(theirs);
    }
    this.#server = asked.server;
    this.#streams.closeTheirs();
    // A request that reached nobody ends the channel, like one that was swallowed.
    this.#channel = new Channel(ours, this);
    if (!asked.reached) return;
    this.#channel.send(Kind.BOOT, Buffer.from(JSON.stringify(options.bootstrap)));
    this.#channel.send(Kind.PAYLOAD, options.payload!);
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
    this.#channel.send(kind, body);
  }

  signal(number: number): void {
    this.look();
    if (this.#exitCode !== null) return;
    if (this.#pid === null) {
      this.#signals.push(number);
      return;
    }
    try {
      process.kill(this.#pid, number);
    } catch {
      // Dead, and its exit record on the way.
    }
  }

  pollRequests(): PollRequest[] {
    return this.#channel.ended ? [] : [this.#channel.pollRequest];
  }

  look(): void {
    if (!this.#channel.ended) this.#channel.pump();
  }

  hold(on: boolean): void {
    if (!this.#channel.ended) this.#channel.hold(on);
    this.#streams.hold(on);
  }

  onFrame(frame: Frame): void {
    if (frame.kind === Kind.HELLO) {
      serverProven();
      this.#pid = int32Of(frame.body);
      this.#events.onPid(this.#pid);
      for (const number of this.#signals.splice(0)) this.signal(number);
    } else if (frame.kind === Kind.LEAVING) this.#leavingWith = int32Of(frame.body);
    else if (frame.kind === Kind.EXIT) this.#finish(int32Of(frame.body));
    else this.#events.onFrame(frame);
  }

  onEnd(exitRecord: number | null): void {
    if (this.#exitCode !== null) return;
    if (exitRecord === null && this.#pid === null) this.#onLost(this.#server);
    else this.#finish(exitRecord ?? this.#leavingWith ?? UNKNOWN_EXIT);
  }

  #finish(exitCode: number): void {
    const errno = errnoOfNeverRan(exitCode);
    this.#exitCode = errno === null ? exitCode : NEVER_RAN;
    this.#channel.close();
    this.#streams.ended();
    settleEnded(this.#pid);
    const cause = errno === null ? undefined : new SystemCallError("fork", errno);
    this.#events.onExit(this.#exitCode, cause);
  }
}

const MOST_ATTEMPTS = 3;

/** A child of the fork server, or, where none can be had, a spawned one. */
export class ForkserverChild implements Child {
  readonly #options: StartOptions;
  readonly #events: ChildEvents;
  readonly #signals: number[] = [];
  #attempts = 0;
  #held = true;
  #child: Child;
  /** Set where its request was lost, and it could not be started again. */
  #exitCode: number | null = null;

  constructor(options: StartOptions, events: ChildEvents) {
    this.#options = options;
    this.#events = events;
    this.#child = this.#attempt();
  }

  get pid(): number | null {
    return this.#child.pid;
  }

  get exitCode(): number | null {
    return this.#exitCode ?? this.#child.exitCode;
  }

  get streams(): ChildStreams {
    return this.#child.streams;
  }

  send(kind: number, body: Uint8Array): void {
    this.#child.send(kind, body);
  }

  signal(number: number): void {
    this.#child.signal(number);
  }

  pollRequests(): PollRequest[] {
    return this.#child.pollRequests();
  }

  look(): void {
    this.#child.look();
  }

  hold(on: boolean): void {
    this.#held = on;
    this.#child.hold(on);
  }

  #attempt(): Child {
    this.#attempts++;
    if (this.#attempts > MOST_ATTEMPTS || forkserverProblem() !== null) {
      const child = new SpawnedChild(this.#options, this.#events);
      for (const number of this.#signals.splice(0)) child.signal(number);
      return child;
    }
    return new ServedChild(this.#options, this.#events, this.#signals, (server) => {
      try {
        if (!serverLost(server)) this.#attempts = MOST_ATTEMPTS;
        this.#child = this.#attempt();
        this.#child.hold(this.#held);
      } catch (error) {
        // Nobody here called for it, who could be told.
        this.#exitCode = NEVER_RAN;
        this.#events.onExit(NEVER_RAN, error as Error);
      }
    });
  }
}
