/**
 * A namespace of the contents page, whose module is loaded when something of it is first used.
 *
 * To its users it is like a module's own namespace: its names are there before, and it cannot be
 * changed. After the first use it has the exports themselves and costs nothing more.
 */
import { MODULE_URL, ownModule } from "./own-module.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

const NAMESPACES = Symbol.for("manyhands.namespaces");
/** By the URLs of their modules: what is required is what is imported. */
const namespaces = ((globalThis as { [NAMESPACES]?: Map<string, object> })[NAMESPACES] ??=
  new Map());

type Exports = Readonly<Record<string, unknown>>;

/**
 * Stands for the module in the file `file`, which others import as `url`.
 *
 * @param names what its exports are called
 */
export function lazyNamespace(file: URL, url: URL, names: readonly string[]): object {
  const known = namespaces.get(url.href);
  if (known !== undefined) return known;
  const namespace = Object.create(null) as object;
  let loaded: Exports | undefined;
  const load = (): Exports => {
    if (loaded !== undefined) return loaded;
    const exports = ownModule(file) as Exports;
    for (const name of names) {
      Object.defineProperty(namespace, name, { value: exports[name], configurable: false });
    }
    return (loaded = exports);
  };
  for (const name of names) {
    const get = (): unknown => load()[name];
    Object.defineProperty(namespace, name, { get, enumerable: true, configurable: true });
  }
  Object.defineProperties(namespace, {
    [Symbol.toStringTag]: { value: "Module" },
    [MODULE_URL]: { value: url.href },
    [INSPECT]: {
      value(_depth: number, options: object, inspect: (value: object, how: object) => string) {
        const exports = load();
        const sorted = Object.fromEntries(names.map((name) => [name, exports[name]]));
        return `[Module: null prototype] ${inspect(sorted, options)}`;
      },
    },
  });
  namespaces.set(url.href, Object.preventExtensions(namespace));
  return namespace;
}
