/**
 * Functions and classes by value: what the function carrier describes, with the live parts encoded
 * in between.
 *
 * One that the receiver already has is used again:
 * - the original, when it returns home (what came along for it is dropped);
 * - the class rebuilt earlier, its variables and statics brought up to date;
 * - the function rebuilt earlier, when all its captured variables are those of its module;
 * - in a forked child, what it inherited of these;
 * - where the main script is a module too, that of the same name at its top level.
 * A closure with variables of its own is made anew from each message: what a task assigns to them
 * does not reach the next task.
 */
import type {
  FunctionCarrier,
  FunctionShell,
  ScopeDescription,
  ScopeHeader,
  SourceDescription,
  SourceHeader,
} from "./function-carrier.ts";
import type { GraphReader } from "./graph-reader.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { MessageScope } from "./message-scope.ts";
import { adopt, isOriginal, isRebuilt, objectOfOrigin, originOf, shellOf } from "./origins.ts";
import { integrityOf, readProperties, restrict, writeProperties } from "./properties.ts";

/** Writes what follows the tags of a function by value. */
export function writeSource(
  writer: GraphWriter,
  fn: Function,
  description: SourceDescription,
): void {
  const { form, source, name, url, importMeta, names, extra } = description;
  const { captures, environment, own, prototypeProperties = [] } = description;
  writer.out.string(originOf(fn, form !== "class"));
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
    out.string(originOf(scope.key, false));
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

/** Reads what follows the tags of a function by value. */
export function readSource(reader: GraphReader, carrier: FunctionCarrier, id: number): object {
  const origin = reader.in.string();
  const header = readHeader(reader);
  const scope = readScope(reader, carrier);
  const known = objectOfOrigin(origin) ?? carrier.own(header);
  const shares = header.form === "class" || header.names.length === 0;
  const stays = known !== undefined && !isRebuilt(known) && (shares || isOriginal(known));
  const again = shares && known !== undefined ? shellOf(known) : undefined;
  const shell = stays
    ? untouched(known)
    : (again ?? reader.building(() => carrier.shell(header, { scope: scope?.shell })));
  if (header.form === "class") reader.defineLazily(id, () => shell.value);
  else reader.define(id, shell.value);
  if (scope !== undefined) fillScope(reader, scope);
  readCaptures(reader, header, shell);
  const value = reader.building(() => shell.value);
  if (value !== known) adopt(value, origin, shares, shell);
  reader.define(id, value);
  readProperties(reader, stays ? {} : value, false);
  const prototype = stays ? undefined : (value as { prototype?: object }).prototype;
  readProperties(reader, prototype ?? {}, false);
  const integrity = reader.in.byte();
  if (!stays) restrict(reader, value, integrity);
  return value;
}

function readCaptures(reader: GraphReader, header: SourceHeader, shell: FunctionShell): void {
  if (reader.value() === true) reader.deliver((base) => shell.inherit(base));
  const count = reader.in.count();
  for (let i = 0; i < count; i++) {
    const name = header.names[i];
    if (name === undefined) throw reader.in.damaged("more variables than names");
    reader.deliver((value) => shell.fill(name, value));
  }
}

/** A function that is not to be filled in: it has its variables already. */
function untouched(fn: object): FunctionShell {
  return { value: fn, fill: () => undefined, inherit: () => undefined };
}

function readScope(reader: GraphReader, carrier: FunctionCarrier): MessageScope | undefined {
  const number = reader.in.varint();
  if (number === 0) return undefined;
  if (number <= reader.scopes.length) return reader.scopes[number - 1];
  if (number !== reader.scopes.length + 1) throw reader.in.damaged("an unknown scope");
  const origin = reader.in.string();
  const header = reader.value() as ScopeHeader;
  const scope = new MessageScope(carrier, origin, header);
  reader.scopes.push(scope);
  return scope;
}

function fillScope(reader: GraphReader, scope: MessageScope): void {
  const count = reader.in.count(2);
  for (let i = 0; i < count; i++) {
    const name = reader.in.string();
    reader.deliver((value) => scope.fill(name, value));
  }
}
