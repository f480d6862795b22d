/** The figures of a named policy: which it has, what they are unless told, what they may be. */
import type { ScheduleName, ScheduleOptions } from "../policy.ts";

type Figure = "sliceMs" | "levels" | "ageMs" | "boostMs";

/** Those that a policy has not are zero, and slices null. */
export interface Figures {
  readonly sliceMs: number | null;
  readonly levels: number;
  readonly ageMs: number;
  readonly boostMs: number;
}

/** A figure that a policy does not have is missing here; null: it is off unless told. */
const FIGURES: Readonly<Record<ScheduleName, Readonly<Partial<Record<Figure, number | null>>>>> = {
  fifo: { sliceMs: null },
  lifo: {},
  rr: { sliceMs: 10 },
  priority: { sliceMs: null, ageMs: 1_000 },
  sjf: { sliceMs: null, ageMs: 10 },
  mlfq: { sliceMs: 10, levels: 3, boostMs: 1_000 },
};

const NAMES = Object.keys(FIGURES) as ScheduleName[];
/** The slice doubles from level to level: at 32 levels of a millisecond, 24 days. */
const MOST_LEVELS = 32;

/** @throws TypeError when it is no string, RangeError when there is no such policy */
export function checkName(name: unknown): ScheduleName {
  if (typeof name !== "string") {
    throw new TypeError(
      `schedule must be the name of a policy, { policy, sliceMs, levels } or an object with ` +
        `push(task), pop() and size; the policy was ${name === null ? "null" : typeof name}`,
    );
  }
  if (Object.hasOwn(FIGURES, name)) return name as ScheduleName;
  throw new RangeError(`There is no schedule "${name}"; there are ${NAMES.join(", ")}`);
}

/** @throws TypeError, RangeError */
export function checkFigures(name: ScheduleName, options: Partial<ScheduleOptions>): Figures {
  const own = FIGURES[name];
  const figure = (key: Figure): number | null => {
    const given: unknown = options[key];
    if (given === undefined) return own[key] ?? null;
    if (!(key in own)) {
      const has = Object.keys(own).join(", ") || "none";
      throw new TypeError(`The schedule "${name}" has no ${key}; what can be told it: ${has}`);
    }
    return checkFigure(key, given);
  };
  return {
    sliceMs: figure("sliceMs"),
    levels: figure("levels") ?? 0,
    ageMs: figure("ageMs") ?? 0,
    boostMs: figure("boostMs") ?? 0,
  };
}

/** @throws TypeError, RangeError */
export function checkFigure(key: Figure, given: unknown): number {
  if (typeof given !== "number")
    throw new TypeError(`${key} must be a number, not ${typeof given}`);
  if (key === "levels") {
    if (Number.isInteger(given) && given >= 1 && given <= MOST_LEVELS) return given;
    throw new RangeError(`levels must be a whole number from 1 to ${MOST_LEVELS}, not ${given}`);
  }
  // Infinity would switch off what keeps tasks from starving, and it says so; slices need an end.
  if (given > 0 && (given < Infinity || key !== "sliceMs")) return given;
  throw new RangeError(`${key} must be more than zero milliseconds, not ${given}`);
}
