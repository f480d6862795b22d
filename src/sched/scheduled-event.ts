import { showByToString } from "../core/shown.ts";

/** An action and when it is due: what `enter` returns and `cancel` takes. */
export class ScheduledEvent {
  /** On the scheduler's clock. */
  readonly time: number;
  /** Among events of one time the lower number goes first. */
  readonly priority: number;
  /** Among equals of time and priority, those entered earlier go first. */
  readonly sequence: number;
  /** What is called when it is due. */
  readonly action: (...args: never[]) => unknown;
  /** What `action` is called with. */
  readonly args: readonly unknown[];

  constructor(
    time: number,
    priority: number,
    sequence: number,
    action: (...args: never[]) => unknown,
    args: readonly unknown[],
  ) {
    this.time = time;
    this.priority = priority;
    this.sequence = sequence;
    this.action = action;
    this.args = args;
  }

  /** Does what is due; what the action returns is returned. */
  perform(): unknown {
    return (this.action as (...args: readonly unknown[]) => unknown)(...this.args);
  }

  toString(): string {
    const name = this.action.name || "anonymous";
    return `ScheduledEvent(${name} at ${this.time}, priority ${this.priority})`;
  }

  static {
    showByToString(this);
  }
}

/** Negative when `a` goes before `b`. */
export function inOrder(a: ScheduledEvent, b: ScheduledEvent): number {
  return a.time - b.time || a.priority - b.priority || a.sequence - b.sequence;
}
