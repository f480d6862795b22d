/** effect's fibers, its queue and its semaphore. */
import { importRival } from "../rival-package.js";

interface Program<A> {
  [Symbol.iterator](): Iterator<unknown, A, unknown>;
}

/** What is used of the package. */
interface Package {
  Effect: {
    succeed<A>(value: A): Program<A>;
    yieldNow: Program<void>;
    as<A>(program: Program<unknown>, value: A): Program<A>;
    forkChild<A>(program: Program<A>): Program<unknown>;
    all(programs: Iterable<Program<unknown>>): Program<unknown[]>;
    gen(body: () => Generator<unknown, unknown, unknown>): Program<unknown>;
    runPromise(program: Program<unknown>): Promise<unknown>;
  };
  Semaphore: { make(permits: number): Program<unknown> };
  Fiber: { joinAll(fibers: unknown): Program<unknown[]> };
  Queue: {
    unbounded(): Program<unknown>;
    bounded(size: number): Program<unknown>;
    offer(queue: unknown, item: unknown): Program<unknown>;
    take(queue: unknown): Program<unknown>;
  };
}

interface Semaphore {
  take(permits: number): Program<unknown>;
  release(permits: number): Program<unknown>;
}

const TASKS = 100_000;
const PAIRS = 200_000;
const HANDOVERS = 100_000;
const load = (): Promise<Package> => importRival<Package>("effect");

async function crowd(make: (effect: Package) => Program<unknown>, effort: number): Promise<number> {
  const effect = await load();
  const { Effect, Fiber } = effect;
  const body = make(effect);
  const program = Effect.gen(function* () {
    const forks = Array.from({ length: TASKS * effort }, () => Effect.forkChild(body));
    return yield* Fiber.joinAll(yield* Effect.all(forks));
  });
  await Effect.runPromise(program);
  const start = performance.now();
  await Effect.runPromise(program);
  return performance.now() - start;
}

export const createAndGather = (effort: number): Promise<number> =>
  crowd(({ Effect }) => Effect.succeed(1), effort);

export const createTurnAndGather = (effort: number): Promise<number> =>
  crowd(({ Effect }) => Effect.as(Effect.yieldNow, 1), effort);

/** Microseconds of one pass of `body`, which makes `count` of them. */
async function timed(
  count: number,
  body: (effect: Package) => () => Generator<unknown, unknown, unknown>,
): Promise<number> {
  const effect = await load();
  const program = effect.Effect.gen(body(effect));
  await effect.Effect.runPromise(program);
  const start = performance.now();
  await effect.Effect.runPromise(program);
  return ((performance.now() - start) * 1000) / count;
}

export const queuePair = (effort: number): Promise<number> =>
  timed(
    PAIRS * effort,
    ({ Queue }) =>
      function* () {
        const queue = yield* Queue.unbounded();
        for (let item = 0; item < PAIRS * effort; item++) {
          yield* Queue.offer(queue, item);
          yield* Queue.take(queue);
        }
        return null;
      },
  );

export const queueHandover = (effort: number): Promise<number> =>
  timed(
    HANDOVERS * effort,
    ({ Effect, Queue }) =>
      function* () {
        const queue = yield* Queue.bounded(1);
        const produce = Effect.gen(function* () {
          for (let item = 0; item < HANDOVERS * effort; item++) yield* Queue.offer(queue, item);
          return null;
        });
        yield* Effect.forkChild(produce);
        for (let item = 0; item < HANDOVERS * effort; item++) yield* Queue.take(queue);
        return null;
      },
  );

export const lockPair = (effort: number): Promise<number> =>
  timed(
    PAIRS * effort,
    ({ Semaphore }) =>
      function* () {
        const lock = (yield* Semaphore.make(1)) as Semaphore;
        for (let pair = 0; pair < PAIRS * effort; pair++) {
          yield* lock.take(1);
          yield* lock.release(1);
        }
        return null;
      },
  );
