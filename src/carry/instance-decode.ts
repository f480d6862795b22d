/** The receiving side of `instance.ts`: prototypes, handles, and objects that say how to make them. */
import type { Decoder } from "./decoder.ts";
import { handleType } from "./handles.ts";

function refuseForeign(decoder: Decoder, what: string): void {
  if (decoder.options.destination !== "foreign") return;
  throw decoder.in.damaged(`${what}, which is not accepted from a foreign peer`);
}

export function decodePrototype(decoder: Decoder): object {
  refuseForeign(decoder, "a class");
  const type = decoder.value();
  const prototype: unknown = typeof type === "function" ? type.prototype : undefined;
  if (typeof prototype !== "object" || prototype === null) {
    throw decoder.in.damaged("a class should be there");
  }
  return prototype;
}

export function decodeHandle(decoder: Decoder): object {
  refuseForeign(decoder, "a handle");
  const typeName = decoder.in.string();
  const type = handleType(typeName);
  if (type === undefined) throw decoder.in.damaged(`an unknown type of handle, ${typeName}`);
  const value = decoder.value();
  const { destination } = decoder.options;
  return decoder.building(() => type.fromHandle(value, { destination }));
}

const isClass = (type: Function): boolean =>
  /^class\b/.test(Function.prototype.toString.call(type));

export function decodeReduced(decoder: Decoder): object {
  refuseForeign(decoder, "an instance of a class");
  const factory = decoder.value();
  const args = decoder.value();
  if (typeof factory !== "function" || !Array.isArray(args)) {
    throw decoder.in.damaged("a factory and its arguments should be there");
  }
  const made: unknown = decoder.building(() =>
    isClass(factory)
      ? (Reflect.construct(factory, args) as object)
      : Reflect.apply(factory, undefined, args),
  );
  if ((typeof made !== "object" && typeof made !== "function") || made === null) {
    throw decoder.in.damaged(`factory ${factory.name} gave no object`);
  }
  return made;
}
