/**
 * What a file says about itself: what it imports and under which names it exports.
 *
 * JavaScript is parsed. TypeScript, and files too large to parse in passing, are searched for
 * statements in their bare code. One that is missed leads to a copy or a refusal. One found where
 * none is would bring another module to the receiver, as the caller can check only that the file
 * has a variable of that name: so comments, literals and blocks must not be searched.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bareCode, withoutBlocks } from "./bare-code.ts";
import { child, children, isTypeScript, parseFile, type SyntaxNode } from "../source/syntax.ts";

/** Where a name comes from. `name` is "*" for a whole module. */
export interface ImportFact {
  readonly specifier: string;
  readonly name: string;
  /** By `require`. */
  readonly cjs: boolean;
}

export interface ModuleFacts {
  readonly imports: ReadonlyMap<string, ImportFact>;
  /** From the local name to the exported one. */
  readonly exports: ReadonlyMap<string, string>;
  /** The source of an `export default` without a name of its own. */
  readonly defaultText: string | undefined;
}

const PARSED_AT_MOST = 400_000;
const known = new Map<string, ModuleFacts | undefined>();

/** The facts about a file; undefined where it cannot be read. */
export function moduleFacts(url: string): ModuleFacts | undefined {
  if (!known.has(url)) known.set(url, readFacts(url));
  return known.get(url);
}

const importing = new Map<string, string>();
const BEGINNING = /;|(?=\b(?:import|const|let|var)\b(?!\s+as\b))/;

