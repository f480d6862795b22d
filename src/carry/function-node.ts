/**
 * Functions and classes in a message: what the function carrier describes, with the live parts
 * encoded in between.
 *
 * A function that the receiver already has, because it came from there or was sent before, is used
 * as it is:
 * - the original, when it returns home (the variables that came along are dropped);
 * - the class rebuilt earlier, its variables and statics brought up to date;
 * - the function rebuilt earlier, when it has no captured variables of its own.
 * A closure with its own variables is made anew from each message: what a task assigns to them
 * does not reach the next task.
 */
import type { Decoder } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
import type {
  BoundDescription,
  FunctionCarrier,
  FunctionShell,
  MemberDescription,
  ModuleHeader,
  ReferenceHeader,
  ScopeDescription,
  ScopeHeader,
  ScopeShell,
  SourceDescription,
  SourceHeader,
} from "./function-carrier.ts";
import { adopt, isOriginal, objectOfOrigin, originOf, shellOf } from "./origins.ts";
import { keyStep, readProperties, writeProperties } from "./properties.ts";
import { Refusal } from "./refusal.ts";
import { writeSymbol } from "./symbols.ts";
import * as tag from "./tags.ts";

const BUILTIN = 0;
const REFERENCE = 1;
const SOURCE = 2;
const BOUND = 3;
const MEMBER = 4;
const PARTS = ["value", "get", "set"] as const;

function carrierOf(encoder: Encoder, fn: Function): FunctionCarrier {
  const { destination, carrier } = encoder.options;
  if (destination !== "foreign" && carrier !== undefined) return carrier;
  const name = fn.name === "" ? "a function" : `function ${fn.name}`;
  throw new Refusal(`${name} cannot go to a foreign peer: without authKey only plain data does`);
}

export function encodeFunction(encoder: Encoder, fn: Function): void {
  const description = carrierOf(encoder, fn).describe(fn);
  encoder.register(fn);
  encoder.out.byte(tag.FUNCTION);
  switch (description.kind) {
    case "builtin":
      return writePath(encoder, description.path);
    case "reference":
    case "module":
      return writeReference(encoder, description);
    case "source":
      return writeSource(encoder, fn, description);
    case "bound":
      return writeBound(encoder, description);
    case "member":
      return writeMember(encoder, description);
  }
}

/** Writes an object that crosses by name (`Math`, `fs`, a module's namespace); false for others. */
export function encodeNamedObject(encoder: Encoder, object: object): boolean {
  const { carrier, destination } = encoder.options;
  if (carrier === undefined || destination === "foreign") return false;
  const header = carrier.describeObject(object);
  if (header === undefined) return false;
  encoder.register(object);
  encoder.out.byte(tag.FUNCTION);
  if (header.kind === "builtin") writePath(encoder, header.path);
  else writeReference(encoder, header);
  return true;
}

function writePath(encoder: Encoder, path: readonly string[]): void {
  encoder.out.pair(BUILTIN, path.length);
  for (const name of path) encoder.out.string(name);
}

function writeReference(encoder: Encoder, header: ReferenceHeader | ModuleHeader): void {
  encoder.out.byte(REFERENCE);
  encoder.out.varint(encoder.references.length);
  encoder.references.push({ ...header });
}

function writeBound(encoder: Encoder, { target, self, args }: BoundDescription): void {
  encoder.out.byte(BOUND);
  encoder.within("bound function", target);
  encoder.within("bound this", self);
  encoder.out.varint(args.length);
  for (const [index, value] of args.entries()) encoder.within(`bound argument ${index}`, value);
}

function writeMember(encoder: Encoder, { owner, key, part }: MemberDescription): void {
  encoder.out.pair(MEMBER, PARTS.indexOf(part));
  if (typeof key === "symbol") writeSymbol(encoder.out, key);
  else encoder.out.string(key);
  encoder.within("owner", owner);
}

function writeSource(encoder: Encoder, fn: Function, description: SourceDescription): void {
  const { form, source, name, url, importMeta, names, extra } = description;
  const { captures, environment, own, prototypeProperties = [] } = description;
  encoder.out.byte(SOURCE);
  encoder.out.string(originOf(fn));
  for (const text of [form, source, name, url]) encoder.out.string(text);
  encoder.value(importMeta);
  encoder.value(names);
  encoder.value(extra);
  writeScope(encoder, environment);
  const hasHeritage = "heritage" in description;
  encoder.value(hasHeritage);
  if (hasHeritage) encoder.within("extends", description.heritage);
  encoder.out.varint(captures.length);
  for (const [variable, value] of captures) encoder.within(variable, value);
  writeProperties(encoder, own);
  writeProperties(encoder, prototypeProperties);
}

/** Number of the scope (0: none), its header when new, and the variables not in the message yet. */
function writeScope(encoder: Encoder, scope: ScopeDescription | undefined): void {
  if (scope === undefined) return encoder.out.varint(0);
  const { scopes, out } = encoder;
  let sent = scopes.get(scope.key);
  if (sent === undefined) {
    sent = new Set();
    scopes.set(scope.key, sent);
    out.varint(scopes.size);
    out.string(originOf(scope.key));
    encoder.value({ ...scope.header });
  } else out.varint([...scopes.keys()].indexOf(scope.key) + 1);
  const missing = scope.captures.filter(([name]) => !sent.has(name));
  for (const [name] of missing) sent.add(name);
  out.varint(missing.length);
  for (const [name, value] of missing) {
    out.string(name);
    encoder.within(name, value);
  }
}

