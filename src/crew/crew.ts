/**
 * The workers of one pool or executor, and what is queued for them. Pools and executors are faces
 * of a crew: they know nothing of workers and bytes, and the crew knows nothing of futures,
 * iterables and chunk sizes.
 */
import {
  Deadline,
  Fuse,
  type SyncWait,
  signalOf,
  timeAllowed,
  type Wait,
} from "../core/deadline.ts";
import { ClosedError, StateError } from "../errors.ts";
import { expectOriginal } from "../platform/copies.ts";
import type { Callable } from "./callable.ts";
import { Callables } from "./callables.ts";
import { Cargo } from "./cargo.ts";
import {
  checkCrewOptions,
  type CrewOptions,
  type CrewState,
  type WorkerInfo,
} from "./crew-options.ts";
import { knownIdentity } from "../workers/identity.ts";
import { expectStart, startMethodHere } from "../workers/start.ts";
import { Engine } from "./engine.ts";
import { CALL, CALL_EACH, CALL_ONE, CALL_SPREAD } from "./message-head.ts";
import type { Mode, Task } from "./task.ts";
import { waitForEngines } from "./wait-for-crews.ts";
import { brokenFor } from "./worker-deaths.ts";

export type { CrewOptions, CrewState, WorkerInfo } from "./crew-options.ts";

const KIND_OF: Readonly<Record<Mode, number>> = {
  call: CALL,
  each: CALL_EACH,
  "each-spread": CALL_SPREAD,
};
const NO_ARGS: readonly unknown[] = [];
const SLICE_MS = 250;

export class Crew {
  readonly options: CrewOptions;
  readonly #engine: Engine;
  readonly #callables: Callables;
  readonly #direct = new Cargo();
  readonly #joins = new Set<() => void>();
  /** Whose workers they are: a forked copy of that process has only the memory of them. */
  readonly #pid = process.pid;

