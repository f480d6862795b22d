/** What happened in a schedule, step by step, for people to read. */

export const LOAD = 0;
export const STORE = 1;
export const ADD = 2;
export const AND = 3;
export const OR = 4;
export const EXCHANGE = 5;
export const COMPARE_EXCHANGE = 6;
export const WAIT = 7;
export const NOTIFY = 8;
export const CLOCK = 9;
export const FILL = 10;
export const GHOST = 11;
/** Things that happen to a thread. */
export const KILLED_HERE = 12;
export const TIME_OVER = 13;

const FIELDS = 6;

export class Trace {
  readonly #steps: number[] = [];

  get length(): number {
    return this.#steps.length;
  }

  cutTo(length: number): void {
    this.#steps.length = length;
  }

  add(thread: number, kind: number, index: number, a: number, b: number, result: number): void {
    this.#steps.push(thread, kind, index, a, b, result);
  }

  /** One line for each step; `nameOf` says what a word is. */
  toText(nameOf: (index: number) => string): string {
    const lines: string[] = [];
    for (let at = 0; at < this.#steps.length; at += FIELDS) {
      const [thread, kind, index, a, b, result] = this.#steps.slice(at, at + FIELDS) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const indent = "  ".repeat(thread);
      const name = String.fromCodePoint(65 + thread);
      lines.push(`${indent}${name} ${tell(kind, nameOf(index), a, b, result)}`);
    }
    return lines.join("\n");
  }
}

function tell(kind: number, word: string, a: number, b: number, result: number): string {
  switch (kind) {
    case LOAD:
      return `reads ${word}: ${result}`;
    case STORE:
      return `writes ${word} := ${a}`;
    case ADD:
      return `adds ${a} to ${word}, was ${result}`;
    case AND:
      return `keeps ${a} of ${word}, was ${result}`;
    case OR:
      return `sets ${a} in ${word}, was ${result}`;
    case EXCHANGE:
      return `exchanges ${word} := ${a}, was ${result}`;
    case COMPARE_EXCHANGE:
      return `${result === a ? "swaps" : "fails to swap"} ${word} ${a} → ${b}, was ${result}`;
    case WAIT:
      return result === a ? `sleeps on ${word} while ${a}` : `does not sleep on ${word}: ${result}`;
    case NOTIFY:
      return `notifies ${a} on ${word}`;
    case FILL:
      return `fills ${b} words from ${word}`;
    case KILLED_HERE:
      return "is killed";
    case TIME_OVER:
      return `wakes by time on ${word}`;
    default:
      return `does ${kind} on ${word}`;
  }
}
