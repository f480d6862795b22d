/**
 * A running program. Its start is over when the constructor returns; its end is known from Node's
 * event loop, or, while that is blocked, from asking the kernel (by native code) without taking the
 * exit away from Node (see `exit-watch`).
 */
import { Fuse, signalOf, type SyncWait, timeAllowed, type Wait } from "../core/deadline.ts";
import { inBackground } from "../core/flow.ts";
import { checkFlag, checkIsOptions } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { StateError } from "../errors.ts";
import { signalName, signalNumber } from "../os/signals.ts";
import { Communication } from "./communication.ts";
import { awaitExit, peekExit } from "./exit-watch.ts";
import { shownCommand, timeoutExpired } from "./failures.ts";
import { Gate } from "./gate.ts";
import type { Command, NoOptions, PopenOptions, Shape, ShapeOf } from "./options.ts";
import type { OutputReader } from "./output-reader.ts";
import { bytesOf, type Settings, settingsOf } from "./settings.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { staysHere } from "../carry/stays-here.ts";

/** What a program is sent, and how long to wait for what it writes. */
export interface CommunicateOptions extends Wait {
  /** Written to the program's stdin, which is closed in any case. */
  input?: string | Uint8Array | null;
}

class RunningProgram<out S extends Shape> {
  /** What was started, as it was given. */
  readonly args: Command;
  /** Of the program, or of the shell that runs it; kept after its end. */
  readonly pid: number;
  /** Null where it is no pipe. */
  readonly stdin: S["stdin"];
  /**
   * Strings in text mode. Nothing is read before you do: `stdin` of another Popen takes it whole.
   */
  readonly stdout: S["stdout"];
  /** As `stdout`; null too where it goes along with stdout. */
  readonly stderr: S["stderr"];
  readonly #settings: Settings;
  readonly #ended = new Gate();
  #returnCode: number | null = null;
  #communication: Communication | null = null;
  /** How many wait in `communicate`. */
  #communicating = 0;
  #fuse: Fuse | null = null;
  /** Why the program was stopped, and its end. */
  #stopped: { by: "time" | AbortSignal; gone: Promise<void> } | null = null;

