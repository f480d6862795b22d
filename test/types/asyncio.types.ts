// Compiled only, never run: what the compiler knows about asyncio.
import { expectTypeOf } from "expect-type";
import {
  asCompleted,
  cancellable,
  createTask,
  currentTask,
  ensureFuture,
  gather,
  getRunningLoop,
  Lock,
  PriorityQueue,
  Queue,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  wait,
  waitFor,
  type Completed,
  type Future,
  type Guard,
  type Task,
} from "manyhands/asyncio";
import type { asyncio } from "manyhands";

const number = async (): Promise<number> => 1;

export function types(): void {
  expectTypeOf(createTask(number)).toEqualTypeOf<Task<number>>();
  expectTypeOf(createTask(() => "sync")).toEqualTypeOf<Task<string>>();
  expectTypeOf(createTask(Promise.resolve(true))).toEqualTypeOf<Task<boolean>>();
  expectTypeOf<asyncio.Task<number>>().toEqualTypeOf<Task<number>>();

  expectTypeOf(gather([number, () => "text", Promise.resolve(true)])).toEqualTypeOf<
    Future<[number, string, boolean]>
  >();
  expectTypeOf(gather([createTask(number)], { returnExceptions: true })).toEqualTypeOf<
    Future<[number | Error]>
  >();
  const many: Task<number>[] = [];
  expectTypeOf(gather(many)).toEqualTypeOf<Future<number[]>>();
  expectTypeOf(gather(new Set(many))).toEqualTypeOf<Future<number[]>>();
  expectTypeOf(gather(new Set(many), { returnExceptions: true })).toEqualTypeOf<
    Future<(number | Error)[]>
  >();

  expectTypeOf(wait(many)).resolves.toEqualTypeOf<{
    readonly done: Set<Task<number>>;
    readonly pending: Set<Task<number>>;
  }>();
  expectTypeOf(asCompleted([number])).toExtend<
    AsyncIterableIterator<Completed<() => Promise<number>>>
  >();
  expectTypeOf<Extract<Completed<typeof number>, { status: "fulfilled" }>>().toHaveProperty(
    "value",
  );

  expectTypeOf(waitFor(number, 10)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(timeout(10, () => "value")).toEqualTypeOf<Promise<string>>();
  expectTypeOf(shield(createTask(number))).toEqualTypeOf<Future<number>>();
  expectTypeOf(ensureFuture(number)).toEqualTypeOf<Task<number>>();
  expectTypeOf(ensureFuture(Promise.resolve(1))).toEqualTypeOf<Future<number>>();
  expectTypeOf(cancellable(Promise.resolve(1))).toEqualTypeOf<Promise<number>>();
  expectTypeOf(sleep(1)).toEqualTypeOf<Promise<void>>();
  expectTypeOf(sleep(1, "value")).toEqualTypeOf<Promise<string>>();
  expectTypeOf(run(number)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(TaskGroup.run(async (group) => group.createTask(number))).toEqualTypeOf<
    Promise<number>
  >();
  expectTypeOf(currentTask()).toEqualTypeOf<Task<unknown> | null>();

  const lock = new Lock();
  expectTypeOf(lock.acquire()).toEqualTypeOf<Promise<true>>();
  expectTypeOf(lock.acquire({ timeoutMs: 1 })).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(lock.hold()).toEqualTypeOf<Promise<Guard>>();
  expectTypeOf(lock.run(() => 5)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(new Queue<string>().tryGet()).toEqualTypeOf<{ value: string } | undefined>();
  expectTypeOf(new PriorityQueue<number>(5).get()).toEqualTypeOf<Promise<number>>();

  const executor = { submit: <R>(fn: () => R): Promise<Awaited<R>> => Promise.resolve(fn()) };
  expectTypeOf(getRunningLoop().runInExecutor(executor as never, number)).toEqualTypeOf<
    Future<number>
  >();

  // @ts-expect-error a number cannot be awaited
  createTask(5);
  // @ts-expect-error nor gathered
  gather([5]);
  // @ts-expect-error functions are to be started first
  void wait([number]);
}
