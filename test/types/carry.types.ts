/** What the compiler lets cross. Compiled with the tests; nothing here runs. */
import { expectTypeOf } from "expect-type";
import type { Carriable, CarriableArgs } from "#internal/carry/index.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

expectTypeOf<Carriable<number>>().toEqualTypeOf<number>();
expectTypeOf<Carriable<string | undefined>>().toEqualTypeOf<string | undefined>();
expectTypeOf<Carriable<Map<string, Point>>>().toEqualTypeOf<Map<string, Point>>();
expectTypeOf<Carriable<Set<Point>>>().toEqualTypeOf<Set<Point>>();
expectTypeOf<Carriable<Point[]>>().toEqualTypeOf<Point[]>();
expectTypeOf<Carriable<(x: number) => Promise<number>>>().toEqualTypeOf<
  (x: number) => Promise<number>
>();
expectTypeOf<Carriable<unknown>>().toEqualTypeOf<unknown>();
// oxlint-disable-next-line typescript/no-explicit-any
expectTypeOf<Carriable<any>>().toBeAny();

expectTypeOf<number>().not.toExtend<Carriable<Promise<number>>>();
expectTypeOf<Promise<number>>().not.toExtend<Carriable<Promise<number>>>();
expectTypeOf<WeakMap<Point, number>>().not.toExtend<Carriable<WeakMap<Point, number>>>();
expectTypeOf<WeakSet<Point>>().not.toExtend<Carriable<WeakSet<Point>>>();
expectTypeOf<WeakRef<Point>>().not.toExtend<Carriable<WeakRef<Point>>>();

expectTypeOf<[Point, number]>().toExtend<CarriableArgs<[Point, number]>>();
expectTypeOf<[Point, Promise<number>]>().not.toExtend<CarriableArgs<[Point, Promise<number>]>>();