  /** @throws RangeError, TypeError, StateError, and PicklingError for the initializer */
  constructor(options: CrewOptions) {
    this.options = checkCrewOptions(options);
    const { reach, size, start } = options;
    if (start === "at once") this.#expectWorkers();
    const engine = new Engine(options, () => this.#tellJoins());
    this.#engine = engine;
    const { hands } = engine.staff;
    this.#callables = new Callables(engine.ways.coding, reach, (callable) => {
      for (const { link } of hands) link.forget(callable);
    });
    if (start === "on demand") return;
    try {
      for (let hired = 0; hired < size; hired++) engine.staff.hire();
    } catch (error) {
      for (const hand of Array.from(hands)) engine.staff.dismiss(hand, "SIGKILL");
      throw error;
    }
  }

  get state(): CrewState {
    if (this.#isInherited) return "ended";
    const { state, staff } = this.#engine;
    return state !== "open" && staff.hands.length === 0 ? "ended" : state;
  }

  /** Tasks that have not ended. */
  get pending(): number {
    return this.#engine.pending;
  }

  get workers(): readonly WorkerInfo[] {
    return this.#engine.staff.hands.map(({ info }) => info);
  }

  /**
   * Codes a function, so that it can be called by tasks.
   * @throws PicklingError, StateError
   */
  prepare(fn: (...args: never[]) => unknown): Callable {
    this.#mustBeOurs();
    if (this.#engine.staff.hands.length === 0) this.#expectWorkers();
    return this.#callables.of(fn);
  }

  /**
   * Queues a task; its arguments are coded now.
   * @throws PicklingError: then nothing was queued; ClosedError, BrokenExecutorError
   */
  submit(task: Task): void {
    this.checkOpen();
    this.#engine.admit(task, this.#code(task));
    this.#engine.attention.expect();
  }

  /** The same for several; when one cannot cross, none is queued. */
  submitAll(tasks: readonly Task[]): void {
    this.checkOpen();
    const cargoes: Cargo[] = [];
    try {
      for (const task of tasks) cargoes.push(this.#code(task).kept());
    } catch (error) {
      for (const cargo of cargoes) this.#engine.withdrawal.dropCargo(cargo);
      throw error;
    }
    this.#engine.admitAll(tasks, cargoes);
    if (tasks.length > 0) this.#engine.attention.expect();
  }

  /**
   * What the start of processes takes goes on while that is prepared which they are for.
   * @throws StateError in a daemonic process
   */
  #expectWorkers(): void {
    const { reach, startMethod } = this.options;
    if (reach === "thread") return;
    if (knownIdentity()?.daemon === true) {
      throw new StateError(
        "A daemonic process, such as a worker of a Pool, may not have children; " +
          "use threads here, or run this in a ProcessPoolExecutor, whose workers may",
      );
    }
    expectStart(startMethod ?? startMethodHere());
  }

  #code(task: Task): Cargo {
    const { args, mode } = task;
    const { coding } = this.#engine.ways;
    const one = mode === "call" && args.length === 1;
    task.kind = one ? CALL_ONE : KIND_OF[mode];
    const label = mode === "call" ? "args" : "items";
    // Without arguments there is nothing to be coded either.
    const given = mode === "call" && args.length === 0 ? undefined : args;
    try {
      const draft = one ? coding.encode(args[0], "args → [0]") : coding.encode(given, label);
      task.args = NO_ARGS;
      return this.#direct.lend(draft);
    } catch (error) {
      throw task.refusal(error);
    }
  }

  get #isInherited(): boolean {
    return this.#pid !== process.pid;
  }

  /** In a copy, calls would be sent to the parent's workers, and its results be taken. */
  #mustBeOurs(): void {
    expectOriginal(this.options.name, this.#pid);
  }

  /** @throws BrokenExecutorError, ClosedError */
  checkOpen(): void {
    this.#mustBeOurs();
    const { state, breach } = this.#engine;
    if (state === "broken") throw brokenFor(breach!);
    if (state !== "open") throw new ClosedError(`${this.options.name} takes no more work`);
  }

  /** Whether a worker has begun it. */
  started({ phase, sliced, link, number }: Task): boolean {
    if (phase !== "offered") return phase === "parked";
    return sliced || link!.isClaimed(number);
  }

  /**
   * Takes a task back that nobody has begun. True: it never runs, and its caller settles it. False:
   * it runs, or has ended.
   */
  withdraw(task: Task): boolean {
    if (this.#isInherited) return false;
    const withdrawn = this.#engine.withdrawal.takeBack(task);
    if (withdrawn) this.#engine.attention.expect();
    return withdrawn;
  }

  /**
   * Ends a task, which then fails with `reason`. One that runs is told by `currentSignal()`; when
   * it goes on nevertheless, its worker is replaced. No other task is hurt
   * but generators that wait in it.
   */
  interrupt(task: Task, reason: unknown): void {
    const engine = this.#engine;
    const { phase } = task;
    if (phase === "new" || phase === "over" || this.#isInherited) return;
    if (this.withdraw(task)) return task.fail(reason);
    engine.withdrawal.stop(task, reason);
    engine.takings.fail(task, reason);
  }

  /** Blocks this thread and takes results in until `isDone`, or false when the time is over. */
  waitSync(isDone: () => boolean, deadline: Deadline): boolean {
    this.#mustBeOurs();
    return waitForEngines([this.#engine], isDone, deadline);
  }

  /** The same for several crews at once. */
  static waitForAnySync(crews: Iterable<Crew>, isDone: () => boolean, deadline: Deadline): boolean {
    const engines = Array.from(crews, (crew) => {
      crew.#mustBeOurs();
      return crew.#engine;
    });
    return waitForEngines(engines, isDone, deadline);
  }

  /** How long a call of the function takes; undefined while unknown. */
  meanMs(callable: Callable): number | undefined {
    return callable.meanMs;
  }

  /** Takes no more work; the workers end when all is done. */
  close(): void {
    const engine = this.#engine;
    if (engine.state !== "open" || this.#isInherited) return;
    engine.state = "closed";
    if (engine.pending === 0) engine.dissolve();
  }

  /** Ends everything now. The two functions give the errors of what is dropped. */
  async terminate(
    running: (task: Task) => unknown,
    queued: (task: Task) => unknown,
    how: "SIGTERM" | "SIGKILL" = "SIGTERM",
  ): Promise<void> {
    if (this.#isInherited) return;
    const engine = this.#engine;
    if (engine.state === "open") engine.state = "closed";
    engine.endAll(running, queued, how);
    await this.join();
  }

  /** Takes back everything that nobody has begun; its caller settles it. */
  cancelQueued(): Task[] {
    if (this.#isInherited) return [];
    const taken = this.#engine.withdrawal.takeBackAll();
    this.#engine.attention.expect();
    return taken;
  }

  /** Waits until all workers have ended; false when the time is over. */
  async join(wait?: Wait): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    signal?.throwIfAborted();
    if (this.state === "ended") return true;
    if (timeoutMs === 0) return this.joinSync(wait);
    const { staff } = this.#engine;
    // Whoever waits for the workers' end wants the program to live until then.
    staff.hold("ends", true);
    let told!: () => void;
    let fuse!: Fuse;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        this.#joins.add((told = () => resolve(true)));
        const aborted = (): void => reject(signal!.reason as Error);
        fuse = new Fuse(timeoutMs, signal, () => resolve(false), aborted);
      });
    } finally {
      fuse.cut();
      this.#joins.delete(told);
      if (this.#joins.size === 0) staff.hold("ends", false);
    }
  }

  joinSync(wait?: SyncWait): boolean {
    if (this.#isInherited) return true;
    const engine = this.#engine;
    const deadline = new Deadline(timeAllowed(wait));
    if (!this.waitSync(() => engine.pending === 0, deadline)) return false;
    for (;;) {
      engine.lookAtHosts();
      const [first] = engine.staff.hands;
      if (this.state === "ended" || first === undefined) return true;
      if (deadline.passed) return false;
      first.host.sleep(Math.min(deadline.remainingMs, SLICE_MS, engine.staff.msToNextKill));
    }
  }

  #tellJoins(): void {
    if (this.state !== "ended") return;
    this.#engine.attention.end();
    this.#callables.end();
    for (const told of this.#joins) told();
  }
}
