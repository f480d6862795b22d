/** The receiving side of `instance.ts`: prototypes, handles, objects that say how to make them. */
import type { GraphReader } from "./graph-reader.ts";
import { handleType } from "./handles.ts";

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

export function decodeHandle(reader: GraphReader): object {
  refuseForeign(reader, "a handle");
  const typeName = reader.in.string();
  const type = handleType(typeName);
  if (type === undefined) throw reader.in.damaged(`an unknown type of handle, ${typeName}`);
  const value = reader.value();
  const { destination } = reader.options;
  return reader.building(() => type.fromHandle(value, { destination }));
}

const isClass = (type: Function): boolean =>
  /^class\b/.test(Function.prototype.toString.call(type));

export function decodeReduced(reader: GraphReader): object {
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
