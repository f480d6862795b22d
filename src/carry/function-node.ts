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
import type { GraphReader } from "./graph-reader.ts";
import type { GraphWriter } from "./graph-writer.ts";
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
import { integrityOf, keyStep, readProperties, restrict, writeProperties } from "./properties.ts";
import { Refusal } from "./refusal.ts";
import { writeSymbol } from "./symbols.ts";
import * as tag from "./tags.ts";

const BUILTIN = 0;
const REFERENCE = 1;
const SOURCE = 2;
const BOUND = 3;
const MEMBER = 4;
const PARTS = ["value", "get", "set"] as const;

function carrierOf(writer: GraphWriter, fn: Function): FunctionCarrier {
  const { destination, carrier } = writer.options;
  if (destination !== "foreign" && carrier !== undefined) return carrier;
  const name = fn.name === "" ? "a function" : `function ${fn.name}`;
  throw new Refusal(`${name} cannot go to a foreign peer: without authKey only plain data does`);
}

export function encodeFunction(writer: GraphWriter, fn: Function): void {
  const description = carrierOf(writer, fn).describe(fn, {
    importMain: writer.options.importMain === true,
  });
  writer.register(fn);
  writer.out.byte(tag.FUNCTION);
  switch (description.kind) {
    case "builtin":
      return writePath(writer, description.path);
    case "reference":
    case "module":
      return writeReference(writer, description);
    case "source":
      return writeSource(writer, fn, description);
    case "bound":
      return writeBound(writer, description);
    case "member":
      return writeMember(writer, description);
  }
}

/** Writes an object that crosses by name (`Math`, `fs`, a module's namespace); false for others. */
export function encodeNamedObject(writer: GraphWriter, object: object): boolean {
  const { carrier, destination } = writer.options;
  if (carrier === undefined || destination === "foreign") return false;
  const header = carrier.describeObject(object);
  if (header === undefined) return false;
  writer.register(object);
  writer.out.byte(tag.FUNCTION);
  if (header.kind === "builtin") writePath(writer, header.path);
  else writeReference(writer, header);
  return true;
}

function writePath(writer: GraphWriter, path: readonly string[]): void {
  writer.out.pair(BUILTIN, path.length);
  for (const name of path) writer.out.string(name);
}

function writeReference(writer: GraphWriter, header: ReferenceHeader | ModuleHeader): void {
  writer.out.byte(REFERENCE);
  writer.out.varint(writer.references.length);
  writer.references.push({ ...header });
}

function writeBound(writer: GraphWriter, { target, self, args }: BoundDescription): void {
  writer.out.byte(BOUND);
  writer.within("bound function", target);
  writer.within("bound this", self);
  writer.out.varint(args.length);
  for (const [index, value] of args.entries()) writer.within(`bound argument ${index}`, value);
}

function writeMember(writer: GraphWriter, { owner, key, part }: MemberDescription): void {
  writer.out.pair(MEMBER, PARTS.indexOf(part));
  if (typeof key === "symbol") writeSymbol(writer.out, key);
  else writer.out.string(key);
  writer.within("owner", owner);
}

function writeSource(writer: GraphWriter, fn: Function, description: SourceDescription): void {
  const { form, source, name, url, importMeta, names, extra } = description;
  const { captures, environment, own, prototypeProperties = [] } = description;
  writer.out.byte(SOURCE);
  writer.out.string(originOf(fn));
  for (const text of [form, source, name, url]) writer.out.string(text);
  writer.value(importMeta);
  writer.value(names);
  writer.value(extra);
  writeScope(writer, environment);
  const hasHeritage = "heritage" in description;
  writer.value(hasHeritage);
  if (hasHeritage) writer.within("extends", description.heritage);
  writer.out.varint(captures.length);
  for (const [variable, value] of captures) writer.within(variable, value);
  writeProperties(writer, own);
  writeProperties(writer, prototypeProperties);
  writer.out.byte(integrityOf(fn));
}

/** Number of the scope (0: none), its header when new, and the variables not in the message yet. */
function writeScope(writer: GraphWriter, scope: ScopeDescription | undefined): void {
  if (scope === undefined) return writer.out.varint(0);
  const { scopes, out } = writer;
  let sent = scopes.get(scope.key);
  if (sent === undefined) {
    sent = new Set();
    scopes.set(scope.key, sent);
    out.varint(scopes.size);
    out.string(originOf(scope.key));
    writer.value({ ...scope.header });
  } else out.varint([...scopes.keys()].indexOf(scope.key) + 1);
  const missing = scope.captures.filter(([name]) => !sent.has(name));
  for (const [name] of missing) sent.add(name);
  out.varint(missing.length);
  for (const [name, value] of missing) {
    out.string(name);
    writer.within(name, value);
  }
}

