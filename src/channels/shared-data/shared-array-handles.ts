/** How shared arrays cross to other threads and processes. */
import { registerHandle } from "../../carry/index.ts";
import { adopt } from "../../sync/shared-object.ts";
import { type ShareableType, noteCarried, refuseElsewhere } from "../../sync/carried.ts";
import { type RawArray, withMemory } from "./shared-array-raw.ts";
import type { TypeCode } from "./type-codes.ts";

type AnyArray = RawArray<TypeCode>;

/**
 * Makes a class of shared arrays sendable; see `registerShareable`. Where an array does not lie in
 * a memory file, its memory itself is part of the handle.
 */
export function registerArray<T extends AnyArray>(
  name: string,
  { type, memberOf, instead }: ShareableType<T>,
): void {
  registerHandle<T, readonly [block: number, stamp: number, memory?: SharedArrayBuffer]>(name, {
    is: (value): value is T => value instanceof type,
    toHandle(array, { destination }) {
      refuseElsewhere(type.name, destination, instead);
      const { block, stamp } = array.handle;
      noteCarried(array.member, array.handle);
      return array.isInFile ? [block, stamp] : [block, stamp, array.view.buffer as never];
    },
    fromHandle: ([block, stamp, memory]) =>
      withMemory(memory, () => adopt(type, memberOf, { block, stamp })),
  });
}
