/** The receiving side of `instance.ts`: what stands behind the less usual tags. */
import type { GraphReader } from "./graph-reader.ts";
import { decodeFunction } from "./function-node.ts";
import { handleType } from "./handles.ts";
import { kindOfTag } from "./kinds/all.ts";
import * as tag from "./tags.ts";

function refuseForeign(reader: GraphReader, what: string): void {
  if (reader.options.destination !== "foreign") return;
  throw reader.in.damaged(`${what}, which is not accepted from a foreign peer`);
}

export function decodePrototype(reader: GraphReader): object {
  refuseForeign(reader, "a class");
  const type = reader.value();
  const prototype: unknown = typeof type === "function" ? type.prototype : undefined;
  if (typeof prototype !== "object" || prototype === null) {
    throw reader.in.damaged("a class should be there");
  }
  return prototype;
}

/** Reads a node other than the plain ones, behind its tag. */
export function decodeNode(reader: GraphReader, first: number, id: number): object {
  switch (first) {
    case tag.FUNCTION:
      return decodeFunction(reader, id);
    case tag.HANDLE:
      return decodeHandle(reader);
    case tag.REDUCED:
      return decodeReduced(reader);
    case tag.ATTACHMENT:
      return decodeAttachment(reader);
  }
  const kind = kindOfTag(first);
  if (kind === undefined) throw reader.in.damaged(`an unknown tag ${first}`);
  return kind.decode(reader, id);
}

function decodeHandle(reader: GraphReader): object {
  refuseForeign(reader, "a handle");
  const typeName = reader.in.string();
  const type = handleType(typeName);
  if (type === undefined) throw reader.in.damaged(`an unknown type of handle, ${typeName}`);
  const { destination } = reader.options;
  if (destination === "peer" && type.travels !== true) {
    throw reader.in.damaged(`a ${typeName}, which belongs to another family`);
  }
  const value = reader.value();
  return reader.building(() => type.fromHandle(value, { destination }));
}

function decodeAttachment(reader: GraphReader): object {
  const number = reader.in.varint();
  const source = reader.options.attachments;
  if (source === undefined) throw reader.in.damaged("an attachment, but none came along");
  return reader.building(() => source.take(number));
}

const isClass = (type: Function): boolean =>
  /^class\b/.test(Function.prototype.toString.call(type));

function decodeReduced(reader: GraphReader): object {
  refuseForeign(reader, "an instance of a class");
  const factory = reader.value();
  const args = reader.value();
  if (typeof factory !== "function" || !Array.isArray(args)) {
    throw reader.in.damaged("a factory and its arguments should be there");
  }
  const made: unknown = reader.building(() =>
    isClass(factory)
      ? (Reflect.construct(factory, args) as object)
      : Reflect.apply(factory, undefined, args),
  );
  if ((typeof made !== "object" && typeof made !== "function") || made === null) {
    throw reader.in.damaged(`factory ${factory.name} gave no object`);
  }
  return made;
}
