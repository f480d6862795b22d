/**
 * The names in a file whose variables never change once they have a value.
 *
 * Names are looked at, not variables: a name counts as fixed only if nothing anywhere in the file
 * assigns to any variable of this name. That is more than needed and needs no resolving of scopes;
 * only the constants of the top level are known by themselves, where it is them that are captured.
 * It holds for the program that runs if the file is what was loaded, so a file that was written
 * after the program started tells nothing.
 */
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FixedTextNames } from "./fixed-text-names.ts";
import {
  child,
  children,
  eachChild,
  isTypeScript,
  parseFile,
  type SyntaxNode,
} from "../source/syntax.ts";

interface FixedNames {
  readonly text: string;
  readonly names: ReadonlySet<string>;
  /** Those of the top level alone. */
  readonly outer: Pick<ReadonlySet<string>, "has">;
}

const PARSED_AT_MOST = 400_000;
/** Loading the parser and parsing a file take as long as some dozens of captures. */
const WORTH_READING_AT = 32;
const NONE: ReadonlySet<string> = new Set();
const NO_NAMES: FixedNames = { text: "", names: NONE, outer: NONE };
const known = new Map<string, FixedNames>();
const asked = new Map<string, number>();

/** Whether what a file says is worth finding out: answers yes when it was asked often enough. */
export function isWorthReading(url: string): boolean {
  const times = (asked.get(url) ?? 0) + 1;
  asked.set(url, times);
  return times >= WORTH_READING_AT;
}

/** Whether `name`, captured by the function with this source text, never changes any more. */
export function isFixedName(url: string, source: string, name: string): boolean {
  const { names, text } = fixedNames(url);
  return names.has(name) && text.includes(source);
}

/**
 * Whether the variable `name` at the top level of a file never changes any more.
 * @param source of the function that captured it; what is left of types depends on the loader
 */
export function isFixedAtTop(url: string, name: string, source?: string): boolean {
  const { outer, text } = fixedNames(url);
  return outer.has(name) && (source === undefined || isTypeScript(url) || text.includes(source));
}

const plain = new Map<string, { text: string; names: FixedTextNames } | undefined>();

/** The same without parsing: what takes no second look to be seen. */
export function isPlainlyFixed(url: string, name: string, source: string): boolean {
  if (!plain.has(url)) {
    const text = loadedText(url);
    plain.set(url, text === undefined ? undefined : { text, names: new FixedTextNames(text) });
  }
  const file = plain.get(url);
  return file?.names.has(name) === true && (isTypeScript(url) || file.text.includes(source));
}

function fixedNames(url: string): FixedNames {
  let fixed = known.get(url);
  if (fixed === undefined) known.set(url, (fixed = fixedNamesOf(url)));
  return fixed;
}

function fixedNamesOf(url: string): FixedNames {
  const text = loadedText(url);
  if (text === undefined || text.length > PARSED_AT_MOST) return NO_NAMES;
  if (isTypeScript(url)) return { text, names: NONE, outer: new FixedTextNames(text) };
  const tree = parseFile(text, "module") ?? parseFile(text, "script");
  if (tree === undefined) return NO_NAMES;
  const names = fixedIn(tree);
  return { text, names, outer: new Set([...names, ...constantsOf(tree)]) };
}

