// Compiled only, never run: what the compiler knows about pools and executors.
import { expectTypeOf } from "expect-type";
import {
  asCompleted,
  type Completed,
  Executor,
  Future as PlainFuture,
  type Future,
  ProcessPoolExecutor,
  type ResultIterator,
  type SyncResultIterator,
  type ThreadPoolExecutor,
  wait,
} from "manyhands/futures";
import { type AsyncResult, Pool, ThreadPool } from "manyhands/multiprocessing";

const add = (a: number, b: number): number => a + b;
const length = async (text: string): Promise<number> => text.length;
const maybe = (n: number): string | Promise<string> => String(n);
const count = function* (n: number): Generator<string, number> {
  yield "on the way";
  return n;
};
const countLater = async function* (n: number): AsyncGenerator<string, boolean> {
  yield "on the way";
  return n > 0;
};
const fail = (): never => {
  throw new Error("no");
};

export async function pools(pool: Pool, texts: Set<string>): Promise<void> {
  expectTypeOf(pool.apply(add, [1, 2])).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.apply(length, ["a"])).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.apply(maybe, [1])).toEqualTypeOf<Promise<string>>();
  expectTypeOf(pool.apply(count, [1])).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.apply(countLater, [1])).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(pool.apply(() => ({ a: 1 }))).toEqualTypeOf<Promise<{ a: number }>>();
  expectTypeOf(pool.apply((a, b) => a + b, [1, 2])).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.applySync(length, ["a"])).toEqualTypeOf<number>();
  expectTypeOf(pool.applyAsync(length, ["a"])).toEqualTypeOf<AsyncResult<number>>();
  expectTypeOf(pool.apply(fail)).toEqualTypeOf<Promise<never>>();
  expectTypeOf(await pool.applyAsync(length, ["a"])).toEqualTypeOf<number>();
  expectTypeOf(pool.map(length, texts)).toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(pool.map((text) => text.length, texts)).toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(pool.map(parseInt, ["1"])).toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(pool.mapSync(maybe, [1])).toEqualTypeOf<string[]>();
  expectTypeOf(pool.mapAsync(count, [1])).toEqualTypeOf<AsyncResult<number[]>>();
  const pairs: [number, number][] = [[1, 2]];
  expectTypeOf(pool.starmap(add, pairs)).toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(pool.starmap(add, [[1, 2]])).toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(pool.imap(length, texts)).toEqualTypeOf<ResultIterator<number>>();
  expectTypeOf(pool.imapSync(length, texts)).toEqualTypeOf<SyncResultIterator<number>>();
  for await (const value of pool.imapUnordered(
    length,
    (async function* () {
      yield "a";
    })(),
  )) {
    expectTypeOf(value).toEqualTypeOf<number>();
  }
  await pool.apply(length, ["a"], { callback: (n) => expectTypeOf(n).toEqualTypeOf<number>() });
  await pool.map(length, ["a"], { callback: (n) => expectTypeOf(n).toEqualTypeOf<number[]>() });
}

export function told(pool: Pool): void {
  const errorCallback = (error: Error): void => console.error(error.message);
  pool.applyAsync(add, [1, 2], { errorCallback });
  pool.mapAsync(length, ["a"], { errorCallback: (e) => expectTypeOf(e).toEqualTypeOf<unknown>() });
}

/** An executor of one's own, with the plain type for what it gives. */
export class Later extends Executor {
  submit<A extends unknown[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): PlainFuture<R> {
    const future = new PlainFuture<R>();
    void Promise.resolve(fn(...args)).then((value) => future.setResult(value));
    return future;
  }
}

export async function own(later: Later, any: Executor): Promise<void> {
  expectTypeOf(later.submit(length, "a")).toEqualTypeOf<Future<number>>();
  expectTypeOf(any.submit(add, 1, 2)).toEqualTypeOf<Future<number>>();
  expectTypeOf(any.submit(length, "a")).toEqualTypeOf<Future<number>>();
  for await (const sum of later.map(add, [1], [2])) expectTypeOf(sum).toEqualTypeOf<number>();
  const executor: Executor = later;
  await executor.shutdown();
}

export function refusals(pool: Pool): void {
  // @ts-expect-error -- the arguments are missing
  void pool.apply(add);
  // @ts-expect-error -- one of them is
  void pool.apply(add, [1]);
  // @ts-expect-error -- a string is no number
  void pool.map(maybe, ["a"]);
  // @ts-expect-error -- the tuples are too short
  void pool.starmap(add, [[1]] as [number][]);
  // @ts-expect-error -- a blocking call cannot wait for this
  pool.imapSync(maybe, (async function* () {})());
}

export function making(): void {
  expectTypeOf(new Pool(4)).toExtend<Pool>();
  expectTypeOf(new Pool({ initializer: add, initArgs: [1, 2] })).toExtend<Pool>();
  expectTypeOf(new ThreadPool({ processes: 2, schedule: "sjf" })).toExtend<ThreadPool>();
  // @ts-expect-error -- not what the initializer takes
  void new Pool({ initializer: add, initArgs: ["1", 2] });
  // @ts-expect-error -- threads are not started by a method
  void new ThreadPool({ startMethod: "fork" });
}

export async function executors(executor: ThreadPoolExecutor): Promise<void> {
  expectTypeOf(executor.submit(add, 1, 2)).toEqualTypeOf<Future<number>>();
  expectTypeOf(executor.submit(length, "a")).toEqualTypeOf<Future<number>>();
  expectTypeOf(executor.submit(count, 1)).toEqualTypeOf<Future<number>>();
  expectTypeOf(executor.with({ priority: 1 })).toEqualTypeOf<ThreadPoolExecutor>();
  expectTypeOf(executor.map(add, [1], new Set([2]))).toEqualTypeOf<ResultIterator<number>>();
  expectTypeOf(executor.mapSync(length, ["a"])).toEqualTypeOf<SyncResultIterator<number>>();
  // @ts-expect-error -- one argument is missing
  executor.submit(add, 1);
  // @ts-expect-error -- the second iterable is of strings
  executor.map(add, [1], ["a"]);
  const futures = [executor.submit(length, "a"), executor.submit(add, 1, 2)];
  expectTypeOf((await wait(futures)).done).toEqualTypeOf<Set<Future<number>>>();
  for await (const report of asCompleted(futures)) {
    // The future itself would have been unwrapped by the loop.
    expectTypeOf(report).toEqualTypeOf<Completed<Future<number>>>();
    if (report.status === "fulfilled") expectTypeOf(report.value).toEqualTypeOf<number>();
    else expectTypeOf(report.reason).toEqualTypeOf<unknown>();
  }
  expectTypeOf(new ProcessPoolExecutor({ maxTasksPerChild: 1 })).toExtend<ProcessPoolExecutor>();
}
