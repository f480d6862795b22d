/**
 * Functions and classes that travel as source text with what they captured.
 *
 * Variables of blocks and functions around belong to the copy alone. Those at the top level of the
 * file form a scope of their own, which all functions of that file share at the receiver, so that
 * what one assigns the others see. Names that no scope has are globals of the receiver.
 */
import type { Capture, ScopeDescription, SourceDescription } from "../../function-carrier.ts";
import { isStandard } from "../../prototypes.ts";
import { Refusal } from "../../refusal.ts";
import { warnOfAssignment } from "./assignment-warning.ts";
import { PROTOTYPE, PROTOTYPE_OF_PROTOTYPE, type SourceExtra } from "../rebuild/source-extra.ts";
import { SCOPE } from "../source/carried-names.ts";
import { variableWith } from "./by-reference.ts";
import { importedOrValue, importOrValue, readVariable } from "./captured-variable.ts";
import { computedKeys } from "../source/computed-keys.ts";
import type { FunctionSource } from "../source/function-source.ts";
import type { CodeAnatomy } from "../inspector/inspect.ts";
import { currentRun, type NameInMain, noteWayIn } from "../modules/main-run.ts";
import { isMainScript } from "../modules/main-script.ts";
import { ModuleScope } from "../rebuild/module-scope.ts";
import { ownProperties, prototypeProperties } from "../source/own-properties.ts";
import { sourceHash } from "../source/hash.ts";
import { isPlainlyFixed } from "../files/fixed-names.ts";
import { isStrictFile } from "../files/strictness.ts";
import { holderOf, ownGlobals, type Surroundings } from "../inspector/surroundings.ts";

/** Everything known about a function that is about to be described by value. */
export interface Subject {
  readonly fn: Function;
  readonly source: FunctionSource;
  readonly url: string;
  readonly anatomy: CodeAnatomy;
  readonly around: Surroundings;
}

const NOT_VARIABLES = new Set(["this", "super", "new.target", "arguments"]);

/** The description of a function by value. Throws a `Refusal` for what V8 does not show. */
export function describeByValue(subject: Subject): SourceDescription {
  const { fn, source, url, anatomy } = subject;
  refuseUnseen(source);
  const captures = innerCaptures(subject);
  const main = captures.length === 0 ? nameInMain(subject) : undefined;
  const environment = topLevelCaptures(subject, new Set(captures.map(([name]) => name)));
  captures.push(...anatomy.statics.filter(([name]) => source.classSource?.statics.includes(name)));
  captures.push(...unusualPrototypes(fn, source));
  const moduleNames = environment?.captures.map(([name]) => name) ?? [];
  const strict = isStrict(subject);
  const extra: SourceExtra = {
    ...beginningOf(source, anatomy),
    strict,
    moduleNames,
    ...(!strict && areFixed(subject, moduleNames) ? { areFixed: true } : {}),
    derived: source.classSource?.derived === true,
    keys: computedKeys(fn, source),
    ...(main === undefined ? {} : { main }),
  };
  return {
    kind: "source",
    form: source.form,
    source: source.text,
    name: fn.name,
    url,
    importMeta: source.importMeta,
    names: captures.map(([name]) => name),
    extra,
    captures,
    ...(environment === undefined ? {} : { environment }),
    ...(extra.derived ? { heritage: heritageOf(fn) } : {}),
    own: ownProperties(fn, source),
    prototypeProperties: prototypeProperties(fn, source),
  };
}

/** How others that have the main script find it there: something at the top level of that. */
function nameInMain({ fn, url, around }: Subject): NameInMain | undefined {
  const run = currentRun();
  const { kind, layers } = around.top;
  const isModule = kind === "module" || kind === "commonjs";
  if (run === undefined || !isModule || !isMainScript(url)) return undefined;
  const name = variableWith(fn, layers);
  if (name === undefined) return undefined;
  noteWayIn(url, fn);
  return { run, name, hash: sourceHash(fn) };
}

/** Refuses what a function takes from around it without naming a variable. */
export function refuseUnseen(source: FunctionSource): void {
  const { used, privates } = source.free;
  const [hidden] = privates;
  if (hidden !== undefined) {
    throw new Refusal(
      `it uses #${hidden}, which only the inside of its class can; send the class or an instance`,
    );
  }
  if (used.has("super")) {
    throw new Refusal(
      "it uses 'super', whose object V8 does not show; call the base's method by name",
    );
  }
  if (!source.arrow) return;
  if (used.has("this")) {
    throw new Refusal(
      "this arrow function uses the 'this' around it, which V8 does not show; " +
        "write 'const self = this' outside and use self",
    );
  }
  if (used.has("new.target") || used.has("arguments")) {
    const word = used.has("arguments") ? "arguments" : "new.target";
    throw new Refusal(
      `this arrow function uses the '${word}' around it; store what you need in a const outside`,
    );
  }
}

