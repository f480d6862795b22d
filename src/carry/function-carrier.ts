/**
 * The seam between the codec, which knows values, and `functions/`, which knows what V8 and the
 * module system tell about a function.
 *
 * Sending: the codec meets a function and asks `describe` for its parts. Plain parts are written as
 * they are; live parts (captured variables, bound arguments, the class extended, own properties)
 * are encoded like any other value, so cycles and shared references hold between functions and
 * data. A function gets its node number before its parts are encoded.
 *
 * Receiving: the codec reads the plain parts, asks `shell` for an empty function, and fills in the
 * live parts as they are decoded. Whoever needs the function meanwhile (a class whose captured
 * variable holds an instance of it) asks `shell.value`.
 *
 * Variables of a module are a scope of their own: functions of one module share it, so that what
 * one of them assigns the others see. A scope exists once in each receiver, and each message
 * refreshes the variables that it brings. Variables of inner blocks and functions belong to the
 * function alone.
 */

/** A function, class or object that every realm has: `["Math", "max"]`, `["node:fs", "stat"]`. */
export interface BuiltinHeader {
  readonly kind: "builtin";
  /** A global's name, or a `node:` specifier, and the property names leading on from it. */
  readonly path: readonly string[];
}

/** A function or class that the receiver imports. */
export interface ReferenceHeader {
  readonly kind: "reference";
  readonly url: string;
  /** Its name at the top level of the module, exported or not. */
  readonly name: string;
  /** The name of the export to start from: the function itself, or for a hidden one a neighbour. */
  readonly via: string;
  readonly cjs: boolean;
  /** Of its source text, to notice a module that differs in the receiver. */
  readonly hash: string;
  /** For the main script: what has it there as a module. */
  readonly run?: string;
}

/** A module's namespace object, or what it exports under a name, imported again by the receiver. */
export interface ModuleHeader {
  readonly kind: "module";
  /** The specifier as the importing file wrote it, or a URL. */
  readonly url: string;
  /** The importing file. */
  readonly parent?: string;
  /** Absent for the namespace (in CommonJS: for `module.exports`). */
  readonly name?: string;
  readonly cjs?: boolean;
}

/** The plain part of a function or class by value. */
export interface SourceHeader {
  readonly kind: "source";
  readonly form: "expression" | "class" | "method" | "getter" | "setter" | (string & {});
  readonly source: string;
  readonly name: string;
  /** The file that it was written in. */
  readonly url: string;
  readonly importMeta: boolean;
  /** The names of its own captured variables, in the order of `captures`. */
  readonly names: readonly string[];
  /** Whatever else the carrier needs there: plain data. */
  readonly extra?: unknown;
}

/** What `shell` and `prepare` are given: the parts that are plain data. */
export type FunctionHeader = BuiltinHeader | ReferenceHeader | ModuleHeader | SourceHeader;

/** A captured variable and its value now. */
export type Capture = readonly [name: string, value: unknown];

/** An own property as `Object.getOwnPropertyDescriptor` gives it. */
export type OwnProperty = readonly [key: string | symbol, descriptor: PropertyDescriptor];

/** The module-level variables that one function uses. */
export interface ScopeDescription {
  /**
   * The same object for all functions of one module scope; for functions that were made by
   * `shell`, the `ScopeShell` that they were made with.
   */
  readonly key: object;
  /** Plain data for `scope` at the receiver. */
  readonly header: ScopeHeader;
  readonly captures: readonly Capture[];
}

/** The plain part of a module scope. */
export interface ScopeHeader {
  readonly url: string;
  readonly strict: boolean;
  readonly extra?: unknown;
}

/** A function or class by value. */
export interface SourceDescription extends SourceHeader {
  /** Variables of inner scopes, in the order of `names`. */
  readonly captures: readonly Capture[];
  readonly environment?: ScopeDescription;
  /** What a class extends: a constructor or null; absent without an `extends` clause. */
  readonly heritage?: unknown;
  /** Own properties to define on the copy: statics as they are now, fields set on a function. */
  readonly own: readonly OwnProperty[];
  /** Properties of `fn.prototype` that its source does not make. */
  readonly prototypeProperties?: readonly OwnProperty[];
}

/** `target.bind(self, ...args)`; the codec rebuilds it. */
export interface BoundDescription {
  readonly kind: "bound";
  readonly target: Function;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A method or accessor named through the object or class that has it; the codec looks it up. */
export interface MemberDescription {
  readonly kind: "member";
  readonly owner: object;
  readonly key: string | symbol;
  readonly part: "value" | "get" | "set";
}

export type FunctionDescription =
  | BuiltinHeader
  | ReferenceHeader
  | ModuleHeader
  | SourceDescription
  | BoundDescription
  | MemberDescription;

/** A function being rebuilt. */
export interface FunctionShell {
  /**
   * The function, class or object. It is made at the first reading of this; the variables may be
   * filled before or after. (Only the computed key of an instance field, `[key] = 1`, needs those
   * that it names before.) Static fields are not evaluated again: they are own properties.
   */
  readonly value: object;
  /** Sets one of its own captured variables (`SourceHeader.names`). */
  fill(name: string, value: unknown): void;
  /**
   * Sets what the class extends, also after it was evaluated: a base class whose captured variables
   * lead back to this class needs no special order.
   */
  inherit(heritage: unknown): void;
}

/** A module scope being rebuilt, shared by the functions of one module. */
export interface ScopeShell {
  /** Sets a variable, also one that the scope did not have so far. */
  fill(name: string, value: unknown): void;
}

/** What a source shell is made with besides its header. */
export interface ShellParts {
  readonly scope?: ScopeShell | undefined;
  /** Present when the header's class has an `extends` clause. */
  readonly heritage?: unknown;
}

export interface DescribeOptions {
  /** Takes functions of the main script by reference too: the receiver imports it. */
  readonly importMain?: boolean;
}

export interface FunctionCarrier {
  /** The parts of a function. Throws a `Refusal` that says why it cannot cross. */
  describe(fn: Function, options?: DescribeOptions): FunctionDescription;
  /**
   * The name of an object that every realm has, of a module namespace, or of an imported binding
   * (captured imports come as `ImportedBinding` objects); else undefined.
   */
  describeObject(object: object): BuiltinHeader | ModuleHeader | undefined;
  /**
   * The objects that a function consists of, itself first, when it would be coded the same at every
   * later call unless one of them gets an enumerable property; undefined when it may change
   * otherwise. Finding out may take long, and is put off until a function was asked for often.
   */
  constantParts(
    fn: Function,
    options?: DescribeOptions,
  ): readonly object[] | "not known yet" | undefined;
  /**
   * Loads what the references name, so that `shell` finds it without waiting; undefined when all of
   * it is there.
   */
  prepare(headers: readonly (ReferenceHeader | ModuleHeader)[]): Promise<void> | undefined;
  /** What a function or class by value is here, if it is one of the main script's. */
  own(header: SourceHeader): Function | undefined;
  /** An empty scope for a module's variables. */
  scope(header: ScopeHeader): ScopeShell;
  /**
   * The function to fill in; complete already for anything but a source. Throws an error that says
   * what is missing here (module, name, different source).
   */
  shell(header: FunctionHeader, parts: ShellParts): FunctionShell;
}
