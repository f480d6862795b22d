/**
 * Chooses what happens next in a schedule: depth first through everything that could, each schedule
 * with one more preemption allowed than the round before, so that the first failure found is a
 * simple one; then, if asked, at random.
 */
import { type ModelMemory, mix } from "./memory.ts";
import { randomFrom } from "./random.ts";
import { SharedWords } from "./shared-words.ts";
import { type Model, ModelFailure, type Tally } from "./model.ts";
import { LOAD, FILL, Trace } from "./trace.ts";
import {
  ASLEEP,
  BEGINNING,
  KILLED,
  READY,
  SPINNING,
  type ThreadMoment,
  type VirtualThread,
} from "./virtual-thread.ts";

/** A choice: what is to happen, to which thread. */
export const RUN = 0;
export const KILL = 1;
export const TIMEOUT = 2;
export const END = -1;

export const kindOf = (choice: number): number => choice & 3;
export const threadOf = (choice: number): number => choice >> 2;
const choiceOf = (kind: number, thread: number): number => (thread << 2) | kind;

/** What may still be spent in a schedule, and how far it is. */
interface Budget {
  preemptions: number;
  kills: number;
  alarms: number;
  now: number;
  sleeps: number;
}

/** A place in a schedule where there was a choice. */
interface Fork {
  readonly options: readonly number[];
  taken: number;
  readonly last: number;
  readonly memory: number;
  readonly trace: number;
  readonly threads: readonly ThreadMoment[];
  readonly budget: Budget;
}

export class Chooser {
  readonly #model: Model;
  readonly #memory: ModelMemory;
  readonly #threads: readonly VirtualThread[];
  readonly tally: Tally = { schedules: 0, steps: 0, states: 0, complete: true };
  readonly trace: Trace = new Trace();
  #budget: Budget = { preemptions: 0, kills: 0, alarms: 0, now: 0, sleeps: 0 };
  #forks: Fork[] = [];
  #round = 0;
  #beginning = 0;
  #samples = 0;
  #random: (() => number) | undefined;
  readonly #seen = new Set<number>();
  readonly #shared: SharedWords;
  /** The thread that ran last; -1 when it slept or ended. */
  #last = -1;
  isOver = false;

  constructor(
    model: Model,
    memory: ModelMemory,
    threads: readonly VirtualThread[],
    aliveAt: (thread: number) => number,
  ) {
    this.#model = model;
    this.#memory = memory;
    this.#threads = threads;
    this.#shared = new SharedWords(memory.words.length);
    if ((model.kills ?? 0) === 0) return;
    for (const { index } of threads) this.#shared.declare(aliveAt(index));
  }

  get now(): number {
    return this.#budget.now;
  }

  set now(now: number) {
    this.#budget.now = now;
  }

  /** Notes a use of words; true when they are shared, so that the order of uses matters. */
  touch(thread: number, kind: number, index: number, end: number): boolean {
    if (kind !== FILL) return this.#shared.use(thread, kind !== LOAD, index);
    for (let word = index; word < end; word++) this.#shared.use(thread, true, word);
    return false;
  }

  putToSleep(thread: VirtualThread, index: number, timeoutMs: number, slice: boolean): void {
    thread.sleepOn(index, this.#budget.now + timeoutMs, slice, this.#budget.sleeps++);
  }

  begin(): void {
    this.#beginning = this.#memory.now;
    this.#startRound();
  }

  #startRound(): void {
    this.#seen.clear();
    this.#restart();
  }

  #restart(): void {
    this.#memory.rollBack(this.#beginning);
    for (const thread of this.#threads) thread.returnTo(BEGINNING);
    const { kills = 0, alarms = 0 } = this.#model;
    const preemptions = this.#random === undefined ? this.#round : Infinity;
    this.#budget = { preemptions, kills, alarms, now: 0, sleeps: 0 };
    this.trace.cutTo(0);
    this.#last = -1;
    this.#forks = [];
  }

  /** The first choice of the next schedule, everything put back to its begin; END when done. */
  nextSchedule(): number {
    this.isOver = false;
    if (this.tally.schedules === 0) return this.choose(undefined);
    if (this.tally.schedules >= (this.#model.mostSchedules ?? Infinity)) {
      this.tally.complete = false;
      return END;
    }
    if (this.#random === undefined) {
      const choice = this.#backtrack();
      if (choice !== END) return choice;
    }
    return this.#nextSample();
  }

  #backtrack(): number {
    while (this.#forks.length > 0) {
      const fork = this.#forks.at(-1)!;
      if (fork.taken < fork.options.length) {
        this.#returnTo(fork);
        return this.#take(fork.options[fork.taken++]!);
      }
      this.#forks.pop();
    }
    return this.#nextRound() ? this.choose(undefined) : END;
  }

  #nextRound(): boolean {
    const most = this.#model.preemptions ?? 2;
    const learned = this.#shared.takeLearned();
    if (this.#round === most && !learned) return false;
    this.#round = Math.min(this.#round + 1, most);
    this.#startRound();
    return true;
  }

