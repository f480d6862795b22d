/**
 * A function's source text, understood: which form it has, how to write it so that it stands alone,
 * and which names it needs from around it.
 */
import { IMPORT, META, METHOD } from "./carried-names.ts";
import { classSource, type ClassSource } from "./class-source.ts";
import { freeNames, type FreeNames } from "./free-names.ts";
import { applyEdits, type Edit } from "./source-edits.ts";
import { child, children, eachChild, parseFragment, type SyntaxNode } from "./syntax.ts";

export type Form = "expression" | "class" | "method" | "getter" | "setter";

export interface FunctionSource {
  readonly form: Form;
  readonly arrow: boolean;
  /** Rewritten: an expression or class, or for the others a member of an object literal. */
  readonly text: string;
  readonly free: FreeNames;
  readonly importMeta: boolean;
  readonly classSource: ClassSource | undefined;
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
  const expression = parseFragment(`(${text}\n)`);
  if (expression !== undefined) {
    const node = child(children(expression, "body")[0]!, "expression")!;
    return fromExpression(node, text);
  }
  const literal = parseFragment(`({${text}\n})`);
  const member =
    literal && children(child(children(literal, "body")[0]!, "expression")!, "properties");
  if (member?.length === 1) return fromMember(member[0]!, text, "({");
  const classBody = parseFragment(`(class {${text}\n})`);
  if (classBody === undefined) return undefined;
  const holder = child(child(children(classBody, "body")[0]!, "expression")!, "body")!;
  const elements = children(holder, "body");
  return elements.length === 1 ? fromMember(elements[0]!, text, "(class {") : undefined;
}

function fromExpression(node: SyntaxNode, text: string): FunctionSource {
  const wrapped = `(${text}`;
  const asClass = node.type === "ClassExpression" ? classSource(node, wrapped) : undefined;
  const skipped = asClass?.skipped ?? new Set<SyntaxNode>();
  const outside = outsideReferences(node, skipped);
  return {
    form: asClass === undefined ? "expression" : "class",
    arrow: node.type === "ArrowFunctionExpression",
    text: applyEdits(wrapped, [...outside.edits, ...(asClass?.edits ?? [])]).slice(1),
    free: freeNames(node, skipped),
    importMeta: outside.importMeta,
    classSource: asClass,
  };
}

const FORMS: Readonly<Record<string, Form>> = { get: "getter", set: "setter" };

function fromMember(node: SyntaxNode, text: string, opening: string): FunctionSource {
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
  };
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
