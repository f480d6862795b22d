/** What only an ES module can do: see `importing.ts`. */

/** @param options of which an `import()` that has none must not hear */
export const importModule = (specifier: string, options?: ImportCallOptions): Promise<unknown> =>
  options === undefined ? import(specifier) : import(specifier, options);