function innerCaptures({ fn, source, url, around }: Subject): Capture[] {
  const captures: Capture[] = [];
  const seen = new Set<string>(NOT_VARIABLES);
  const { used, assigned, evaluates } = source.free;
  for (const variables of around.inner) {
    for (const name of Object.keys(variables)) {
      if (seen.has(name) || !(used.has(name) || evaluates)) continue;
      seen.add(name);
      if (assigned.has(name)) warnOfAssignment(fn, name, url);
      captures.push([name, readVariable(variables, name)]);
    }
  }
  return captures;
}

const scopeKeys = new Map<string, object>();

function topLevelCaptures(
  subject: Subject,
  taken: ReadonlySet<string>,
): ScopeDescription | undefined {
  const { fn, source, url, anatomy, around } = subject;
  const { layers, kind } = around.top;
  const carried = holderOf(layers, SCOPE)?.[SCOPE];
  const isCarried = carried instanceof ModuleScope;
  const file = isCarried ? carried.header.url : url;
  const sent = kind === "carried" ? importedOrValue : importOrValue;
  const captures: Capture[] = [];
  for (const name of source.free.used) {
    if (taken.has(name) || NOT_VARIABLES.has(name)) continue;
    const holder = holderOf(layers, name) ?? ownGlobals(name);
    if (holder === undefined) continue;
    const value = readVariable(holder, name);
    if (source.free.assigned.has(name)) warnOfAssignment(fn, name, url);
    captures.push([name, sent(value, name, file)]);
  }
  if (captures.length === 0) return undefined;
  if (isCarried) {
    return { key: carried, header: carried.header, captures };
  }
  let key = scopeKeys.get(anatomy.scriptId);
  if (key === undefined) scopeKeys.set(anatomy.scriptId, (key = { url }));
  return { key, header: { url, strict: isStrict(subject) }, captures };
}

const fixed = new WeakMap<Function, boolean>();

/** Whether no code of the file assigns to any of these names, which sloppy code is faster with. */
function areFixed({ fn, url, around }: Subject, names: readonly string[]): boolean {
  if (names.length === 0 || around.top.kind !== "commonjs") return false;
  let known = fixed.get(fn);
  if (known === undefined) {
    const text = Function.prototype.toString.call(fn);
    known = names.every((name) => isPlainlyFixed(url, name, text));
    fixed.set(fn, known);
  }
  return known;
}

/** Where its text begins in its file. */
function beginningOf({ place }: FunctionSource, { line, column }: CodeAnatomy) {
  return {
    line: Math.max(0, line - place.line),
    column: place.line === 0 ? Math.max(0, column - place.column) : 0,
  };
}

function isStrict({ around, url }: Subject): boolean {
  const { kind, layers } = around.top;
  if (kind === "module") return true;
  if (kind === "carried") {
    const scope = holderOf(layers, SCOPE)?.[SCOPE];
    return scope instanceof ModuleScope && scope.header.strict;
  }
  return isStrictFile(url, kind === "commonjs");
}

/** What a class extends, as it is now; null for `extends null`. */
function heritageOf(fn: Function): unknown {
  const base = Object.getPrototypeOf(fn) as object | null;
  return base === null || isStandard(base, "Function") ? null : base;
}

const KINDS = [function () {}, async function () {}, function* () {}, async function* () {}];
const USUAL_PROTOTYPES: ReadonlySet<unknown> = new Set(
  KINDS.flatMap((fn) => [
    Object.getPrototypeOf(fn) as unknown,
    fn.prototype === undefined ? undefined : Object.getPrototypeOf(fn.prototype),
  ]),
);

const USUAL_CLASSES = [...KINDS.map((fn) => fn.constructor.name), "Object"];

/** Whether a function without `class` has it by itself, in this realm or in another. */
function isUsual(prototype: object | null): boolean {
  if (USUAL_PROTOTYPES.has(prototype)) return true;
  return USUAL_CLASSES.some((name) => isStandard(prototype, name));
}

/** Inheritance without `class`: `Object.setPrototypeOf(Dog.prototype, Animal.prototype)`. */
function unusualPrototypes(fn: Function, source: FunctionSource): Capture[] {
  if (source.classSource !== undefined) return [];
  const captures: Capture[] = [];
  const proto = Object.getPrototypeOf(fn) as object | null;
  if (!isUsual(proto)) captures.push([PROTOTYPE, proto]);
  const own = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  if (typeof own !== "object" || own === null) return captures;
  const inherited = Object.getPrototypeOf(own) as object | null;
  const maker = Object.getOwnPropertyDescriptor(own, "constructor");
  if (maker?.value === fn && !isUsual(inherited)) {
    captures.push([PROTOTYPE_OF_PROTOTYPE, inherited]);
  }
  return captures;
}
