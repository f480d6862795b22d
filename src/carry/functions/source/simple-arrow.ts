/**
 * Arrow functions that are plain enough to be understood without the parser, whose loading takes
 * longer than everything else at the first capture in a program: `(x) => work(x, config)`.
 *
 * Whoever is in doubt here answers no, and the parser decides. So there are no braces, no strings
 * with escapes, no templates, comments or regular expressions, no assignments, no functions inside,
 * and no words but names and a few operators.
 */

export interface SimpleArrow {
  /** The names it uses and does not declare. */
  readonly used: ReadonlySet<string>;
}

const HEAD = /^\(?\s*((?:[\w$]+\s*(?:,\s*[\w$]+\s*)*,?\s*)?)\)?\s*=>/;
const STRINGS = /"[^"\\\n]*"|'[^'\\\n]*'/g;
/** What may mean something that names alone do not tell. */
const DOUBTFUL = /\bnew\s*\.|[\\`{}#@]|\.\.\.|=>|\+\+|--|\/[^]*\/|[^=!<>]=(?!=)|[<>]{2}=|[^ -~\s]/;
const NAMES = /(?<![\w$.])[A-Za-z_$][\w$]*/g;
/** A property behind a break, and a number that ends in a dot, look like something else. */
const ODD_DOT = /\.\s|\s\.(?!\d)|\d\.(?!\d)/;
const OPERATORS = new Set(["typeof", "void", "in", "instanceof", "new", "true", "false", "null"]);
const WORDS = new Set(
  (
    "this super arguments eval import async await yield function class delete let const var " +
    "return if else for while do switch case break continue throw try catch finally with " +
    "debugger extends static enum"
  ).split(" "),
);

/** Understands the text of a function; undefined if it is not of that kind. */
export function simpleArrow(text: string): SimpleArrow | undefined {
  const head = HEAD.exec(text);
  if (head === null || text.startsWith("(") !== /\)\s*=>$/.test(head[0])) return undefined;
  const body = text.slice(head[0].length).replaceAll(STRINGS, '""');
  if (/["']/.test(body.replaceAll('""', "")) || DOUBTFUL.test(body) || ODD_DOT.test(body)) {
    return undefined;
  }
  const parameters = new Set(head[1]!.match(/[\w$]+/g));
  const used = new Set<string>();
  for (const [name] of body.matchAll(NAMES)) {
    if (WORDS.has(name)) return undefined;
    if (!OPERATORS.has(name) && !parameters.has(name)) used.add(name);
  }
  for (const name of parameters) if (WORDS.has(name) || /^\d/.test(name)) return undefined;
  return { used };
}
