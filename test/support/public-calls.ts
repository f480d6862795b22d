/** The calls that a module offers, found by looking at it, with the names of their parameters. */

type Call = (...args: never[]) => unknown;
type Type = new (...args: never[]) => object;

/** Something to call: by `with`, the arguments in order. */
export interface PublicCall {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly with: (...args: unknown[]) => unknown;
}

const textOf = (fn: object): string => Function.prototype.toString.call(fn);
const isClass = (value: unknown): value is Type =>
  typeof value === "function" && /^class\b/.test(textOf(value));

/** What is between the parenthesis at `start` and its end, split at commas outside of others. */
function partsFrom(text: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!;
    if ("([{".includes(letter)) depth++;
    if (")]}".includes(letter)) depth--;
    if (depth === 0 || (depth === 1 && letter === ",")) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) break;
  }
  return parts.map((part) => part.trim().replace(/\s*=.*$/s, "")).filter((part) => part !== "");
}

/** Of a function; of a class, those of the constructor that it has or inherits. */
function parametersOf(fn: object): string[] {
  const text = textOf(fn);
  if (!isClass(fn)) return partsFrom(text, text.indexOf("("));
  const at = text.search(/\n\s*constructor\s*\(/);
  if (at >= 0) return partsFrom(text, text.indexOf("(", at));
  const base = Object.getPrototypeOf(fn) as object;
  return base === Function.prototype ? [] : parametersOf(base);
}

/** The methods of an object: its own class's and those it inherits. */
export function methodsOf(label: string, self: object): PublicCall[] {
  const calls = new Map<string, PublicCall>();
  for (let type = self; type !== Object.prototype && type !== null;) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (typeof value !== "function" || name === "constructor" || calls.has(name)) continue;
      calls.set(name, {
        name: `${label}#${name}`,
        parameters: parametersOf(value as Call),
        with: (...args) => (value as Call).apply(self, args as never[]),
      });
    }
    type = Object.getPrototypeOf(type) as object;
  }
  return [...calls.values()];
}

/** The functions of a module, and the constructors and static methods of its classes. */
export function callsOf(label: string, module: object): PublicCall[] {
  const calls: PublicCall[] = [];
  for (const [name, value] of Object.entries(module)) {
    if (typeof value !== "function") continue;
    if (!isClass(value)) {
      const parameters = parametersOf(value as Call);
      calls.push({
        name: `${label}.${name}`,
        parameters,
        with: (...args) => (value as Call)(...(args as never[])),
      });
      continue;
    }
    if (value.prototype instanceof Error) continue;
    calls.push({
      name: `new ${label}.${name}`,
      parameters: parametersOf(value),
      with: (...args) => new value(...(args as never[])),
    });
    for (const [key, { value: own }] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      if (typeof own === "function" && !isClass(own))
        calls.push({
          name: `${label}.${name}.${key}`,
          parameters: parametersOf(own as Call),
          with: (...args) => (own as Call).apply(value, args as never[]),
        });
  }
  return calls;
}
