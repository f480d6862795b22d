/**
 * The code of a JavaScript or TypeScript file without what its comments and literals say: comments,
 * and what is between the quotes of strings, templates and regular expressions, become spaces of
 * the same length. So each place means the same in both texts, and a pattern that finds a statement
 * in the bare one has not found it in a comment or in generated code.
 *
 * One pass over the characters with a stack of open brackets, no grammar. The only guess is whether
 * a slash divides or begins a regular expression, by what stands before it (and JSX, whose text
 * looks like code). A wrong one shows as brackets, templates or comments without an end. Then
 * nothing behind the first guess is trusted: the rest of the file becomes spaces.
 */
export interface BareCode {
  readonly text: string;
  /** Whether all of the file was understood. */
  readonly certain: boolean;
}

let last: { readonly text: string; readonly code: BareCode } | undefined;

/** The one found last is kept: of a file one wants to know more than one thing. */
export function bareCode(text: string): BareCode {
  if (last?.text !== text) last = { text, code: new Scanner(text).scan() };
  return last.code;
}

/** The same text with spaces for everything but ends of lines. */
export function blank(text: string): string {
  if (!LINE_END.test(text)) return " ".repeat(text.length);
  return text.replace(/.+/g, (run) => " ".repeat(run.length));
}

/** Only lists of names are left between curly brackets: names in blocks are not the file's own. */
export function withoutBlocks(code: string): string {
  const pieces: string[] = [];
  let [depth, from, done] = [0, 0, 0];
  for (const { 0: bracket, index } of code.matchAll(/[{}]/g)) {
    if (bracket === "{" && depth++ === 0) from = index + 1;
    if (bracket === "{" || --depth > 0) continue;
    const block = code.slice(from, index);
    const isList = /^[\w$\u0080-\uffff\s,"']*$/.test(block);
    pieces.push(code.slice(done, from), isList ? block : blank(block));
    done = index;
  }
  // A block that was not understood to its end stays open.
  const rest = depth === 0 ? code.slice(done) : code.slice(done, from) + blank(code.slice(from));
  return pieces.join("") + rest;
}

const REST_OF_LINE = /.*/y;
const LINE_END = /[\n\r\u2028\u2029]/;
/** What may begin or end something. All else is passed over without a look. */
const MARKS = new Uint8Array(128);
for (const mark of "\"'`/(){}") MARKS[mark.charCodeAt(0)] = 1;

/** Words behind which an expression begins. Behind any other a slash divides. */
const BEFORE_EXPRESSION = new Set(
  (
    "return typeof case do else in of instanceof new delete void throw yield await " +
    "default extends"
  ).split(" "),
);
const STATEMENT_HEAD = /(?<![\w$.#])(?:if|while|with|for(?:\s+await)?)\s*$/;
const WORD = /[\w$\u0080-\uffff]+$/;
const LONGEST_WORD = 24;

class Scanner {
  readonly #text: string;
  /** Where spaces begin and end, in turn. */
  readonly #blanks: number[] = [];
  /** The places of brackets that are open; those of `${` are inverted. */
  readonly #open: number[] = [];
  /** How many `${` are among them. */
  #nested = 0;
  /** Where the content of the outermost template begins. */
  #template = 0;
  /** Where the round brackets that were closed last had been opened. */
  #round = 0;
  #endOfRegex = -1;
  #firstGuess = Infinity;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): BareCode {
    const { length } = this.#text;
    let at = this.#text.startsWith("#!") ? this.#comment(0, this.#endOfLine(0)) : 0;
    while (at >= 0 && at < length) {
      at = MARKS[this.#text.charCodeAt(at)] === 1 ? this.#next(at) : at + 1;
    }
    const certain = at >= 0 && this.#open.length === 0;
    if (!certain) {
      this.#forget(this.#firstGuess);
      this.#blanks.push(Math.min(this.#firstGuess, length), length);
    }
    const pieces: string[] = [];
    let done = 0;
    for (let index = 0; index < this.#blanks.length; index += 2) {
      const [from, to] = [this.#blanks[index]!, this.#blanks[index + 1]!];
      pieces.push(this.#text.slice(done, from), blank(this.#text.slice(from, to)));
      done = to;
    }
    return { text: pieces.join("") + this.#text.slice(done), certain };
  }

  /** Where to go on behind what is at `at`; -1 where the file makes no sense. */
  #next(at: number): number {
    switch (this.#text[at]) {
      case '"':
      case "'":
        return this.#literal(at, this.#stringEnd(at));
      case "/":
        return this.#slash(at);
      case "`":
        this.#guess(at);
        if (this.#nested === 0) this.#template = at + 1;
        return this.#templatePart(at + 1);
      case "(":
      case "{":
        this.#open.push(at);
        return at + 1;
      case ")":
        return this.#close(at, "(");
      case "}":
        return this.#close(at, "{");
      default:
        return at + 1;
    }
  }

  #guess(at: number): void {
    this.#firstGuess = Math.min(this.#firstGuess, at);
  }

  #close(at: number, bracket: "(" | "{"): number {
    const opened = this.#open.pop();
    if (opened !== undefined && opened < 0 && bracket === "{") {
      this.#nested--;
      return this.#templatePart(at + 1);
    }
    if (opened === undefined || this.#text[opened] !== bracket) {
      this.#guess(at);
      return -1;
    }
    if (bracket === "(") this.#round = opened;
    return at + 1;
  }

  #comment(from: number, to: number): number {
    this.#blanks.push(from, to);
    return to;
  }

  /** What is between the first and the last character becomes spaces. */
  #literal(at: number, end: number): number {
    if (end < 0) {
      // A quote alone on its line stands in the text of JSX.
      this.#guess(at);
      return at + 1;
    }
    if (end - at > 2) this.#blanks.push(at + 1, end - 1);
    return end;
  }

  #stringEnd(at: number): number {
    const quote = this.#text[at];
    for (let index = at + 1; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === quote) return index + 1;
      if (char === "\n" || char === "\r") return -1;
      if (char === "\\") index += this.#text.startsWith("\r\n", index + 1) ? 2 : 1;
    }
    return -1;
  }

  /** From behind a backtick, or behind the end of `${...}`, to the next `${` or the end. */
  #templatePart(at: number): number {
    for (let index = at; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === "\\") index++;
      else if (char === "$" && this.#text[index + 1] === "{") {
        this.#open.push(~(index + 1));
        this.#nested++;
        return index + 2;
      } else if (char === "`") {
        if (this.#nested === 0) {
          this.#forget(this.#template);
          this.#blanks.push(this.#template, index);
        }
        return index + 1;
      }
    }
    return -1;
  }

  /** Takes back the spaces behind a place: they become part of longer ones. */
  #forget(from: number): void {
    const blanks = this.#blanks;
    while (blanks.length > 0 && blanks[blanks.length - 2]! >= from) blanks.length -= 2;
  }

  #slash(at: number): number {
    const following = this.#text[at + 1];
    if (following === "/") return this.#comment(at, this.#endOfLine(at));
    if (following === "*") {
      const end = this.#text.indexOf("*/", at + 2);
      if (end < 0) this.#guess(at);
      return end < 0 ? -1 : this.#comment(at, end + 2);
    }
    this.#guess(at);
    const end = this.#expressionBegins(at) ? this.#regexEnd(at) : -1;
    if (end < 0) return at + 1;
    this.#endOfRegex = end;
    return this.#literal(at, end);
  }

  #endOfLine(at: number): number {
    REST_OF_LINE.lastIndex = at;
    REST_OF_LINE.test(this.#text);
    return REST_OF_LINE.lastIndex;
  }

  #regexEnd(at: number): number {
    let inClass = false;
    for (let index = at + 1; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === "\n" || char === "\r") return -1;
      if (char === "\\") index++;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) return index + 1;
    }
    return -1;
  }

  /** Whether an expression, and not an operator, is what comes at `at`. */
  #expressionBegins(at: number): boolean {
    let end = this.#codeBefore(at);
    // `!` comes before an operand, or behind one to say that it is not null.
    while (this.#text[end - 1] === "!") end = this.#codeBefore(end - 1);
    if (end === 0) return true;
    const last = this.#text[end - 1]!;
    const earlier = this.#text[end - 2] ?? "";
    if (last === ")") {
      const from = Math.max(0, this.#round - LONGEST_WORD);
      return STATEMENT_HEAD.test(this.#text.slice(from, this.#round));
    }
    // Behind a curly bracket it is a statement: nobody divides objects and functions.
    if ("]\"'`".includes(last)) return false;
    if (last === "/") return end !== this.#endOfRegex;
    if (last === "+" || last === "-") return earlier !== last;
    if (last === ".") return !/\d/.test(earlier);
    const word = WORD.exec(this.#text.slice(Math.max(0, end - LONGEST_WORD), end))?.[0];
    if (word === undefined) return true;
    return BEFORE_EXPRESSION.has(word) && !/[.#]/.test(this.#text[end - word.length - 1] ?? "");
  }

  /** Where the code before `at` ends: spaces and comments are passed over. */
  #codeBefore(at: number): number {
    let end = at;
    for (let index = this.#blanks.length; ; index -= 2) {
      while (end > 0 && isSpace(this.#text.charCodeAt(end - 1))) end--;
      if (index === 0 || this.#blanks[index - 1] !== end) return end;
      end = this.#blanks[index - 2]!;
    }
  }
}

function isSpace(code: number): boolean {
  return code <= 32 || (code >= 0x80 && /\s/.test(String.fromCharCode(code)));
}
