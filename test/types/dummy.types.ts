// Compiled only, never run: what the compiler knows of multiprocessing over threads.
import { expectTypeOf } from "expect-type";
import { Pool as ProcessPool, type Schedule } from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";

export async function processes(): Promise<void> {
  const child = new dummy.Process({
    target: (a: number, b: string) => b.length + a,
    args: [1, ""],
  });
  expectTypeOf(await child.result()).toEqualTypeOf<number>();
  expectTypeOf(child.exitCode).toEqualTypeOf<number | null>();
  expectTypeOf(dummy.activeChildren()).toEqualTypeOf<dummy.Process[]>();
  // @ts-expect-error the target takes a number
  new dummy.Process({ target: (a: number) => a, args: ["one"] });
}

export async function shared(): Promise<void> {
  const queue = new dummy.JoinableQueue<string>();
  expectTypeOf(await queue.get()).toEqualTypeOf<string>();
  const manager = await dummy.Manager();
  expectTypeOf(await (await manager.list([1])).toArray()).toEqualTypeOf<number[]>();
  await using pool = new dummy.Pool(1);
  expectTypeOf(await pool.apply((x: number) => String(x), [1])).toEqualTypeOf<string>();
}

export function schedules(): void {
  new ProcessPool({ schedule: "mlfq" });
  new ProcessPool({ schedule: { policy: "rr", sliceMs: 5 } });
  // @ts-expect-error there is no such schedule
  new ProcessPool({ schedule: "fcfs" });
  // @ts-expect-error a policy has pop, too
  const half: Schedule = { push() {}, size: 0 };
  new ProcessPool({ schedule: half });
}
