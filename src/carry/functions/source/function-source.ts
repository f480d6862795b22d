/**
 * A function's source text, understood: which form it has, how to write it so that it stands alone,
 * and which names it needs from around it.
 */
import { IMPORT, META, METHOD } from "./carried-names.ts";
import { classSource, type ClassSource } from "./class-source.ts";
import { freeNames, type FreeNames } from "./free-names.ts";
import { simpleArrow } from "./simple-arrow.ts";
import { applyEdits, type Edit } from "./edits.ts";
import {
  child,
  children,
  eachChild,
  EXPRESSION_OPENING,
  parseExpression,
  type SyntaxNode,
} from "./syntax.ts";

export type Form = "expression" | "class" | "method" | "getter" | "setter";

export interface FunctionSource {
  readonly form: Form;
  readonly arrow: boolean;
  /** Rewritten: an expression or class, or for the others a member of an object literal. */
  readonly text: string;
  readonly free: FreeNames;
  readonly importMeta: boolean;
  readonly classSource: ClassSource | undefined;
  /** The place in it that V8 names, a function's parameters, counted from its beginning. */
  readonly place: Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

const sources = new WeakMap<Function, FunctionSource | null>();
/** By text: closures that one expression makes again and again are parsed once. */
const sourcesOfTexts = new Map<string, FunctionSource | null>();
const TEXTS_AT_MOST = 2000;

/** Understands `fn`'s source; undefined where it cannot be parsed on its own. */
export function functionSource(fn: Function): FunctionSource | undefined {
  let source = sources.get(fn);
  if (source === undefined) {
    const text = Function.prototype.toString.call(fn);
    source = sourcesOfTexts.get(text);
    if (source === undefined) {
      source = understand(text) ?? null;
      if (sourcesOfTexts.size >= TEXTS_AT_MOST) sourcesOfTexts.clear();
      sourcesOfTexts.set(text, source);
    }
    sources.set(fn, source);
  }
  return source ?? undefined;
}

function understand(text: string): FunctionSource | undefined {
  const simple = simpleArrow(text);
  if (simple !== undefined) return fromSimple(text, simple.used);
  const expression = parseExpression(text);
  if (expression !== undefined) return fromExpression(expression, text);
  const literal = parseExpression(`{${text}\n}`);
  const [member, ...others] = literal === undefined ? [] : children(literal, "properties");
  if (member !== undefined && others.length === 0) return fromMember(member, text, "{");
  const holder = parseExpression(`class {${text}\n}`);
  const [element, ...more] = holder === undefined ? [] : children(child(holder, "body")!, "body");
  return element && more.length === 0 ? fromMember(element, text, "class {") : undefined;
}

function fromSimple(text: string, used: ReadonlySet<string>): FunctionSource {
  return {
    form: "expression",
    arrow: true,
    text,
    free: { used, assigned: new Set(), privates: new Set(), evaluates: false },
    importMeta: false,
    classSource: undefined,
    place: { line: 0, column: 0 },
  };
}

function fromExpression(node: SyntaxNode, text: string): FunctionSource {
  const wrapped = EXPRESSION_OPENING + text;
  const asClass = node.type === "ClassExpression" ? classSource(node, wrapped) : undefined;
  const skipped = asClass?.skipped ?? new Set<SyntaxNode>();
  const outside = outsideReferences(node, skipped);
  const edits = [...outside.edits, ...(asClass?.edits ?? [])];
  return {
    form: asClass === undefined ? "expression" : "class",
    arrow: node.type === "ArrowFunctionExpression",
    text: applyEdits(wrapped, edits).slice(EXPRESSION_OPENING.length),
    free: freeNames(node, skipped),
    importMeta: outside.importMeta,
    classSource: asClass,
    place: placeIn(text, offsetOf(node, wrapped) - EXPRESSION_OPENING.length),
  };
}

const FORMS: Readonly<Record<string, Form>> = { get: "getter", set: "setter" };

function fromMember(node: SyntaxNode, text: string, within: string): FunctionSource {
  const opening = EXPRESSION_OPENING + within;
  const key = child(node, "key")!;
  const value = child(node, "value")!;
  const outside = outsideReferences(value, new Set());
  const edits: Edit[] = [...outside.edits];
  if (node["computed"] || key.type === "PrivateIdentifier") {
    const brackets = node["computed"] ? bracketsAround(opening + text, key) : key;
    edits.push({ start: brackets.start, end: brackets.end, text: METHOD });
  }
  return {
    form: FORMS[String(node["kind"])] ?? "method",
    arrow: false,
    text: applyEdits(opening + text, edits).slice(opening.length),
    free: freeNames(value),
    importMeta: outside.importMeta,
    classSource: undefined,
    place: placeIn(text, text.indexOf("(", key.end - opening.length)),
  };
}

/** For a class V8 names the parameters of its constructor, or the class if there is none. */
function offsetOf(node: SyntaxNode, text: string): number {
  if (node.type === "ArrowFunctionExpression") {
    const parameters = /^async\s*/.exec(text.slice(node.start, node.start + 20));
    return node.start + (node["async"] === true ? (parameters?.[0].length ?? 0) : 0);
  }
  if (node.type === "FunctionExpression") {
    return text.indexOf("(", child(node, "id")?.end ?? node.start);
  }
  const elements = children(child(node, "body")!, "body");
  const maker = elements.find((element) => element["kind"] === "constructor");
  return maker === undefined ? node.start : text.indexOf("(", maker.start);
}

function placeIn(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length - 1, column: lines.at(-1)!.length };
}

function bracketsAround(text: string, key: SyntaxNode): { start: number; end: number } {
  return { start: text.lastIndexOf("[", key.start), end: text.indexOf("]", key.end) + 1 };
}

/** Finds `import.meta` and `import()`, which mean the file that the text was taken from. */
function outsideReferences(
  root: SyntaxNode,
  skipped: ReadonlySet<SyntaxNode>,
): { edits: Edit[]; importMeta: boolean } {
  const edits: Edit[] = [];
  let importMeta = false;
  const visit = (node: SyntaxNode): void => {
    if (skipped.has(node)) return;
    if (node.type === "MetaProperty" && child(node, "meta")!["name"] === "import") {
      importMeta = true;
      edits.push({ start: node.start, end: node.end, text: META });
    } else if (node.type === "ImportExpression") {
      edits.push({ start: node.start, end: node.start + "import".length, text: IMPORT });
      eachChild(node, visit);
    } else {
      eachChild(node, visit);
    }
  };
  visit(root);
  return { edits, importMeta };
}
