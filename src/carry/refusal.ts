/**
 * "This cannot cross, because …": thrown where the culprit is met, without knowing where that is.
 *
 * The containers on the way out each add their own step (`.db`, `[1]`, `config`), so the path costs
 * nothing until something is refused. At the top it becomes the public PicklingError.
 */
import { PicklingError } from "../errors.ts";

/** Of a longer path only both ends are told. */
const LONG = 24;
const KEPT = 8;

/** Thrown by encoders and by function carriers; users see the PicklingError made from it. */
export class Refusal extends Error {
  /** The steps from the value given to the culprit. */
  readonly steps: string[];
  /** Why it cannot cross, as the rest of a sentence that begins with the path. */
  readonly reason: string;

  /** `reason` says what the thing is and what to do instead; `steps` lead from here to it. */
  constructor(reason: string, steps: readonly string[] = [], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
    this.steps = [...steps];
  }

  /** Adds the step that leads here from one level further out, and returns itself to be thrown. */
  within(step: string): this {
    this.steps.unshift(step);
    return this;
  }

  /** The error for the user. `label` names the value that was to be sent. */
  toPicklingError(label: string): PicklingError {
    const all = label === "" ? this.steps : [label, ...this.steps];
    const steps = all.length > LONG ? [...all.slice(0, KEPT), "…", ...all.slice(-KEPT)] : all;
    let path = steps.join(" → ");
    if (label === "" && /^\.[^(]*( →|$)/.test(path)) path = path.slice(1);
    const subject = path === "" ? "the value" : path;
    const options = this.cause === undefined ? undefined : { cause: this.cause };
    return new PicklingError(`Cannot send ${subject}: ${this.reason}`, path, options);
  }
}

/** Adds a step to a refusal that passes by; any other error is handed on as it is. */
export function located(error: unknown, step: string): unknown {
  return error instanceof Refusal ? error.within(step) : error;
}
