/** The guide of the tour: prints what a stop tells, checks what it claims, and counts. */
import { inspect, isDeepStrictEqual } from "node:util";

/** A part of the library, shown by running it. */
export interface Stop {
  readonly title: string;
  /** What is to be seen here, in a few sentences. */
  readonly text: string;
  run(guide: Guide): Promise<void>;
}

type ErrorClass = abstract new (...args: never[]) => Error;

const STOP_LIMIT_MS = 30_000;

export class Guide {
  /** Claims checked. */
  seen = 0;
  /** Claims that did not hold, and stops that broke off. */
  wrong = 0;
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Runs one stop. One that fails, or takes too long, does not end the tour. */
  async visit(stop: Stop, number: string): Promise<void> {
    this.#print(`\n${number} ${stop.title}\n${stop.text.trim()}\n`);
    let limit: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const late = new Error(`this stop did not end within ${STOP_LIMIT_MS / 1000} s`);
      limit = setTimeout(reject, STOP_LIMIT_MS, late);
    });
    try {
      await Promise.race([stop.run(this), tooLate]);
    } catch (error) {
      this.#note(false, "the stop broke off", error);
    } finally {
      clearTimeout(limit);
    }
  }

  /** A sentence between two claims. */
  say(text: string): void {
    this.#print(text);
  }

  /** Claims that `actual` is deeply equal to `expected`. */
  equal<T>(claim: string, actual: T, expected: T): void {
    this.#note(isDeepStrictEqual(actual, expected), claim, actual);
  }

  /** Claims that `condition` holds; `evidence` is printed along. */
  that(claim: string, condition: boolean, evidence?: unknown): void {
    this.#note(condition, claim, evidence);
  }

  /** Claims that `body` throws, or rejects with, an error of this class. */
  async fails(claim: string, body: () => unknown, type: ErrorClass): Promise<void> {
    try {
      const value = await body();
      this.#note(false, claim, value);
    } catch (error) {
      this.#note(error instanceof type, claim, error);
    }
  }

  #note(ok: boolean, claim: string, evidence: unknown): void {
    this.seen++;
    if (!ok) this.wrong++;
    const shown = evidence instanceof Error ? `${evidence.name}: ${evidence.message}` : evidence;
    const proof =
      evidence === undefined ? "" : `: ${typeof shown === "string" ? shown : inspect(shown)}`;
    this.#print(`  ${ok ? "ok   " : "WRONG"} ${claim}${proof}`);
  }
}
