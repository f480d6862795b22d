/**
 * Every error of the library, one class for each thing that a caller can do differently.
 *
 * `instanceof` goes by brands (registered symbols on the prototypes), not by identity, so it holds
 * for errors that crossed from elsewhere, and for those of another copy of the package. A user's
 * subclass carries no brand of its own and is tested in the ordinary way.
 */

const brandOf = (name: string): symbol => Symbol.for(`manyhands.error.${name}`);

/** Puts `names`, its own and of what it counts as, on a class: what `instanceof` looks for. */
function brand(type: { readonly prototype: object }, code: string, ...names: string[]): void {
  for (const name of names) Object.defineProperty(type.prototype, brandOf(name), { value: true });
  const changeable = { writable: true, configurable: true };
  Object.defineProperty(type.prototype, "name", { value: names[0], ...changeable });
  Object.defineProperty(type.prototype, "code", { value: code, ...changeable });
  // A bundler may give the class another name.
  Object.defineProperty(type, "name", { value: names[0], configurable: true });
  const symbol = brandOf(names[0]!);
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && symbol in value;
    },
  });
}

/** The root of all errors of this library. */
export class ManyhandsError extends Error {
  /** Such as `MANYHANDS_TIMEOUT`; stable, which messages are not. */
  declare readonly code: string;
}
brand(ManyhandsError, "MANYHANDS_ERROR", "ManyhandsError");

/** A wait ran out of time (where the call does not answer `false`). */
export class TimeoutError extends ManyhandsError {}
brand(TimeoutError, "MANYHANDS_TIMEOUT", "TimeoutError");

/** Work was cancelled, or dropped by `terminate` or `cancelFutures`. */
export class CancelledError extends ManyhandsError {}
brand(CancelledError, "MANYHANDS_CANCELLED", "CancelledError");

/** Use after your own `close`, `terminate` or `shutdown`. */
export class ClosedError extends ManyhandsError {}
brand(ClosedError, "MANYHANDS_CLOSED", "ClosedError");

/** The other side closed, and everything it sent was read. */
export class EndOfStreamError extends ManyhandsError {}
brand(EndOfStreamError, "MANYHANDS_END_OF_STREAM", "EndOfStreamError");

/** A stream ended before everything that was asked for had come. */
export class IncompleteReadError extends EndOfStreamError {
  /** What had come. */
  readonly partial: Uint8Array;
  /** How many bytes were asked for; null where that was up to a separator. */
  readonly expected: number | null;
  constructor(message: string, partial: Uint8Array, expected: number | null) {
    super(message);
    this.partial = partial;
    this.expected = expected;
  }
}
brand(IncompleteReadError, "MANYHANDS_INCOMPLETE_READ", "IncompleteReadError");

/** A separator did not come within the limit of a stream. What was read stays in the stream. */
export class LimitOverrunError extends ManyhandsError {
  /** How many bytes were searched. */
  readonly consumed: number;
  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}
brand(LimitOverrunError, "MANYHANDS_LIMIT_OVERRUN", "LimitOverrunError");

/** The peer is gone while writing, nobody listens, or a message was over its limit. */
export class BrokenConnectionError extends ManyhandsError {}
brand(BrokenConnectionError, "MANYHANDS_BROKEN_CONNECTION", "BrokenConnectionError");

/** A call out of order: start twice, join before start, close while alive, and the like. */
export class StateError extends ManyhandsError {}
brand(StateError, "MANYHANDS_STATE", "StateError");

/** Release, wait or notify without holding the lock. */
export class NotOwnerError extends ManyhandsError {}
brand(NotOwnerError, "MANYHANDS_NOT_OWNER", "NotOwnerError");

/** The barrier was aborted, reset, timed out or lost a party. */
export class BrokenBarrierError extends ManyhandsError {}
brand(BrokenBarrierError, "MANYHANDS_BROKEN_BARRIER", "BrokenBarrierError");

/** A Future or Task is in a state that the call does not allow. */
export class InvalidStateError extends ManyhandsError {}
brand(InvalidStateError, "MANYHANDS_INVALID_STATE", "InvalidStateError");

