/**
 * Functions and classes in a message: by name, by reference, by what they are bound to, or through
 * the class that has them. Those by value are in `source-node.ts`.
 */
import type { GraphReader } from "./graph-reader.ts";
import type { GraphWriter } from "./graph-writer.ts";
import type {
  BoundDescription,
  FunctionCarrier,
  MemberDescription,
  ModuleHeader,
  ReferenceHeader,
} from "./function-carrier.ts";
import { keyStep } from "./properties.ts";
import { Refusal } from "./refusal.ts";
import { readSource, writeSource } from "./source-node.ts";
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
      writer.out.byte(SOURCE);
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
