/** Blocking for futures of several executors at once, of the same kind and of different kinds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenProcessPool, TimeoutError } from "manyhands/errors";
import {
  asCompletedSync,
  FIRST_COMPLETED,
  type Future,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  waitSync,
} from "manyhands/futures";
import { expectNoLeftovers } from "../support/leftovers.js";
import { wait } from "../pool/failing-tasks.js";
import { Gate } from "../pool/gate.js";
import { square } from "../pool/tasks.js";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 60_000 };

const kinds = {
  threads: () => new ThreadPoolExecutor({ maxWorkers: 1 }),
  processes: () => new ProcessPoolExecutor({ maxWorkers: 1 }),
};

type Both = [ThreadPoolExecutor, ThreadPoolExecutor];

async function withBoth(
  [one, two]: readonly (keyof typeof kinds)[],
  use: (executors: Both, gate: Gate) => void | Promise<void>,
): Promise<void> {
  const executors = [kinds[one!](), kinds[two!]()] as never as Both;
  const gate = new Gate();
  try {
    // Workers that are there already, so that none is still starting when its executor ends.
    for (const executor of executors) await executor.submit(() => {});
    await use(executors, gate);
  } finally {
    await gate[Symbol.asyncDispose]();
    for (const executor of executors) await executor.shutdown();
  }
}

/** Tasks that have begun and wait at the gate, one in each executor. */
async function held(gate: Gate, ...executors: ThreadPoolExecutor[]): Promise<Future<string>[]> {
  const port = await gate.port();
  const futures = executors.map((executor) => executor.submit(wait, port));
  await gate.arrived(executors.length);
  return futures;
}

const after = async (ms: number): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return ms;
};

/** The bells that a thread sleeps on live as long as the thread, from its first such sleep on. */
const warmUp = (): Promise<void> =>
  withBoth(["threads", "processes"], async (executors, gate) => {
    waitSync(await held(gate, ...executors), { timeoutMs: 1_000 });
  });

await expectNoLeftovers({ warmUp });

for (const pair of [
  ["threads", "threads"],
  ["processes", "processes"],
  ["threads", "processes"],
] as const) {
  test(`a wait for ${pair.join(" and ")} is ended by either, and by all`, LIMIT, () =>
    withBoth(pair, async ([one, two], gate) => {
      for (const [quick, slow] of [
        [one, two],
        [two, one],
      ] as const) {
        const futures = [...(await held(gate, slow)), quick.submit(square, 1)];
        const { done } = waitSync<Future<unknown>>(futures, { returnWhen: FIRST_COMPLETED });
        assert.deepEqual([...done], [futures[1]]);
        gate.open();
        assert.equal(waitSync<Future<unknown>>(futures).done.size, 2);
      }
      const futures = [...(await held(gate, one)), two.submit(square, 1)];
      const order: number[] = [];
      for (const { index } of asCompletedSync<Future<unknown>>(futures)) {
        order.push(index);
        gate.open();
      }
      assert.deepEqual(order, [1, 0]);
    }),
  );

  test(`a wait for ${pair.join(" and ")} is one sleep, and ends at its time`, LIMIT, () =>
    withBoth(pair, async (executors, gate) => {
      const futures = await held(gate, ...executors);
      waitSync(futures, { timeoutMs: 50 });
      const looked = process.resourceUsage().voluntaryContextSwitches;
      const { done } = waitSync(futures, { timeoutMs: 1_000 });
      const sleeps = process.resourceUsage().voluntaryContextSwitches - looked;
      assert.equal(done.size, 0);
      // One for each slice, and some of other threads; looking every few milliseconds takes 200.
      assert.ok(sleeps < 60, `${sleeps} sleeps`);
      gate.open();
      await Promise.all(futures);
    }),
  );
}

test("limits of single futures end while the thread blocks for others", LIMIT, () =>
  withBoth(["threads", "processes"], ([one, two]) => {
    const futures: Future<number>[] = [
      one.submit(after, 300),
      two.with({ timeoutMs: 30 }).submit(after, 10_000),
    ];
    assert.equal(waitSync(futures).done.size, 2);
    assert.throws(() => futures[1]!.resultSync(), TimeoutError);
  }),
);

test("the death of a worker ends a wait for several executors", LIMIT, () =>
  withBoth(["threads", "processes"], async ([one, two], gate) => {
    const [other] = (await held(gate, one)) as [Future<string>];
    const dying = two.submit(() => process.kill(process.pid, "SIGKILL"));
    const { done } = waitSync<Future<unknown>>([other, dying], { returnWhen: FIRST_COMPLETED });
    assert.deepEqual([...done], [dying]);
    assert.throws(() => dying.resultSync(), BrokenProcessPool);
    gate.open();
    assert.equal(other.resultSync(), "let go");
  }),
);

test("a wait for threads and processes works without shared memory", LIMIT, async () => {
  const program = await runSource(
    `import { ProcessPoolExecutor, ThreadPoolExecutor, waitSync } from "manyhands/futures";
    const kinds = [ThreadPoolExecutor, ProcessPoolExecutor, ProcessPoolExecutor];
    const executors = kinds.map((Kind) => new Kind());
    const twice = (n) => n * 2;
    const futures = executors.map((executor, index) => executor.submit(twice, index));
    const { done } = waitSync(futures, { timeoutMs: 20_000 });
    console.log(done.size, futures.map((future) => future.resultSync()).join());`,
    { env: { MANYHANDS_PLATFORM: "none" } },
  );
  assert.equal(program.stdout, "3 0,2,4\n", program.stderr);
  assert.equal(program.code, 0);
});