/** What looks like an import, with all that it may name, and more. */
function importStatements(text: string): string {
  const bare = bareCode(text);
  if (!bare.certain) return text;
  return bare.text
    .split(BEGINNING)
    .filter((part) => /^import\b(?!\s*[(."'])|\brequire\b/.test(part))
    .map((part) => part.replace(/\bfrom\s*["'][^]*/, ""))
    .join("\n");
}

/** Where the name at the file's top level is imported from; undefined when it is not. */
export function importFact(url: string, name: string): ImportFact | undefined {
  let statements = importing.get(url);
  if (statements === undefined) {
    // The file is parsed only if the name stands in something that looks like an import.
    statements = importStatements(readText(url) ?? "");
    importing.set(url, statements);
  }
  return statements.includes(name) ? moduleFacts(url)?.imports.get(name) : undefined;
}

function readText(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  try {
    return readFileSync(fileURLToPath(url), "utf8");
  } catch {
    return undefined;
  }
}

function readFacts(url: string): ModuleFacts | undefined {
  const text = readText(url);
  if (text === undefined) return undefined;
  const tree =
    text.length > PARSED_AT_MOST || isTypeScript(url)
      ? undefined
      : (parseFile(text, "module") ?? parseFile(text, "script"));
  return tree === undefined ? search(text) : gather(tree, text);
}

class FactsBuilder {
  readonly imports = new Map<string, ImportFact>();
  readonly exports = new Map<string, string>();
  defaultText: string | undefined;

  addImport(local: string, specifier: string, name: string, cjs = false): void {
    this.imports.set(local, { specifier, name, cjs });
  }
}

function nameOf(node: SyntaxNode): string {
  return String(node["name"] ?? node["value"]);
}

function gather(tree: SyntaxNode, text: string): ModuleFacts {
  const facts = new FactsBuilder();
  const statements = children(tree, "body");
  for (const statement of statements) {
    switch (statement.type) {
      case "ImportDeclaration":
        gatherImport(statement, facts);
        break;
      case "ExportNamedDeclaration":
        gatherExport(statement, facts);
        break;
      case "ExportDefaultDeclaration": {
        const value = child(statement, "declaration")!;
        const name = value.type === "Identifier" ? value : child(value, "id");
        if (name !== undefined) facts.exports.set(nameOf(name), "default");
        else facts.defaultText = text.slice(value.start, value.end);
        break;
      }
      case "VariableDeclaration":
        for (const one of children(statement, "declarations")) gatherRequire(one, facts);
        break;
    }
  }
  return facts;
}

function gatherImport(statement: SyntaxNode, facts: FactsBuilder): void {
  // With attributes ({ type: "json" }) the value is plain data, which can be copied.
  if (children(statement, "attributes").length > 0) return;
  const specifier = String(child(statement, "source")!["value"]);
  for (const one of children(statement, "specifiers")) {
    const imported = child(one, "imported");
    const whole = one.type === "ImportNamespaceSpecifier" ? "*" : "default";
    const name = imported === undefined ? whole : nameOf(imported);
    facts.addImport(nameOf(child(one, "local")!), specifier, name);
  }
}

function gatherExport(statement: SyntaxNode, facts: FactsBuilder): void {
  const declaration = child(statement, "declaration");
  if (declaration?.type === "VariableDeclaration") {
    for (const one of children(declaration, "declarations")) {
      const id = child(one, "id")!;
      if (id.type === "Identifier") facts.exports.set(nameOf(id), nameOf(id));
    }
  } else if (declaration !== undefined) {
    const name = nameOf(child(declaration, "id")!);
    facts.exports.set(name, name);
  } else if (child(statement, "source") === undefined) {
    for (const one of children(statement, "specifiers")) {
      facts.exports.set(nameOf(child(one, "local")!), nameOf(child(one, "exported")!));
    }
  }
}

/** `const a = require("x")`, `const { a } = require("x")` and `const a = require("x").a`. */
function gatherRequire(declarator: SyntaxNode, facts: FactsBuilder): void {
  const id = child(declarator, "id")!;
  let value = child(declarator, "init");
  let name = "*";
  if (value?.type === "MemberExpression" && !value["computed"]) {
    name = nameOf(child(value, "property")!);
    value = child(value, "object");
  }
  if (value?.type !== "CallExpression" || child(value, "callee")!["name"] !== "require") return;
  const specifier = children(value, "arguments")[0]?.["value"];
  if (typeof specifier !== "string") return;
  if (id.type === "Identifier") facts.addImport(nameOf(id), specifier, name, true);
  if (id.type !== "ObjectPattern" || name !== "*") return;
  for (const property of children(id, "properties")) {
    const local = child(property, "value");
    if (local?.type !== "Identifier" || property["computed"]) continue;
    facts.addImport(nameOf(local), specifier, nameOf(child(property, "key")!), true);
  }
}

const NAME = "[\\w$\\u0080-\\uffff]+";
const BEGIN = "(?:^|[;}])[^\\S\\r\\n]*";
const END = "(?=[^\\S\\r\\n]*(?:;|$))";
/** What was between the quotes is read from the text itself. */
const SPECIFIER = `["']( *)["']`;
const IMPORT = new RegExp(
  `${BEGIN}import\\b\\s*(?!type\\b\\s*(?!from\\s*["'])[^,\\s])(?:(${NAME})\\s*(?:,\\s*)?)?` +
    `(?:(?:\\*\\s*as\\s+(${NAME})|\\{([^}]*)\\})\\s*)?from\\s*${SPECIFIER}(?!\\s*with\\b)`,
  "gm",
);
const EXPORT = new RegExp(
  `${BEGIN}export\\s+(default\\s+)?(?:async\\s+)?(?:abstract\\s+)?` +
    `(?:function\\b\\s*(?:\\*\\s*)?|(?:class|const|let|var)\\s+)(${NAME})`,
  "gm",
);
const EXPORT_LIST = new RegExp(`${BEGIN}export\\s*\\{([^}]*)\\}(?!\\s*from\\b)`, "gm");
const EXPORT_DEFAULT = new RegExp(`${BEGIN}export\\s+default\\s+(${NAME})${END}`, "gm");
const REQUIRE = new RegExp(
  `${BEGIN}(?:const|let|var)\\s+(${NAME})\\s*=\\s*require\\(\\s*${SPECIFIER}(?=\\s*\\)${END})`,
  "gm",
);

function search(text: string): ModuleFacts {
  const facts = new FactsBuilder();
  const code = withoutBlocks(bareCode(text).text);
  for (const match of code.matchAll(IMPORT)) {
    const [, whole, namespace, list, spaces] = match;
    const specifier = specifierIn(text, match, spaces!);
    if (whole !== undefined) facts.addImport(whole, specifier, "default");
    if (namespace !== undefined) facts.addImport(namespace, specifier, "*");
    for (const [from, to] of pairs(list)) facts.addImport(to, specifier, from);
  }
  for (const [, isDefault, name] of code.matchAll(EXPORT)) {
    facts.exports.set(name!, isDefault === undefined ? name! : "default");
  }
  for (const [, list] of code.matchAll(EXPORT_LIST)) {
    for (const [from, to] of pairs(list)) facts.exports.set(from, to);
  }
  for (const [, name] of code.matchAll(EXPORT_DEFAULT)) facts.exports.set(name!, "default");
  for (const match of code.matchAll(REQUIRE)) {
    facts.addImport(match[1]!, specifierIn(text, match, match[2]!), "*", true);
  }
  return facts;
}

/** The match ends with the quote behind the specifier. */
function specifierIn(text: string, match: RegExpExecArray, spaces: string): string {
  const end = match.index + match[0].length - 1;
  return text.slice(end - spaces.length, end);
}

/** The names in `a, b as c`. Those in quotes, whose text is not here, are left out. */
function pairs(list = ""): [from: string, to: string][] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && !/^type\s|["']/.test(item))
    .map((item) => item.split(/\s+as\s+/))
    .map(([from, to]) => [from!, to ?? from!]);
}