  #nextSample(): number {
    if (this.#samples++ === (this.#model.samples ?? 0)) return END;
    this.#random ??= randomFrom(this.#model.seed ?? 1);
    this.#restart();
    return this.choose(undefined);
  }

  #returnTo(fork: Fork): void {
    this.#memory.rollBack(fork.memory);
    this.trace.cutTo(fork.trace);
    this.#threads.forEach((thread, index) => thread.returnTo(fork.threads[index]!));
    this.#budget = { ...fork.budget };
    this.#last = fork.last;
  }

  /**
   * What happens next, `running` being about to do something and the others being where they are.
   * END when nothing can, or when all that can was seen.
   */
  choose(running: VirtualThread | undefined): number {
    this.#last = running?.index ?? -1;
    if (this.now > (this.#model.patienceMs ?? 2_000)) {
      throw new ModelFailure(`it is not over after ${this.now} ms`);
    }
    const options = this.#options();
    if (options.length === 0) {
      this.#checkEnd();
      this.isOver = true;
      return END;
    }
    if (this.#random !== undefined) return this.#take(this.#pick(options));
    if (this.#wasSeen()) return END;
    if (options.length === 1) return this.#take(options[0]!);
    this.#forks.push({
      options,
      taken: 1,
      last: this.#last,
      memory: this.#memory.now,
      trace: this.trace.length,
      threads: this.#threads.map((thread) => thread.moment()),
      budget: { ...this.#budget },
    });
    return this.#take(options[0]!);
  }

  #pick(options: readonly number[]): number {
    const random = this.#random!;
    if (this.#last >= 0 && random() < 0.7) return options[0]!;
    return options[Math.floor(random() * options.length)]!;
  }

  /** Pays for a choice. */
  #take(choice: number): number {
    const budget = this.#budget;
    if (this.#last >= 0 && threadOf(choice) !== this.#last) budget.preemptions--;
    if (kindOf(choice) === KILL) budget.kills--;
    if (kindOf(choice) === TIMEOUT && this.#canGoOn()) budget.alarms--;
    return choice;
  }

  #options(): number[] {
    const { preemptions, kills, alarms } = this.#budget;
    const { mortal } = this.#model;
    const options: number[] = [];
    if (this.#threads.every((thread) => thread.isOver)) return options;
    if (this.#last >= 0) options.push(choiceOf(RUN, this.#last));
    for (const thread of this.#threads) {
      const { index } = thread;
      const free = this.#last < 0 || index === this.#last || preemptions > 0;
      if (thread.status === KILLED || !free) continue;
      if (this.#isEnabled(thread) && index !== this.#last) options.push(choiceOf(RUN, index));
      if (kills > 0 && (mortal?.includes(index) ?? true)) options.push(choiceOf(KILL, index));
    }
    const goesOn = this.#canGoOn();
    if (goesOn && alarms === 0) return options;
    for (const thread of this.#sleepersWhoseTimeMayCome(goesOn)) {
      if (this.#last < 0 || preemptions > 0) options.push(choiceOf(TIMEOUT, thread.index));
    }
    return options;
  }

  #isEnabled(thread: VirtualThread): boolean {
    if (thread.status === SPINNING) return this.#memory.words[thread.at] !== thread.value;
    return thread.status === READY;
  }

  #canGoOn(): boolean {
    return this.#threads.some((thread) => this.#isEnabled(thread));
  }

  #sleepersWhoseTimeMayCome(goesOn: boolean): VirtualThread[] {
    const died = this.#budget.kills < (this.#model.kills ?? 0);
    const asleep = this.#threads.filter(
      ({ status, due, slice }) => status === ASLEEP && due < Infinity && (died || goesOn || !slice),
    );
    if (goesOn) return asleep;
    const earliest = Math.min(...asleep.map(({ due }) => due));
    return asleep.filter(({ due }) => due === earliest);
  }

  #checkEnd(): void {
    const stuck = this.#threads.filter((thread) => !thread.isOver);
    const names = stuck.map(({ index }) => String.fromCodePoint(65 + index)).join(", ");
    if (stuck.length > 0)
      throw new ModelFailure(`${names} cannot go on, and nobody will wake them`);
  }

  #wasSeen(): boolean {
    const { preemptions, kills, alarms, now } = this.#budget;
    let low = mix(this.#memory.hashLow, this.#last + 2);
    let high = this.#memory.hashHigh ^ mix(preemptions * 64 + kills * 8 + alarms, now);
    const asleep = this.#threads.filter(({ status }) => status === ASLEEP);
    for (const thread of this.#threads) {
      // What a thread that is over knows makes no difference any more.
      if (thread.isOver) {
        low = mix(low, thread.status);
        continue;
      }
      const place = asleep.filter(({ order }) => order < thread.order).length;
      const state = thread.status * 32 + place * 2 + (thread.woken ? 1 : 0);
      low = mix(low ^ thread.hashLow, state);
      high = mix(high ^ thread.hashHigh, mix(thread.due | 0, thread.index));
    }
    const key = (low >>> 0) * 2 ** 21 + (high >>> 11);
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    this.tally.states++;
    return false;
  }
}
