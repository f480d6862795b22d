/**
 * Which methods and properties of an object others may use: what was said when its type was
 * registered, else everything public. Names that begin with an underscore are private.
 */

/** What a proxy is told of the object that it stands for. */
export interface Exposure {
  readonly methods: readonly string[];
  readonly properties: readonly string[];
}

const isPublic = (name: string): boolean => !name.startsWith("_") && name !== "constructor";

/** The exposure of an object; of `exposed` only, where that is given. */
export function exposureOf(object: object, exposed?: readonly string[]): Exposure {
  const methods = new Set<string>();
  const properties = new Set<string>();
  if (exposed === undefined) addPublic(object, methods, properties);
  else {
    for (const name of exposed) (isMethod(object, name) ? methods : properties).add(name);
  }
  return { methods: [...methods], properties: [...properties] };
}

function addPublic(object: object, methods: Set<string>, properties: Set<string>): void {
  for (const [owner, name] of namesOf(object)) {
    if (!isPublic(name) || methods.has(name) || properties.has(name)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
    if (typeof descriptor.value === "function") methods.add(name);
    // Fields of its own are its inner life; properties that are computed are meant to be seen.
    else if (descriptor.get !== undefined || descriptor.set !== undefined) properties.add(name);
  }
}

function* namesOf(object: object): Generator<[owner: object, name: string]> {
  let owner: object | null = object;
  while (owner !== null && owner !== Object.prototype && owner !== Function.prototype) {
    for (const name of Object.getOwnPropertyNames(owner)) yield [owner, name];
    owner = Object.getPrototypeOf(owner) as object | null;
  }
}

function isMethod(object: object, name: string): boolean {
  for (
    let owner: object | null = object;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return typeof descriptor.value === "function";
  }
  return false;
}
