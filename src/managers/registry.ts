/** Types that a manager makes objects of: each has a name, and says how its objects are used. */
import { areOptions, checkFlag, isRecord } from "../core/options.ts";
import { BaseProxy } from "./proxy.ts";

/** A class, or a function that makes an object. */
export type Factory<A extends never[] = never[], T = unknown> =
  | (new (...args: A) => T)
  | ((...args: A) => T | Promise<T>);

/** A class that stands for objects of a type on the client's side. */
export type ProxyType = typeof BaseProxy;

/** How objects of a type are used by clients. */
export interface RegisterOptions {
  /** The names that may be used; all public ones when left out. May name private ones. */
  readonly exposed?: readonly string[];
  /** Methods and properties whose results stay in the server, and of which type they are. */
  readonly methodToTypeId?: Readonly<Record<string, string>>;
  /** The class of its proxies, a subclass of `BaseProxy`. */
  readonly proxyType?: ProxyType;
  /** False gives the manager no method that makes one. */
  readonly createMethod?: boolean;
}

/** What the server has to know of a type. */
export interface TypeEntry {
  readonly factory: Factory | null;
  readonly exposed: readonly string[] | undefined;
  readonly methodToTypeId: Readonly<Record<string, string>> | undefined;
  readonly proxyType: ProxyType | undefined;
  /** Whether clients know it without being told. */
  readonly isBuiltIn?: boolean;
}

export type Registry = Map<string, TypeEntry>;

/** @throws TypeError */
export function typeEntry(
  typeId: unknown,
  factory: unknown,
  options: RegisterOptions = {},
): TypeEntry {
  if (typeof typeId !== "string" || typeId === "") {
    const given = typeId === "" ? "an empty one" : String(typeId);
    throw new TypeError(`the name of a type must be a string, not ${given}`);
  }
  if (factory !== undefined && factory !== null && typeof factory !== "function") {
    throw new TypeError(`${typeId} needs a class or a function that makes one`);
  }
  if (!areOptions(options)) {
    throw new TypeError("the options of register() must be an object such as { exposed }");
  }
  const { exposed, methodToTypeId, proxyType } = options;
  if (exposed !== undefined && !(Array.isArray(exposed) && exposed.every(isText))) {
    throw new TypeError("exposed must be an array of names");
  }
  if (methodToTypeId !== undefined && !areTypeIds(methodToTypeId)) {
    throw new TypeError("methodToTypeId must give the name of a type for each method");
  }
  if (proxyType !== undefined && !isProxyType(proxyType)) {
    throw new TypeError("proxyType must be a subclass of BaseProxy");
  }
  checkFlag(options.createMethod, "createMethod");
  return { factory: (factory ?? null) as Factory | null, exposed, methodToTypeId, proxyType };
}

/** The type that a method's results, or a property's values, have in the server. */
export function typeOfResult({ methodToTypeId }: TypeEntry, method: string): string | undefined {
  if (methodToTypeId === undefined) return undefined;
  const name = method.startsWith(".") ? method.slice(1) : method;
  return Object.hasOwn(methodToTypeId, name) ? methodToTypeId[name] : undefined;
}

const isText = (value: unknown): value is string => typeof value === "string";

const areTypeIds = (given: unknown): boolean =>
  isRecord(given) && Object.values(given).every(isText);

const isProxyType = (given: unknown): boolean =>
  given === BaseProxy || (typeof given === "function" && given.prototype instanceof BaseProxy);

/** Makes an object: classes are constructed, functions called. */
export function make(factory: Factory, args: readonly unknown[]): unknown {
  if (isClass(factory)) return Reflect.construct(factory, args);
  return (factory as (...args: unknown[]) => unknown)(...args);
}

/** The prototype of a class cannot be replaced, that of a function can; most have none. */
export function isClass(factory: Factory): factory is new (...args: never[]) => unknown {
  return Object.getOwnPropertyDescriptor(factory, "prototype")?.writable === false;
}
