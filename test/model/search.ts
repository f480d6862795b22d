/** The search through the interleavings of a model; see `scheduler.ts`. */
import { Chooser, END, KILL, RUN, TIMEOUT, kindOf, threadOf } from "./chooser.ts";
import { GHOST_WORDS, ModelMemory } from "./memory.ts";
import { type Model, ModelFailure, type Outcome, type Self, type Tally } from "./model.ts";
import {
  ADD,
  AND,
  CLOCK,
  COMPARE_EXCHANGE,
  EXCHANGE,
  FILL,
  GHOST,
  KILLED_HERE,
  LOAD,
  NOTIFY,
  OR,
  STORE,
  TIME_OVER,
  WAIT,
} from "./trace.ts";
import { ASLEEP, FINISHED, KILLED, READY, SPINNING, SUSPENDED } from "./virtual-thread.ts";
import { VirtualThread } from "./virtual-thread.ts";

/** A look that was repeated so often is taken to be a loop's: more of the same change nothing. */
const FEW_REPEATS = 3;
/** A look that repeats so often waits for others; more than the spins of any lock under test. */
const MOST_REPEATS = 300;
const KINDS = 16;

export class Search {
  readonly #model: Model;
  readonly #memory: ModelMemory;
  readonly #threads: VirtualThread[];
  readonly #chooser: Chooser;
  readonly #slices: readonly number[];
  #running: VirtualThread | undefined;
  /** What to do after the running thread was left. */
  #next: number = END;
  #leaving = false;
  /** Set in the course of an invariant, which must not call itself. */
  #checking = false;

