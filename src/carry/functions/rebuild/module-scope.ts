/**
 * The top-level variables of a file whose functions came by value.
 *
 * The first code is evaluated together with the variables that it needs. Later code is evaluated
 * inside by a direct `eval`, so functions see the variables themselves and not copies; what it
 * needs besides is declared in a further layer. For each source text the evaluated thing is a
 * factory, kept here: a function that arrives again costs a call and not a compilation, and V8
 * keeps what it learnt about it.
 *
 * In sloppy code any `eval` might declare a variable, so V8 looks up again and again, through each
 * layer, what code inside takes from outside: globals as well, several times slower than where the
 * code came from, and assignments much more so. So code goes into an `eval` only if it must. It
 * need not where it uses no variable of the file; nor where nothing in the file assigns to those it
 * uses, as the sender says. Then it has copies of them, which only messages change, all of them.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScopeHeader, ScopeShell } from "../../function-carrier.ts";
import { importFrom, resolveFrom } from "../modules/resolution.ts";
import { loadersReady } from "../modules/thread-loader.ts";
import { CODE, IMPORT, LEVEL, META, SCOPE, VALUE } from "../source/carried-names.ts";

type Evaluate = (code: string) => unknown;

interface Variable {
  set(value: unknown): void;
  get(): unknown;
}

/** What code came to, how to evaluate more beside it, and the variables declared with it. */
type Layer = readonly [value: unknown, evaluate: Evaluate, ...variables: Variable[]];

const FACTORIES_AT_MOST = 1000;
const NOTHING = "0";

export class ModuleScope implements ScopeShell {
  readonly header: ScopeHeader;
  /** The places that hold each variable. No code changes another than the first. */
  readonly #variables = new Map<string, Variable[]>();
  readonly #layered = new Set<string>();
  readonly #factories = new Map<string, unknown>();
  /** What names the script to stack traces. */
  readonly #ending: string;
  readonly #meta: object;
  /** Inside of all layers, once there is one. */
  #evaluate: Evaluate | undefined;
  #apart = 0;

  constructor(header: ScopeHeader) {
    this.header = header;
    this.#ending = `${sourceMapComment(header.url)}\n//# sourceURL=${scriptName(header.url)}`;
    this.#meta = importMeta(header.url);
  }

  fill(name: string, value: unknown): void {
    if (!this.#variables.has(name)) this.#layer(NOTHING, [name]);
    for (const variable of this.#variables.get(name)!) variable.set(value);
  }

  /** A variable's value now. */
  read(name: string): unknown {
    return this.#variables.get(name)?.[0]!.get();
  }

  /**
   * What `code` evaluates to in this scope, where `names` are declared; kept for next time.
   * @param areFixed whether no code of the file assigns to any of them
   */
  factory(code: string, names: readonly string[], areFixed = false): unknown {
    let made = this.#factories.get(code);
    if (made === undefined) {
      if (this.#factories.size >= FACTORIES_AT_MOST) this.#factories.clear();
      // Copies stay for as long as the scope, so there must be an end to them.
      const mayStandApart = names.length === 0 || (areFixed && this.#apart < FACTORIES_AT_MOST);
      made = mayStandApart ? this.#standApart(code, names) : this.#layer(code, names);
      this.#factories.set(code, made);
    }
    return made;
  }

  #standApart(code: string, names: readonly string[]): unknown {
    if (names.length > 0) this.#apart++;
    const [value, , ...variables] = this.#open(code, names);
    this.#hold(names, variables);
    return value;
  }

  /** Evaluates inside of what there is; variables that are missing are there from now on. */
  #layer(code: string, names: readonly string[]): unknown {
    const missing = names.filter((name) => !this.#layered.has(name));
    const inside = this.#evaluate;
    if (inside !== undefined && missing.length === 0) return inside(code + this.#ending);
    const [value, evaluate, ...variables] =
      inside === undefined
        ? this.#open(code, missing)
        : (inside(layerText("()", code, missing) + this.#ending) as () => Layer)();
    this.#evaluate = evaluate;
    for (const name of missing) this.#layered.add(name);
    this.#hold(missing, variables);
    return value;
  }

  /** Evaluates where nothing is around but what rewritten sources name. */
  #open(code: string, names: readonly string[]): Layer {
    const { strict, url } = this.header;
    const opening = `${strict ? '"use strict";' : ""}${SCOPE}`;
    const text = layerText(opening, code, [META, IMPORT, ...names]) + this.#ending;
    // eslint-disable-next-line no-eval
    const open = (0, eval)(text) as (scope: ModuleScope) => Layer;
    const [value, evaluate, meta, importHere, ...variables] = open(this);
    meta!.set(this.#meta);
    importHere!.set((specifier: unknown, options?: ImportCallOptions) =>
      loadersReady().then(() => importFrom(String(specifier), url, options)),
    );
    return [value, evaluate, ...variables];
  }

  #hold(names: readonly string[], variables: readonly Variable[]): void {
    for (const [index, name] of names.entries()) {
      const variable = variables[index]!;
      const places = this.#variables.get(name);
      if (places === undefined) this.#variables.set(name, [variable]);
      else {
        variable.set(places[0]!.get());
        places.push(variable);
      }
    }
  }
}

/**
 * A function that makes a layer. Little stands before `code`, and where that begins with spaces,
 * they make room, so that it keeps its place in its line: `var` declares from behind the return.
 */
function layerText(parameters: string, code: string, names: readonly string[]): string {
  const opening = `${parameters}=>{return[`;
  const spaces = code.search(/[^ ]/);
  const accessors = names.map(
    (name) => `{ set(${VALUE}) { ${name} = ${VALUE}; }, get() { return ${name}; } }, `,
  );
  return (
    `${opening}${code.slice(Math.min(spaces, opening.length))}\n, (${CODE}) => eval(${CODE}), ` +
    `${accessors.join("")}() => [${SCOPE}, ${LEVEL}]]; var ${[LEVEL, ...names].join(", ")}; }`
  );
}

/**
 * Stack traces should name the file that the source came from. Where coverage is recorded they must
 * not, or the report would count rewritten text against the file.
 */
function scriptName(url: string): string {
  return process.env["NODE_V8_COVERAGE"] === undefined ? url : `manyhands:${url}`;
}

/** Where `--enable-source-maps` finds the map of the file, which serves for the parts of it too. */
function sourceMapComment(url: string): string {
  const { sourceMapsEnabled } = process as { sourceMapsEnabled?: boolean };
  if (sourceMapsEnabled !== true || !url.startsWith("file:")) return "";
  try {
    const text = readFileSync(fileURLToPath(url), "utf8");
    return /\n\/\/# sourceMappingURL=\S+\s*$/.exec(text)?.[0].trimEnd() ?? "";
  } catch {
    return "";
  }
}

/** What `import.meta` was where the function was written. */
function importMeta(url: string): object {
  const meta = Object.assign(Object.create(null) as object, {
    main: false,
    resolve: (specifier: string): string => resolveFrom(specifier, url),
    url,
  });
  if (!url.startsWith("file:")) return meta;
  // Most functions ask for neither, and the first path of a process takes a while.
  return Object.defineProperties(meta, {
    dirname: { get: () => dirname(fileURLToPath(url)), enumerable: true },
    filename: { get: () => fileURLToPath(url), enumerable: true },
  });
}
