// Compiled only, never run: what the compiler knows of the arguments of threads and processes.
import { expectTypeOf } from "expect-type";
import { Process, type ProcessOptions } from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
import { Thread, type ThreadOptions, Timer } from "manyhands/threading";

const both = (count: number, { step }: { step: number }): number => count + step;
const alone = ({ step }: { step: number }): string => String(step);
const maybe = (count: number, options?: { step: number }): number => count + (options?.step ?? 1);
const all = (...values: unknown[]): number => values.length;

export async function given(): Promise<void> {
  for (const Kind of [Thread, Process, dummy.Process] as const) {
    const made = new Kind({ target: both, args: [1], kwargs: { step: 2 } });
    expectTypeOf(await made.result()).toEqualTypeOf<number>();
    new Kind({ target: both, args: [1, { step: 2 }] });
    expectTypeOf(
      await new Kind({ target: alone, kwargs: { step: 2 } }).result(),
    ).toEqualTypeOf<string>();
    new Kind({ target: maybe, args: [1] });
    new Kind({ target: maybe, args: [1], kwargs: { step: 2 } });
    new Kind({ target: all, args: [1, "two"], kwargs: { three: 3 } });
    const inline = new Kind({
      target: (text: string, { times }: { times: number }) => text.repeat(times),
      args: ["ho"],
      kwargs: { times: 3 },
    });
    expectTypeOf(await inline.result()).toEqualTypeOf<string>();
  }
}

export async function constant(): Promise<void> {
  const pair = [1, { step: 2 }] as const;
  const list: readonly string[] = ["one"];
  for (const Kind of [Thread, Process, dummy.Process] as const) {
    expectTypeOf(await new Kind({ target: both, args: pair }).result()).toEqualTypeOf<number>();
    expectTypeOf(await new Kind({ target: all, args: list }).result()).toEqualTypeOf<number>();
    new Kind({ target: both, args: [1] as const, kwargs: { step: 2 } });
  }
  expectTypeOf(await new Timer(1, both, pair).result()).toEqualTypeOf<number>();
}

export function refused(): void {
  // @ts-expect-error step is a number
  new Thread({ target: both, args: [1], kwargs: { step: "two" } });
  // @ts-expect-error the last argument is given twice
  new Thread({ target: both, args: [1, { step: 2 }], kwargs: { step: 2 } });
  // @ts-expect-error there is no first argument
  new Thread({ target: alone, args: [1], kwargs: { step: 2 } });
  // @ts-expect-error step is missing
  new Process({ target: alone, kwargs: {} });
  // @ts-expect-error the last argument is a number
  new Process({ target: (a: number, b: number) => a + b, args: [1], kwargs: { b: 2 } });
  // @ts-expect-error the target takes a number
  new dummy.Process({ target: both, args: ["one"], kwargs: { step: 2 } });
  // @ts-expect-error a target without arguments takes none
  new Process({ target: () => 1, kwargs: { step: 2 } });
}

export async function inferred(): Promise<void> {
  const thread = new Thread({ target: (x) => x + 1, args: [1] });
  expectTypeOf(await thread.result()).toEqualTypeOf<number>();
  const child = new Process({ target: async (text: string) => [text], args: ["a"] });
  expectTypeOf(await child.result()).toEqualTypeOf<string[]>();
  expectTypeOf(await new Timer(1, both, [1, { step: 1 }]).result()).toEqualTypeOf<number>();
  expectTypeOf<ThreadOptions>().toExtend<{ args?: readonly unknown[] }>();
  const options: ProcessOptions<[string], string> = { target: (text) => text, args: ["b"] };
  expectTypeOf(await new Process(options).result()).toEqualTypeOf<string>();
  const generic = <A extends unknown[], R>(target: (...args: A) => R, args: A): Thread<A, R> =>
    new Thread<A, R>({ target, args });
  expectTypeOf(await generic((x: number) => x, [1]).result()).toEqualTypeOf<number>();
}