/** The text of a file, if it is as it was when the program started. */
function loadedText(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  try {
    const path = fileURLToPath(url);
    const started = Date.now() - process.uptime() * 1000;
    return statSync(path).mtimeMs >= started ? undefined : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The names of the constants at the top level. */
function constantsOf(tree: SyntaxNode): string[] {
  return children(tree, "body")
    .map((statement) => child(statement, "declaration") ?? statement)
    .filter(({ type, kind }) => type === "VariableDeclaration" && kind === "const")
    .flatMap((declaration) => children(declaration, "declarations"))
    .map((declarator) => child(declarator, "id")!)
    .filter(({ type }) => type === "Identifier")
    .map((id) => String(id["name"]));
}

/** The names that `tree` declares and never assigns to; none where code is made from text. */
export function fixedIn(tree: SyntaxNode): ReadonlySet<string> {
  const census = new Census();
  for (const statement of children(tree, "body")) census.visit(statement, "top");
  return census.fixed();
}

/** Where a declaration stands: what a `var` or a function in a block does depends on it. */
type Position = "top" | "body" | "block";

class Census {
  readonly #declared = new Map<string, number>();
  readonly #changing = new Set<string>();
  readonly #parameters = new Set<string>();
  readonly #vars = new Set<string>();
  #aliasesParameters = false;
  #isOpaque = false;

  fixed(): ReadonlySet<string> {
    const fixed = new Set<string>();
    if (this.#isOpaque) return fixed;
    for (const [name, count] of this.#declared) {
      if (this.#changing.has(name)) continue;
      // A second `var` is one variable with the first, and assigns to it.
      if (count > 1 && this.#vars.has(name)) continue;
      if (this.#aliasesParameters && this.#parameters.has(name)) continue;
      fixed.add(name);
    }
    return fixed;
  }

  visit(node: SyntaxNode, position: Position): void {
    switch (node.type) {
      case "VariableDeclaration":
        return this.#declaration(node, position);
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        return eachChild(node, (below) => this.visit(below, position));
      case "FunctionDeclaration":
        this.#name(node, position === "block");
        return this.#function(node);
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node);
      case "ClassDeclaration":
        this.#name(node, false);
        break;
      case "ImportDeclaration":
        // Its module may change what it exports.
        for (const one of children(node, "specifiers")) this.#change(child(one, "local")!);
        return;
      case "CatchClause":
        this.#bind(child(node, "param"), (id) => this.#declare(id));
        break;
      case "AssignmentExpression":
        this.#bind(child(node, "left"), (id) => this.#change(id));
        break;
      case "UpdateExpression":
        this.#bind(child(node, "argument"), (id) => this.#change(id));
        break;
      case "ForInStatement":
      case "ForOfStatement":
        this.#loop(node);
        break;
      case "WithStatement":
        this.#isOpaque = true;
        break;
      case "Identifier":
        if (node["name"] === "eval") this.#isOpaque = true;
        if (node["name"] === "arguments") this.#aliasesParameters = true;
        return;
    }
    eachChild(node, (below) => this.visit(below, "block"));
  }

  #declaration(node: SyntaxNode, position: Position): void {
    const isVar = node["kind"] === "var";
    for (const declarator of children(node, "declarations")) {
      const hasValue = child(declarator, "init") !== undefined;
      this.#bind(child(declarator, "id"), (id) => {
        this.#declare(id);
        if (isVar) this.#vars.add(String(id["name"]));
        // In a loop it would be assigned again and again.
        if (isVar && (position !== "top" || !hasValue)) this.#change(id);
      });
    }
    eachChild(node, (below) => this.visit(below, "block"));
  }

  #loop(node: SyntaxNode): void {
    const left = child(node, "left")!;
    if (left.type !== "VariableDeclaration") this.#bind(left, (id) => this.#change(id));
  }

  #function(node: SyntaxNode): void {
    for (const parameter of children(node, "params")) {
      this.#bind(parameter, (id) => {
        this.#declare(id);
        this.#parameters.add(String(id["name"]));
      });
      this.visit(parameter, "block");
    }
    const body = child(node, "body")!;
    if (body.type !== "BlockStatement") return this.visit(body, "block");
    for (const statement of children(body, "body")) this.visit(statement, "body");
  }

  /** A function in a block may, in sloppy code, be assigned to a variable outside of the block. */
  #name(node: SyntaxNode, isInBlock: boolean): void {
    const id = child(node, "id");
    if (id === undefined) return;
    this.#declare(id);
    if (isInBlock) this.#change(id);
  }

  #declare(id: SyntaxNode): void {
    const name = String(id["name"]);
    this.#declared.set(name, (this.#declared.get(name) ?? 0) + 1);
  }

  #change(id: SyntaxNode): void {
    this.#changing.add(String(id["name"]));
  }

  /** Calls `found` for each name in a pattern. */
  #bind(pattern: SyntaxNode | undefined, found: (id: SyntaxNode) => void): void {
    if (pattern === undefined) return;
    switch (pattern.type) {
      case "Identifier":
        return found(pattern);
      case "ObjectPattern":
        for (const property of children(pattern, "properties")) {
          this.#bind(child(property, "value") ?? child(property, "argument"), found);
        }
        return;
      case "ArrayPattern":
        for (const element of children(pattern, "elements")) this.#bind(element, found);
        return;
      case "AssignmentPattern":
        return this.#bind(child(pattern, "left"), found);
      case "RestElement":
        return this.#bind(child(pattern, "argument"), found);
    }
  }
}