/** Reads what follows a FUNCTION tag. */
export function decodeFunction(decoder: Decoder, id: number): object {
  const carrier = decoder.options.carrier;
  if (decoder.options.destination === "foreign" || carrier === undefined) {
    throw decoder.in.damaged("a function, which is not accepted here");
  }
  switch (decoder.in.byte()) {
    case BUILTIN: {
      const path = Array.from({ length: decoder.in.count() }, () => decoder.in.string());
      return carrier.shell({ kind: "builtin", path }, {}).value;
    }
    case REFERENCE:
      return carrier.shell(decoder.reference(decoder.in.varint()), {}).value;
    case SOURCE:
      return readSource(decoder, carrier, id);
    case BOUND:
      return readBound(decoder);
    case MEMBER:
      return readMember(decoder);
    default:
      throw decoder.in.damaged("an unknown kind of function");
  }
}

function callable(decoder: Decoder, value: unknown): Function {
  if (typeof value === "function") return value;
  throw decoder.in.damaged("a function should be there");
}

function readBound(decoder: Decoder): object {
  const target = callable(decoder, decoder.value());
  const self = decoder.value();
  const args = Array.from({ length: decoder.in.count() }, () => decoder.value());
  return Function.prototype.bind.call(target, self, ...args) as object;
}

function readMember(decoder: Decoder): object {
  const part = PARTS[decoder.in.byte()];
  const key = decoder.key();
  const owner = decoder.value();
  if (part === undefined || owner === null || !/object|function/.test(typeof owner)) {
    throw decoder.in.damaged("a method has no owner");
  }
  const found: unknown = Object.getOwnPropertyDescriptor(owner, key)?.[part];
  if (typeof found === "function") return found;
  throw decoder.in.damaged(`the class or object here has no method ${keyStep(key)}`);
}

function readHeader(decoder: Decoder): SourceHeader {
  const [form, source, name, url] = Array.from({ length: 4 }, () => decoder.in.string());
  const importMeta = decoder.value() === true;
  const names = decoder.value();
  if (!Array.isArray(names)) throw decoder.in.damaged("a function without names");
  const extra = decoder.value();
  return {
    kind: "source",
    form: form!,
    source: source!,
    name: name!,
    url: url!,
    importMeta,
    names: names as string[],
    extra,
  };
}

function readSource(decoder: Decoder, carrier: FunctionCarrier, id: number): object {
  const origin = decoder.in.string();
  const header = readHeader(decoder);
  const scope = openScope(decoder, carrier);
  const known = objectOfOrigin(origin);
  const home = known !== undefined && isOriginal(known);
  const reuse = home || header.form === "class" || header.names.length === 0;
  const shell =
    known !== undefined && reuse
      ? ((home ? undefined : shellOf(known)) ?? untouched(known))
      : decoder.building(() => carrier.shell(header, { scope }));
  if (header.form === "class") decoder.defineLazily(id, () => shell.value);
  else decoder.define(id, shell.value);
  if (scope !== undefined) fillScope(decoder, scope);
  if (decoder.value() === true) decoder.deliver((base) => shell.inherit(base));
  const count = decoder.in.count();
  for (let i = 0; i < count; i++) {
    const name = header.names[i];
    if (name === undefined) throw decoder.in.damaged("more variables than names");
    decoder.deliver((value) => shell.fill(name, value));
  }
  const value = decoder.building(() => shell.value);
  if (value !== known) adopt(value, origin, shell);
  decoder.define(id, value);
  readProperties(decoder, home ? {} : value, false);
  const prototype = home ? {} : (value as { prototype?: object }).prototype;
  readProperties(decoder, prototype ?? {}, false);
  return value;
}

/** A function that is not to be filled in: it has its variables already. */
function untouched(fn: object): FunctionShell {
  return { value: fn, fill: () => undefined, inherit: () => undefined };
}

/**
 * The scope of a function: the one of an earlier message, brought up to date; a new one for code
 * written in the receiver's own module, whose variables nobody can set.
 */
function openScope(decoder: Decoder, carrier: FunctionCarrier): ScopeShell | undefined {
  const number = decoder.in.varint();
  if (number === 0) return undefined;
  if (number <= decoder.scopes.length) return decoder.scopes[number - 1];
  if (number !== decoder.scopes.length + 1) throw decoder.in.damaged("an unknown scope");
  const origin = decoder.in.string();
  const header = decoder.value() as ScopeHeader;
  const known = objectOfOrigin(origin);
  let scope = known as ScopeShell;
  if (known === undefined || isOriginal(known)) {
    scope = decoder.building(() => carrier.scope(header));
    if (known === undefined) adopt(scope, origin);
  }
  decoder.scopes.push(scope);
  return scope;
}

function fillScope(decoder: Decoder, scope: ScopeShell): void {
  const count = decoder.in.count(2);
  for (let i = 0; i < count; i++) {
    const name = decoder.in.string();
    decoder.deliver((value) => scope.fill(name, value));
  }
}