  constructor(model: Model, selfOf: (index: number) => Self) {
    this.#model = model;
    this.#memory = new ModelMemory(model.memoryBytes ?? 4_096);
    this.#threads = model.threads.map((body, index) => {
      let self: Self | undefined;
      return new VirtualThread(index, () => body((self ??= selfOf(index))));
    });
    this.#slices = model.slicesMs ?? [250, 10];
    this.#chooser = new Chooser(model, this.#memory, this.#threads, (thread) =>
      this.aliveAt(thread),
    );
  }

  get words(): Int32Array {
    return this.#memory.words;
  }

  /** A word of the model that is 1 until the thread is killed. */
  aliveAt(thread: number): number {
    return this.#memory.ghosts + GHOST_WORDS / 2 + thread;
  }

  run(): Tally {
    const { tally } = this.#chooser;
    this.#threads.forEach((_, index) => this.#memory.write(this.aliveAt(index), 1));
    this.#model.setup?.(this.words);
    this.#chooser.begin();
    for (;;) {
      const choice = this.#chooser.nextSchedule();
      if (choice === END) return tally;
      tally.schedules++;
      this.#follow(choice);
    }
  }

  /** Goes on from a choice to the end of a schedule. */
  #follow(choice: number): void {
    try {
      for (let next = choice; next !== END;) {
        const thread = this.#threads[threadOf(next)]!;
        if (kindOf(next) === KILL) {
          this.#kill(thread);
          next = this.#chooser.choose(undefined);
          continue;
        }
        if (kindOf(next) === TIMEOUT) this.#timeOver(thread);
        next = this.#resume(thread);
      }
      if (this.#chooser.isOver) this.#atEnd();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #kill(thread: VirtualThread): void {
    thread.status = KILLED;
    this.#memory.write(this.aliveAt(thread.index), 0);
    this.#chooser.trace.add(thread.index, KILLED_HERE, 0, 0, 0, 0);
  }

  #timeOver(thread: VirtualThread): void {
    this.#chooser.now = Math.max(this.#chooser.now, thread.due);
    this.#chooser.trace.add(thread.index, TIME_OVER, thread.at, 0, 0, 0);
    thread.alarms++;
    thread.wake();
  }

  /** Runs a thread until it is left for another, sleeps, or ends; returns what to do next. */
  #resume(thread: VirtualThread): number {
    thread.status = READY;
    thread.cursor = 0;
    thread.granted = true;
    this.#running = thread;
    this.#leaving = false;
    try {
      thread.body();
      if (this.#leaving) throw new Error("a thread of the model caught what an operation threw");
      thread.status = FINISHED;
      this.#next = this.#chooser.choose(undefined);
    } catch (error) {
      if (error !== SUSPENDED) throw error;
    } finally {
      this.#running = undefined;
      this.#leaving = false;
    }
    return this.#next;
  }

  #leave(next: number): never {
    this.#leaving = true;
    this.#next = next;
    throw SUSPENDED;
  }

  operate(kind: number, index: number, a: number, b: number): number {
    const thread = this.#running;
    if (thread === undefined) return this.#act(kind, index, a, b);
    // The finally-blocks of a thread that is being left.
    if (this.#leaving) throw SUSPENDED;
    const question = index * KINDS + kind;
    if (thread.cursor < thread.answers.length) {
      if (thread.questions[thread.cursor] === question) return thread.answers[thread.cursor++]!;
      throw new Error(`thread ${thread.index} does other things when it is run again`);
    }
    if (kind === CLOCK || kind === GHOST) {
      const answer = this.#act(kind, index, a, b);
      thread.remember(question, answer);
      return answer;
    }
    return this.#step(thread, question, kind, index, a, b);
  }

  #step(
    thread: VirtualThread,
    question: number,
    kind: number,
    index: number,
    a: number,
    b: number,
  ): number {
    const chooser = this.#chooser;
    const shared = chooser.touch(thread.index, kind, index, b);
    const same = this.#isRepeated(thread, question, kind, index, a);
    thread.repeats = same ? thread.repeats + 1 : 0;
    const repeats = thread.repeats > FEW_REPEATS;
    if (thread.repeats > MOST_REPEATS && !thread.granted) {
      thread.status = SPINNING;
      thread.at = index;
      thread.value = this.words[index]!;
      this.#leave(chooser.choose(undefined));
    }
    if (shared && !repeats && !thread.granted) {
      const next = chooser.choose(thread);
      if (kindOf(next) !== RUN || threadOf(next) !== thread.index) this.#leave(next);
    }
    thread.granted = false;
    if (kind === WAIT) return this.#wait(thread, question, index, a, b);
    const answer = this.#act(kind, index, a, b);
    chooser.tally.steps++;
    thread.remember(question, answer);
    if ((shared || kind !== LOAD) && !repeats)
      chooser.trace.add(thread.index, kind, index, a, b, answer);
    if (kind !== LOAD && kind !== NOTIFY) this.#checkInvariant();
    return answer;
  }

  /** Whether this look, and its answer, are the same as the last, or as the last but one. */
  #isRepeated(
    thread: VirtualThread,
    question: number,
    kind: number,
    index: number,
    expected: number,
  ): boolean {
    const { questions, answers } = thread;
    const value = this.words[index];
    if (kind !== LOAD && (kind !== COMPARE_EXCHANGE || value === expected)) return false;
    const last = answers.length - 1;
    if (questions[last] === question) return answers[last] === value;
    if (questions[last - 1] !== question || questions[last]! % KINDS !== LOAD) return false;
    return answers[last - 1] === value;
  }

  #wait(
    thread: VirtualThread,
    question: number,
    index: number,
    expected: number,
    timeoutMs: number,
  ): number {
    const { trace } = this.#chooser;
    const value = this.words[index]!;
    if (!thread.woken) trace.add(thread.index, WAIT, index, expected, timeoutMs, value);
    if (thread.woken || value !== expected) {
      thread.woken = false;
      thread.remember(question, 0);
      return 0;
    }
    const slice = this.#slices.includes(timeoutMs);
    this.#chooser.putToSleep(thread, index, timeoutMs, slice);
    return this.#leave(this.#chooser.choose(undefined));
  }

  #act(kind: number, index: number, a: number, b: number): number {
    const memory = this.#memory;
    if (kind === CLOCK) return this.#chooser.now;
    const at = kind === GHOST ? memory.ghosts + index : index;
    const old = memory.words[at]!;
    if (kind === STORE || kind === EXCHANGE) memory.write(at, a | 0);
    else if (kind === ADD || kind === GHOST) memory.write(at, (old + a) | 0);
    else if (kind === AND) memory.write(at, old & a);
    else if (kind === OR) memory.write(at, old | a);
    else if (kind === COMPARE_EXCHANGE && old === (a | 0)) memory.write(at, b | 0);
    else if (kind === FILL) for (let word = index; word < b; word++) memory.write(word, a);
    else if (kind === NOTIFY) this.#notify(at, a);
    else if (kind === WAIT) throw new Error("outside of threads nobody may wait");
    return old;
  }

  #notify(index: number, count: number): void {
    const asleep = this.#threads.filter((one) => one.status === ASLEEP && one.at === index);
    asleep.sort((one, other) => one.order - other.order);
    for (const thread of asleep.slice(0, count)) thread.wake();
  }

  #checkInvariant(): void {
    if (this.#model.invariant === undefined || this.#checking) return;
    this.#alone(() => this.#model.invariant!(this.#outcome()));
  }

  #atEnd(): void {
    this.#alone(() => this.#model.final?.(this.#outcome()));
  }

  /** Lets code use atomics at once, as no thread of the model. */
  #alone(look: () => void): void {
    const running = this.#running;
    this.#running = undefined;
    this.#checking = true;
    try {
      look();
    } finally {
      this.#running = running;
      this.#checking = false;
    }
  }

  #outcome(): Outcome {
    return {
      words: this.words,
      killed: this.#threads.filter((one) => one.status === KILLED).map((one) => one.index),
      noted: (ghost) => this.words[this.#memory.ghosts + ghost]!,
      assert: (holds, otherwise) => {
        if (!holds) throw new ModelFailure(otherwise);
      },
    };
  }

  #failure(error: unknown): ModelFailure {
    const nameOf = this.#model.nameOf?.bind(this.#model) ?? ((index: number) => `word ${index}`);
    const what = error instanceof Error ? error.message : String(error);
    const schedule = this.#chooser.trace.toText(nameOf);
    return new ModelFailure(`${what}\nafter this schedule:\n${schedule}`, { cause: error });
  }
}
