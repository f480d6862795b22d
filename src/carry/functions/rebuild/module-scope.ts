/**
 * The top-level variables of a file whose functions came by value.
 *
 * Code is evaluated inside by a direct `eval`, so functions see the variables themselves and not
 * copies. Variables that come later are declared in a further layer inside the former ones. For
 * each source text the evaluated thing is a factory, kept here: a function that arrives again costs
 * a call and not a compilation, and V8 keeps what it learnt about it.
 */
import { compileFunction } from "node:vm";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScopeHeader, ScopeShell } from "../../function-carrier.ts";
import { CODE, IMPORT, LEVEL, META, SCOPE, VALUE } from "../source/carried-names.ts";
import { importFrom, resolveFrom } from "../modules/resolution.ts";

type Evaluate = (code: string) => unknown;

interface Variable {
  set(value: unknown): void;
  get(): unknown;
}

const FACTORIES_AT_MOST = 1000;

export class ModuleScope implements ScopeShell {
  readonly header: ScopeHeader;
  readonly #variables = new Map<string, Variable>();
  readonly #factories = new Map<string, unknown>();
  /** What names the script to stack traces. */
  readonly #ending: string;
  #evaluate: Evaluate;

  constructor(header: ScopeHeader) {
    this.header = header;
    this.#ending = `${sourceMapComment(header.url)}\n//# sourceURL=${scriptName(header.url)}`;
    this.#evaluate = openScope(this, header);
  }

  fill(name: string, value: unknown): void {
    this.declare([name]);
    this.#variables.get(name)!.set(value);
  }

  /** A variable's value now. */
  read(name: string): unknown {
    return this.#variables.get(name)?.get();
  }

  /** Makes variables, undefined so far, unless they are there. */
  declare(names: readonly string[]): void {
    const missing = names.filter((name) => !this.#variables.has(name));
    if (missing.length === 0) return;
    const accessors = missing.map(
      (name) => `{ set(${VALUE}) { ${name} = ${VALUE}; }, get() { return ${name}; } }`,
    );
    const layer = `(() => { const ${LEVEL} = 0; let ${missing.join(", ")};
      return [(${CODE}) => eval(${CODE}), ${accessors.join(", ")}, () => ${LEVEL}]; })()`;
    const [evaluate, ...variables] = this.#evaluate(layer) as [Evaluate, ...Variable[]];
    this.#evaluate = evaluate;
    for (const [index, name] of missing.entries()) this.#variables.set(name, variables[index]!);
  }

  /** What `code` evaluates to in this scope, where `names` are declared; kept for next time. */
  factory(code: string, names: readonly string[]): unknown {
    let made = this.#factories.get(code);
    if (made === undefined) {
      this.declare(names);
      if (this.#factories.size >= FACTORIES_AT_MOST) this.#factories.clear();
      made = this.#evaluate(code + this.#ending);
      this.#factories.set(code, made);
    }
    return made;
  }
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

function openScope(scope: ModuleScope, header: ScopeHeader): Evaluate {
  const { url, strict } = header;
  const code = `${strict ? '"use strict"; ' : ""}return (${CODE}) => eval(${CODE});`;
  const open = compileFunction(code, [SCOPE, META, IMPORT], { filename: scriptName(url) });
  const importHere = (specifier: unknown, options?: ImportCallOptions): Promise<unknown> =>
    importFrom(String(specifier), url, options);
  return open(scope, importMeta(url), importHere) as Evaluate;
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
