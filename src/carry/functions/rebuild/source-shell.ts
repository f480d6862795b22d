/**
 * Rebuilds a function or class from its source.
 *
 * The source is evaluated inside a small factory function that declares the captured variables, so
 * each call of the factory gives a function with variables of its own. The function itself is
 * there before its variables are filled in: what they hold may lead back to it. For a class the
 * same goes for its base, which is set as prototype when it is known.
 */
import { UnpicklingError } from "../../../errors.ts";
import type {
  FunctionShell,
  ScopeShell,
  ShellParts,
  SourceHeader,
} from "../../function-carrier.ts";
import { PROTOTYPE, PROTOTYPE_OF_PROTOTYPE, type SourceExtra } from "./source-extra.ts";
import { BASE, INDEX, KEY, STATICS, VALUE } from "../source/carried-names.ts";
import { ModuleScope } from "./module-scope.ts";
import { functionsOf } from "../source/property-functions.ts";

interface Made {
  /** Sets what a rewritten class asks for. */
  begin(base: Function, statics: (setters: StaticSetters) => void): void;
  /** Evaluates the source. */
  build(): unknown;
  set(index: number, value: unknown): void;
  get(index: number): unknown;
}

type StaticSetters = Readonly<Record<string, (value: unknown) => void>>;
type Factory = () => Made;

/** What a rebuilt function is known by here, so that it can be sent on without the inspector. */
export interface Rebuilt {
  readonly header: SourceHeader;
  readonly scope: ModuleScope;
  readonly shell: SourceShell;
}

const origins = new WeakMap<Function, Rebuilt>();
const scopesOfTheirOwn = new Map<string, ModuleScope>();

/** A function by value being rebuilt. */
export class SourceShell implements FunctionShell {
  readonly #header: SourceHeader;
  readonly #extra: SourceExtra;
  readonly #scope: ModuleScope;
  readonly #made: Made;
  readonly #variables: readonly string[];
  readonly #waiting = new Map<string, unknown>();
  #statics: StaticSetters = {};
  #value: Function | undefined;

  constructor(header: SourceHeader, parts: ShellParts) {
    this.#header = header;
    this.#extra = header.extra as SourceExtra;
    this.#scope = scopeFor(header, this.#extra, parts.scope);
    this.#variables = header.names.filter(isVariable);
    const code = factoryCode(header, this.#extra, this.#variables);
    const { moduleNames, areFixed } = this.#extra;
    const factory = this.#scope.factory(code, moduleNames, areFixed) as Factory;
    this.#made = factory();
    this.#made.begin(
      function () {},
      (setters) => (this.#statics = setters),
    );
    if (parts.heritage !== undefined) this.#waiting.set(PROTOTYPE, parts.heritage);
  }

  get value(): Function {
    if (this.#value !== undefined) return this.#value;
    const fn = pick(this.#made.build());
    this.#value = fn;
    const { name, form } = this.#header;
    if (fn.name !== name && !(form === "class" && hasOwnName(fn))) {
      Object.defineProperty(fn, "name", { value: name, configurable: true });
    }
    origins.set(fn, { header: this.#header, scope: this.#scope, shell: this });
    for (const [part, value] of this.#waiting) this.#fillPart(fn, part, value);
    this.#waiting.clear();
    return fn;
  }

  fill(name: string, value: unknown): void {
    const index = this.#variables.indexOf(name);
    if (index >= 0) this.#made.set(index, value);
    else if (this.#value === undefined) this.#waiting.set(name, value);
    else this.#fillPart(this.#value, name, value);
  }

  inherit(heritage: unknown): void {
    this.fill(PROTOTYPE, heritage);
  }

  /** The values of its captured variables now. */
  captures(): [name: string, value: unknown][] {
    return this.#variables.map((name, index) => [name, this.#made.get(index)]);
  }

  #fillPart(fn: Function, part: string, value: unknown): void {
    if (part === PROTOTYPE) inheritFrom(fn, value, this.#extra.derived);
    else if (part === PROTOTYPE_OF_PROTOTYPE) {
      Object.setPrototypeOf(fn.prototype, value as object | null);
    } else this.#statics[part]?.(value);
  }
}

function isVariable(name: string): boolean {
  return !name.startsWith("#") && name !== PROTOTYPE && name !== PROTOTYPE_OF_PROTOTYPE;
}

function hasOwnName(fn: Function): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(fn, "name");
  return descriptor !== undefined && typeof descriptor.value !== "string";
}

function inheritFrom(fn: Function, base: unknown, isClass: boolean): void {
  Object.setPrototypeOf(fn, (base ?? Function.prototype) as object);
  if (!isClass) return;
  const inherited = base === null ? null : ((base as Function).prototype as object | null);
  Object.setPrototypeOf(fn.prototype, inherited);
}

function scopeFor(
  header: SourceHeader,
  extra: SourceExtra,
  scope: ScopeShell | undefined,
): ModuleScope {
  if (scope instanceof ModuleScope) return scope;
  const key = `${extra.strict ? "strict" : "sloppy"} ${header.url}`;
  let own = scopesOfTheirOwn.get(key);
  if (own === undefined) {
    own = new ModuleScope({ url: header.url, strict: extra.strict });
    scopesOfTheirOwn.set(key, own);
  }
  return own;
}

const WIDEST_INDENT = 10_000;

/**
 * The source begins where it did in its file, or in its first line after what precedes it here:
 * that is little, since `var` declares from behind the return.
 */
function factoryCode(header: SourceHeader, extra: SourceExtra, names: readonly string[]): string {
  const { source, form } = header;
  const isMember = form !== "class" && form !== "expression";
  const [open, close] = isMember ? ["({", "})"] : ["(", ")"];
  const keys = extra.keys.map((key, index) => `const ${KEY}${index} = ${key}; `).join("");
  const sets = names.map((name, index) => `case ${index}: ${name} = ${VALUE}; break;`).join(" ");
  const gets = names.map((name, index) => `case ${index}: return ${name};`).join(" ");
  const before = `()=>{${keys}return{build:()=>${open}`;
  const column = Math.min(extra.column, WIDEST_INDENT);
  const beginning =
    extra.line === 0
      ? before.padStart(column)
      : `${"\n".repeat(extra.line - 1)}${before}\n${" ".repeat(column)}`;
  return (
    `${beginning}${source}\n${close}, ` +
    `begin(${INDEX}, ${VALUE}) { ${BASE} = ${INDEX}; ${STATICS} = ${VALUE}; }, ` +
    `set(${INDEX}, ${VALUE}) { switch (${INDEX}) { ${sets} } }, ` +
    `get(${INDEX}) { switch (${INDEX}) { ${gets} } } }; ` +
    `var ${[BASE, STATICS, ...names].join(", ")}; }`
  );
}

/** The function itself; for a method or accessor, out of the object literal that holds it. */
function pick(built: unknown): Function {
  if (typeof built === "function") return built;
  const key = Reflect.ownKeys(built as object)[0]!;
  const [found] = functionsOf(Object.getOwnPropertyDescriptor(built, key)!);
  if (found !== undefined) return found;
  throw new UnpicklingError("the source of a function does not make a function");
}

/** What is known of a function that was rebuilt here; undefined for any other. */
export function originOfRebuilt(fn: Function): Rebuilt | undefined {
  return origins.get(fn);
}