/** Reads what follows a FUNCTION tag. */
export function decodeFunction(reader: GraphReader, id: number): object {
  const carrier = reader.options.carrier;
  if (reader.options.destination === "foreign" || carrier === undefined) {
    throw reader.in.damaged("a function, which is not accepted here");
  }
  switch (reader.in.byte()) {
    case BUILTIN: {
      const path = Array.from({ length: reader.in.count() }, () => reader.in.string());
      return carrier.shell({ kind: "builtin", path }, {}).value;
    }
    case REFERENCE:
      return carrier.shell(reader.reference(reader.in.varint()), {}).value;
    case SOURCE:
      return readSource(reader, carrier, id);
    case BOUND:
      return readBound(reader);
    case MEMBER:
      return readMember(reader);
    default:
      throw reader.in.damaged("an unknown kind of function");
  }
}

function callable(reader: GraphReader, value: unknown): Function {
  if (typeof value === "function") return value;
  throw reader.in.damaged("a function should be there");
}

function readBound(reader: GraphReader): object {
  const target = callable(reader, reader.value());
  const self = reader.value();
  const args = Array.from({ length: reader.in.count() }, () => reader.value());
  return Function.prototype.bind.call(target, self, ...args) as object;
}

function readMember(reader: GraphReader): object {
  const part = PARTS[reader.in.byte()];
  const key = reader.key();
  const owner = reader.value();
  if (part === undefined || owner === null || !/object|function/.test(typeof owner)) {
    throw reader.in.damaged("a method has no owner");
  }
  const found: unknown = Object.getOwnPropertyDescriptor(owner, key)?.[part];
  if (typeof found === "function") return found;
  throw reader.in.damaged(`the class or object here has no method ${keyStep(key)}`);
}

function readHeader(reader: GraphReader): SourceHeader {
  const [form, source, name, url] = Array.from({ length: 4 }, () => reader.in.string());
  const importMeta = reader.value() === true;
  const names = reader.value();
  if (!Array.isArray(names)) throw reader.in.damaged("a function without names");
  const extra = reader.value();
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

function readSource(reader: GraphReader, carrier: FunctionCarrier, id: number): object {
  const origin = reader.in.string();
  const header = readHeader(reader);
  const scope = openScope(reader, carrier);
  const known = objectOfOrigin(origin);
  const home = known !== undefined && isOriginal(known);
  const reuse = home || header.form === "class" || header.names.length === 0;
  const shell =
    known !== undefined && reuse
      ? ((home ? undefined : shellOf(known)) ?? untouched(known))
      : reader.building(() => carrier.shell(header, { scope }));
  if (header.form === "class") reader.defineLazily(id, () => shell.value);
  else reader.define(id, shell.value);
  if (scope !== undefined) fillScope(reader, scope);
  if (reader.value() === true) reader.deliver((base) => shell.inherit(base));
  const count = reader.in.count();
  for (let i = 0; i < count; i++) {
    const name = header.names[i];
    if (name === undefined) throw reader.in.damaged("more variables than names");
    reader.deliver((value) => shell.fill(name, value));
  }
  const value = reader.building(() => shell.value);
  if (value !== known) adopt(value, origin, shell);
  reader.define(id, value);
  readProperties(reader, home ? {} : value, false);
  const prototype = home ? {} : (value as { prototype?: object }).prototype;
  readProperties(reader, prototype ?? {}, false);
  const integrity = reader.in.byte();
  if (!home) restrict(reader, value, integrity);
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
function openScope(reader: GraphReader, carrier: FunctionCarrier): ScopeShell | undefined {
  const number = reader.in.varint();
  if (number === 0) return undefined;
  if (number <= reader.scopes.length) return reader.scopes[number - 1];
  if (number !== reader.scopes.length + 1) throw reader.in.damaged("an unknown scope");
  const origin = reader.in.string();
  const header = reader.value() as ScopeHeader;
  const known = objectOfOrigin(origin);
  let scope = known as ScopeShell;
  if (known === undefined || isOriginal(known)) {
    scope = reader.building(() => carrier.scope(header));
    if (known === undefined) adopt(scope, origin);
  }
  reader.scopes.push(scope);
  return scope;
}

function fillScope(reader: GraphReader, scope: ScopeShell): void {
  const count = reader.in.count(2);
  for (let i = 0; i < count; i++) {
    const name = reader.in.string();
    reader.deliver((value) => scope.fill(name, value));
  }
}
