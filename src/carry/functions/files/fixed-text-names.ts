/**
 * The same question as in `fixed-names.ts` without parsing, which is not done for TypeScript, nor
 * where it would take too long: whether a variable at the top level of a file keeps its value.
 *
 * A `const` does, whatever variables of the same name there are further inside. A function or a
 * class does when nothing in the file looks like an assignment to its name. What stands at the top
 * level is taken to begin its line.
 */
import { bareCode, withoutBlocks } from "./bare-code.ts";

export class FixedTextNames {
  readonly #text: string;
  readonly #code: string;
  readonly #isOpaque: boolean;
  readonly #answers = new Map<string, boolean>();

  constructor(text: string) {
    const { text: code, certain } = bareCode(text);
    this.#text = text;
    this.#code = withoutBlocks(code);
    this.#isOpaque = !certain || /\beval\b/.test(text);
  }

  has(name: string): boolean {
    let answer = this.#answers.get(name);
    if (answer === undefined) this.#answers.set(name, (answer = this.#isFixed(escaped(name))));
    return answer;
  }

  #isFixed(name: string): boolean {
    if (this.#isOpaque || finds(this.#code, VARIABLE, name)) return false;
    const constants = this.#count(CONSTANT, name);
    const callables = this.#count(CALLABLE, name);
    if (constants > 0) return constants === 1 && callables === 0;
    // In templates there may be code; what stands in comments does no harm but to the answer.
    return callables > 0 && !finds(this.#text, ASSIGNED, name);
  }

  #count(pattern: string, name: string): number {
    return Array.from(this.#code.matchAll(regexOf(pattern, name))).length;
  }
}

const CONSTANT = "^(?:export\\s+)?const\\s+NAME\\s*[:=]";
const CALLABLE =
  "^(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:async\\s+|abstract\\s+)?" +
  "(?:function\\s*\\*?|class)\\s+NAME(?![\\w$])";
/** With other declarations of the name in the same place it is not clear which one counts. */
const VARIABLE = [
  "^(?:export\\s+)?(?:let|var|using|enum|namespace)\\s[^=;\\n]*(?<![\\w$.])NAME(?![\\w$])",
  "^(?:export\\s+)?(?:let|var)\\s[^;\\n]*,\\s*NAME\\s*[:=,;]",
];
const ASSIGNED = [
  "(?<![.\\w$])NAME\\s*(?:\\*\\*|>>>?|<<|&&|\\|\\||\\?\\?|[-+*/%&|^])?=(?![=>])",
  "(?<![.\\w$])NAME\\s*(?:\\+\\+|--)",
  "(?:\\+\\+|--)\\s*NAME(?![\\w$])",
  "(?<![.\\w$])NAME(?![\\w$])[^;\\n]*[\\]}]\\s*=(?![=>])",
  "\\(\\s*NAME\\s+(?:of|in)\\s",
];

const finds = (text: string, patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => regexOf(pattern, name).test(text));

const regexOf = (pattern: string, name: string): RegExp =>
  new RegExp(
    pattern.replace("NAME", () => name),
    "gm",
  );

const escaped = (name: string): string => name.replaceAll("$", "\\$");
