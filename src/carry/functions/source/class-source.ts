/**
 * Rewrites a class so that evaluating it elsewhere has no effect but the class itself.
 *
 * What it extends becomes a placeholder: the real base is set as prototype afterwards, which is all
 * that `super` and derived constructors look at. Static fields and static blocks go: their outcome
 * travels as the class's own properties, as they are now, and is not computed a second time. Static
 * `#private` fields stay without their initialisers and are set through a block added at the end.
 * Computed keys of methods are replaced by what they came to, since V8 does not keep the variables
 * that only they use.
 */
import { BASE, KEY, STATICS } from "./carried-names.ts";
import type { Edit } from "./edits.ts";
import { child, children, type SyntaxNode } from "./syntax.ts";

/** A method or accessor with a computed key, recognised by its source text. */
export interface ComputedMember {
  readonly text: string;
  readonly isStatic: boolean;
}

export interface ClassSource {
  readonly edits: readonly Edit[];
  /** Parts that are not evaluated elsewhere, so that their names need not be known there. */
  readonly skipped: ReadonlySet<SyntaxNode>;
  readonly derived: boolean;
  /** The static `#private` fields, with the `#`. */
  readonly statics: readonly string[];
  /** The texts of its methods and accessors: own properties with such a source need not travel. */
  readonly methods: ReadonlySet<string>;
  /** Their keys are the variables KEY + 0, KEY + 1, … in the rewritten text. */
  readonly computed: readonly ComputedMember[];
  /** Whether a static field or accessor makes the class's `name`. */
  readonly setsName: boolean;
}

/** Plans the rewriting of `node`, a class expression in `text`. */
export function classSource(node: SyntaxNode, text: string): ClassSource {
  const edits: Edit[] = [];
  const skipped = new Set<SyntaxNode>();
  const statics: string[] = [];
  const methods = new Set<string>();
  const computed: ComputedMember[] = [];
  let setsName = false;
  const base = child(node, "superClass");
  if (base !== undefined) {
    skipped.add(base);
    edits.push({ start: base.start, end: base.end, text: BASE });
  }
  const body = child(node, "body")!;
  for (const element of children(body, "body")) {
    const key = child(element, "key");
    if (element.type === "MethodDefinition") {
      methods.add(methodText(element, text));
      if (key === undefined || element["computed"] !== true) continue;
      skipped.add(key);
      edits.push({ start: key.start, end: key.end, text: `${KEY}${computed.length}` });
      computed.push({ text: methodText(element, text), isStatic: element["static"] === true });
    } else if (element.type === "StaticBlock") {
      drop(element);
    } else if (element["static"] && key?.type === "PrivateIdentifier") {
      statics.push(`#${String(key["name"])}`);
      const value = child(element, "value");
      if (value === undefined) continue;
      skipped.add(value);
      edits.push({ start: key.end, end: value.end, text: "" });
    } else if (element["static"]) {
      setsName ||= key?.["name"] === "name" && !element["computed"];
      drop(element);
    }
  }
  if (statics.length > 0) {
    edits.push({ start: body.end - 1, end: body.end - 1, text: staticsBlock(statics) });
  }
  return { edits, skipped, derived: base !== undefined, statics, methods, computed, setsName };

  function drop(element: SyntaxNode): void {
    skipped.add(element);
    edits.push({ start: element.start, end: element.end, text: ";" });
  }
}

/** As `toString` of the method gives it: without `static`. */
function methodText(element: SyntaxNode, text: string): string {
  const whole = text.slice(element.start, element.end);
  return element["static"] ? whole.replace(/^static\b\s*/, "") : whole;
}

function staticsBlock(names: readonly string[]): string {
  const setters = names.map((name) => `${JSON.stringify(name)}: (v) => { this.${name} = v; }`);
  return `; static { ${STATICS}({ ${setters.join(", ")} }); }`;
}