  /**
   * Starts the program.
   * @throws NotFoundError naming the program or working directory that is missing; TypeError and
   * RangeError for bad arguments and options; SubprocessError when the system refuses
   */
  constructor(command: Command, options: PopenOptions = {}) {
    checkIsOptions(options);
    const { check } = options as { check?: unknown };
    checkFlag(check, "check");
    if (check === true) throw new TypeError("check is for run(): a Popen tells its returnCode");
    const settings = settingsOf(options);
    settings.signal?.throwIfAborted();
    const { child, pid, stdin, stdout, stderr } = start(command, settings);
    this.args = command;
    this.pid = pid;
    this.stdin = stdin as S["stdin"];
    this.stdout = stdout as S["stdout"];
    this.stderr = stderr as S["stderr"];
    this.#settings = settings;
    child.once("exit", (code, signal) => this.#end(code ?? -signalNumber(signal!)));
    if (settings.input !== null) stdin!.end(settings.input);
    this.#limitLife(settings);
  }

  #limitLife({ timeoutMs, signal }: Settings): void {
    if (timeoutMs === Infinity && signal === undefined) return;
    this.#fuse = new Fuse(
      timeoutMs,
      signal,
      () => this.#stop("time"),
      () => this.#stop(signal!),
    );
  }

  #stop(by: "time" | AbortSignal): void {
    const { killGroup, graceMs } = this.#settings;
    // Not in the task that is cancelled, which would end its waits for the program too.
    const gone = inBackground(() =>
      stop({ pid: this.pid, ended: this.#ended, killGroup, graceMs }),
    );
    this.#stopped = { by, gone };
    if (this.#communication !== null) void this.#drain(this.#communication, gone);
  }

  async #drain(communication: Communication, gone: Promise<void>): Promise<void> {
    await gone;
    await communication.drain();
    communication.done.open();
  }

  #end(returnCode: number): void {
    // What the kernel told before is more exact: Node has no name for the real-time signals.
    this.#returnCode ??= returnCode;
    this.#ended.open();
    this.stdin?.end();
    if (this.#communication === null) this.#fuse?.cut();
    else this.#finishCommunication();
  }

  #finishCommunication(): void {
    if (!this.#ended.isOpen || !this.#communication!.ended || this.#stopped !== null) return;
    this.#fuse?.cut();
    this.#communication!.done.open();
  }

  /** Null while it runs; the exit code; or the negated number of the signal that ended it. */
  get returnCode(): number | null {
    return this.#returnCode;
  }

  /**
   * Looks whether the program has ended, and tells as `returnCode`; also while the event loop is
   * blocked, where there is native code.
   */
  poll(): number | null {
    this.#returnCode ??= peekExit(this.pid);
    return this.#returnCode;
  }

  /**
   * The return code, once there is one.
   * @throws TimeoutExpired after `timeoutMs`; the program runs on
   */
  async wait(wait?: Wait): Promise<number> {
    signalOf(wait)?.throwIfAborted();
    if (timeAllowed(wait) === 0) this.poll();
    if (this.#returnCode === null)
      await this.#ended.pass(wait, (timeoutMs) => timeoutExpired(this.args, timeoutMs));
    if (this.#stopped !== null) throw this.#stopReason();
    return this.#returnCode!;
  }

  /**
   * `wait` that blocks the thread. A program that waits for us to read its output or to write its
   * input waits for ever: see `runSync`.
   * @throws TimeoutExpired; UnsupportedPlatformError without native code, which this takes
   */
  waitSync(wait?: SyncWait): number {
    const timeoutMs = timeAllowed(wait);
    this.#returnCode ??= awaitExit(this.pid, timeoutMs);
    if (this.#returnCode === null) throw timeoutExpired(this.args, timeoutMs);
    return this.#returnCode;
  }

  /**
   * Writes `input` to stdin and closes it, gathers stdout and stderr to their ends, and waits for
   * the program. What is no pipe gives null. To be called again after a TimeoutExpired (the program
   * runs on, nothing is lost, and the rest of the input is still written) and after the end, when
   * it gives the same.
   * @throws TimeoutExpired with the bytes so far, in text mode too; StateError for further input
   */
  async communicate(options: CommunicateOptions = {}): Promise<[S["out"], S["err"]]> {
    timeAllowed(options);
    signalOf(options)?.throwIfAborted();
    const communication = (this.#communication = this.#begin(options.input ?? null));
    communication.resume();
    this.#communicating++;
    try {
      this.#finishCommunication();
      await communication.done.pass(options, (timeoutMs) =>
        timeoutExpired(this.args, timeoutMs, communication.gathered),
      );
    } finally {
      this.#communicating--;
      if (this.#communicating === 0) communication.pause();
    }
    if (this.#stopped !== null) throw this.#stopReason();
    return communication.results(this.#settings.text) as [S["out"], S["err"]];
  }

  #begin(input: string | Uint8Array | null): Communication {
    const { text } = this.#settings;
    const bytes = input === null ? null : bytesOf(input, text);
    if (this.#communication !== null) {
      if (bytes === null) return this.#communication;
      throw new StateError("communicate has begun: input can only be given to its first call");
    }
    const { stdin } = this;
    if (bytes !== null && stdin === null)
      throw new RangeError("input needs a pipe: start the program with stdin: PIPE");
    const [stdout, stderr] = [this.stdout, this.stderr] as (OutputReader | null)[];
    const begun = new Communication(stdout!, stderr!, () => this.#finishCommunication());
    if (stdin !== null) begun.feed(stdin, bytes);
    if (this.#stopped !== null) void this.#drain(begun, this.#stopped.gone);
    return begun;
  }

  #stopReason(): unknown {
    const { by } = this.#stopped!;
    if (by !== "time") return by.reason;
    return timeoutExpired(this.args, this.#settings.timeoutMs, this.#communication?.gathered);
  }

  /** Sends a signal by name or number; to the whole group with `killGroup`. No-op after the end. */
  sendSignal(signal: string | number): void {
    const number = signalNumber(signal);
    if (this.#returnCode !== null) return;
    const toGroup = this.#settings.killGroup && process.platform !== "win32";
    try {
      process.kill(toGroup ? -this.pid : this.pid, number);
    } catch (error) {
      // It has ended, and Node is about to tell.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** SIGTERM. */
  terminate(): void {
    this.sendSignal("SIGTERM");
  }

  /** SIGKILL. */
  kill(): void {
    this.sendSignal("SIGKILL");
  }

  /** Closes the pipes and waits for the program, which is not told to end otherwise. */
  async close(wait?: Wait): Promise<void> {
    this.stdout?.destroy();
    this.stderr?.destroy();
    this.stdin?.end();
    await this.#ended.pass(wait, (timeoutMs) => timeoutExpired(this.args, timeoutMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  toString(): string {
    const code = this.#returnCode;
    const died = code !== null && code < 0 && (signalName(-code) ?? `signal ${-code}`);
    const state = code === null ? "running" : died ? `died with ${died}` : `returned ${code}`;
    return `Popen(${shownCommand(this.args)}, pid ${this.pid}, ${state})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Popen", RunningProgram, "send its pid, or what it wrote");

/** A program that was started; what `S` leaves open depends on the options it was started with. */
export type Popen<S extends Shape = Shape> = RunningProgram<S>;

interface PopenConstructor {
  new <const O extends PopenOptions = NoOptions>(command: Command, options?: O): Popen<ShapeOf<O>>;
  readonly prototype: Popen;
}

/** Typed apart from its class, so that a Popen of any options is a Popen. */
export const Popen = RunningProgram as unknown as PopenConstructor;