/** One edge of a deadlock: who holds a lock, and who waits for it. */
export interface DeadlockEdge {
  /** The name of the lock. */
  readonly lock: string;
  /** Such as `Thread-1 (pid 17, thread 1)`. */
  readonly heldBy: string;
  /** The same of the one who waits. */
  readonly waitedBy: string;
}

/** Waiting would close a cycle in which everybody waits for somebody else. */
export class DeadlockError extends ManyhandsError {
  /** Whoever holds one of its locks waits for another of them. */
  readonly cycle: readonly DeadlockEdge[];
  constructor(message: string, cycle: readonly DeadlockEdge[], options?: ErrorOptions) {
    super(message, options);
    this.cycle = cycle;
  }
}
brand(DeadlockError, "MANYHANDS_DEADLOCK", "DeadlockError");

/** A `get` found nothing in time. */
export class QueueEmpty extends TimeoutError {}
brand(QueueEmpty, "MANYHANDS_QUEUE_EMPTY", "QueueEmpty");

/** A `put` found no room in time. */
export class QueueFull extends TimeoutError {}
brand(QueueFull, "MANYHANDS_QUEUE_FULL", "QueueFull");

/** The queue was shut down. */
export class QueueShutDown extends ManyhandsError {}
brand(QueueShutDown, "MANYHANDS_QUEUE_SHUT_DOWN", "QueueShutDown");

/** What is known about a worker that ended without a result. */
export interface WorkerDeath {
  /** Of its process; null where it has none that is known. */
  readonly pid?: number | null;
  /** Node's number of the thread; null for a process. */
  readonly threadId?: number | null;
  /** Negative for a signal; null where it is not known. */
  readonly exitCode?: number | null;
  /** The name of the signal that ended it; null where none did. */
  readonly signal?: string | null;
  /** The name of the function that was running; null where none was. */
  readonly task?: string | null;
}

/** A process or thread ended without giving the result that it owed. */
export class WorkerDiedError extends ManyhandsError {
  /** Of its process, this one for a thread; null where it is not known. */
  readonly pid: number | null;
  /** Node's number of the thread; null for a process. */
  readonly threadId: number | null;
  /** Negative for a signal. */
  readonly exitCode: number | null;
  /** The name of the signal that ended it; null where none did. */
  readonly signal: string | null;
  /** The name of the function that was running. */
  readonly task: string | null;
  constructor(message: string, death: WorkerDeath = {}, options?: ErrorOptions) {
    super(message, options);
    this.pid = death.pid ?? null;
    this.threadId = death.threadId ?? null;
    this.exitCode = death.exitCode ?? null;
    this.signal = death.signal ?? null;
    this.task = death.task ?? null;
  }
}
brand(WorkerDiedError, "MANYHANDS_WORKER_DIED", "WorkerDiedError");

/** An executor or pool lost a worker. */
export class BrokenExecutorError extends WorkerDiedError {}
brand(BrokenExecutorError, "MANYHANDS_BROKEN_EXECUTOR", "BrokenExecutorError");

/** A pool of processes lost a worker. */
export class BrokenProcessPool extends BrokenExecutorError {}
brand(BrokenProcessPool, "MANYHANDS_BROKEN_PROCESS_POOL", "BrokenProcessPool");

/** A pool of threads lost a worker. */
export class BrokenThreadPool extends BrokenExecutorError {}
brand(BrokenThreadPool, "MANYHANDS_BROKEN_THREAD_POOL", "BrokenThreadPool");

/** An argument, a captured variable or an item cannot cross; `path` leads to the culprit. */
export class PicklingError extends ManyhandsError {
  /** Such as `fn → config → .db → .socket`. */
  readonly path: string;
  constructor(message: string, path = "", options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}
brand(PicklingError, "MANYHANDS_PICKLING", "PicklingError");

/** A result cannot cross back. */
export class MaybeEncodingError extends PicklingError {}
brand(MaybeEncodingError, "MANYHANDS_MAYBE_ENCODING", "MaybeEncodingError");

/** Bytes that do not decode. */
export class UnpicklingError extends ManyhandsError {}
brand(UnpicklingError, "MANYHANDS_UNPICKLING", "UnpicklingError");

/** The peer does not know the key. */
export class AuthenticationError extends ManyhandsError {}
brand(AuthenticationError, "MANYHANDS_AUTHENTICATION", "AuthenticationError");

/** The buffer given to `recvBytesInto` is too small. */
export class BufferTooShortError extends ManyhandsError {
  /** The whole message. */
  readonly bytes: Uint8Array;
  constructor(message: string, bytes: Uint8Array, options?: ErrorOptions) {
    super(message, options);
    this.bytes = bytes;
  }
}
brand(BufferTooShortError, "MANYHANDS_BUFFER_TOO_SHORT", "BufferTooShortError");

/** No such name or number: shared memory, program, directory, process, event of a scheduler. */
export class NotFoundError extends ManyhandsError {}
brand(NotFoundError, "MANYHANDS_NOT_FOUND", "NotFoundError");

/** The name or address is taken. */
export class AlreadyExistsError extends ManyhandsError {}
brand(AlreadyExistsError, "MANYHANDS_ALREADY_EXISTS", "AlreadyExistsError");

/** A process was started while the main script is still being imported in a child. */
export class BootstrapError extends ManyhandsError {}
brand(BootstrapError, "MANYHANDS_BOOTSTRAP", "BootstrapError");

/** This platform lacks what is needed; the message says what. */
export class UnsupportedPlatformError extends ManyhandsError {}
brand(UnsupportedPlatformError, "MANYHANDS_UNSUPPORTED_PLATFORM", "UnsupportedPlatformError");

/** A limit is reached: of shared memory (bytes, processes, threads), or of what the system has. */
export class ResourceLimitError extends ManyhandsError {}
brand(ResourceLimitError, "MANYHANDS_RESOURCE_LIMIT", "ResourceLimitError");

/** The errors of a task group's tasks and of its body, together. */
export class TaskGroupError extends AggregateError {
  /** As that of a ManyhandsError. */
  declare readonly code: string;
}
brand(TaskGroupError, "MANYHANDS_TASK_GROUP", "TaskGroupError", "ManyhandsError");

/** The root of the errors of `manyhands/subprocess`. */
export class SubprocessError extends ManyhandsError {}
brand(SubprocessError, "MANYHANDS_SUBPROCESS", "SubprocessError");

/** What a program had written when it failed or ran out of time. */
export interface ProgramOutput {
  /** Null where it was not captured. */
  readonly stdout?: string | Uint8Array | null;
  /** Null where it was not captured. */
  readonly stderr?: string | Uint8Array | null;
}

type Command = string | readonly string[];

/** A program ended with a return code other than zero, and the call asked for a check. */
export class CalledProcessError extends SubprocessError {
  /** What was run, as it was given. */
  readonly cmd: Command;
  /** Negative for a signal. */
  readonly returnCode: number;
  /** The name of the signal that ended it; null where none did. */
  readonly signal: string | null;
  /** Null where it was not captured. */
  readonly stdout: string | Uint8Array | null;
  /** Null where it was not captured. */
  readonly stderr: string | Uint8Array | null;
  constructor(
    message: string,
    cmd: Command,
    returnCode: number,
    signal: string | null,
    output: ProgramOutput = {},
  ) {
    super(message);
    this.cmd = cmd;
    this.returnCode = returnCode;
    this.signal = signal;
    this.stdout = output.stdout ?? null;
    this.stderr = output.stderr ?? null;
  }
}
brand(CalledProcessError, "MANYHANDS_CALLED_PROCESS", "CalledProcessError");

/** A program did not end in time. Counts as a TimeoutError too. */
export class TimeoutExpired extends SubprocessError {
  /** What was run, as it was given. */
  readonly cmd: Command;
  /** How long it was given. */
  readonly timeoutMs: number;
  /** What there was by then, as bytes; null where it was not captured. */
  readonly stdout: string | Uint8Array | null;
  /** What there was by then, as bytes; null where it was not captured. */
  readonly stderr: string | Uint8Array | null;
  constructor(message: string, cmd: Command, timeoutMs: number, output: ProgramOutput = {}) {
    super(message);
    this.cmd = cmd;
    this.timeoutMs = timeoutMs;
    this.stdout = output.stdout ?? null;
    this.stderr = output.stderr ?? null;
  }
}
brand(TimeoutExpired, "MANYHANDS_TIMEOUT_EXPIRED", "TimeoutExpired", "TimeoutError");
