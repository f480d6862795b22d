/** Runs a random program in a world. */
import assert from "node:assert/strict";
import { setImmediate as plainTurn } from "node:timers/promises";
import {
  asCompleted,
  cancellable,
  checkpoint,
  createTask,
  currentTask,
  gather,
  holdAll,
  shield,
  sleep,
  TaskGroup,
  timeout,
  wait,
  waitFor,
  type Task,
} from "manyhands/asyncio";
import {
  BrokenBarrierError,
  CancelledError,
  QueueEmpty,
  QueueFull,
  TimeoutError,
} from "manyhands/errors";
import type { Step } from "./program.js";
import type { World } from "./world.js";

export class Planned extends Error {}

interface Around {
  readonly world: World;
  readonly group: TaskGroup | undefined;
}

type Of<K extends Step["do"]> = Extract<Step, { do: K }>;

export async function perform(step: Step, around: Around): Promise<void> {
  if ("parts" in step) return performParts(step, around);
  if ("body" in step) return performBody(step, around);
  const { world } = around;
  switch (step.do) {
    case "turn":
      return world.during("checkpoint", () => checkpoint());
    case "plain":
      return plainTurn();
    case "throw":
      throw new Planned("as planned");
    case "notify":
      return notify(world);
    case "cancel-group":
      return around.group?.cancel();
    case "sleep":
      return world.during("sleep", () => sleep(step.ms));
    case "cancel":
      if (world.tasks.length > 0) world.cancel(world.tasks[step.which % world.tasks.length]!);
      return;
    case "put":
    case "get":
    case "shared-put":
    case "shared-get":
      return useQueue(step, world);
    case "cancellable":
      return world.during("cancellable", () => cancellable(plainTurns(step.ms)));
    case "barrier":
      return meet(step, world);
  }
}

async function notify({ condition }: World): Promise<void> {
  if (!condition.tryAcquire()) return;
  condition.notify();
  condition.release();
}

async function useQueue(
  { do: what, ms }: Of<"put" | "get" | "shared-put" | "shared-get">,
  world: World,
): Promise<void> {
  const queue = what.startsWith("shared-") ? world.sharedQueue : world.queue;
  try {
    if (what.endsWith("get")) {
      world.got.add(await world.during(what, () => queue.get({ timeoutMs: ms })));
      return;
    }
    const item = world.nextItem();
    await world.during(what, () => queue.put(item, { timeoutMs: ms }));
    world.put.add(item);
  } catch (error) {
    if (!(error instanceof QueueEmpty || error instanceof QueueFull)) throw error;
  }
}

async function meet({ ms }: Of<"barrier">, world: World): Promise<void> {
  try {
    await world.during("barrier", () => world.barrier.wait({ timeoutMs: ms }));
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
    world.barrier.reset();
  }
}

type WithBody = Extract<Step, { body: Step }>;

async function performBody(step: WithBody, around: Around): Promise<void> {
  const { world } = around;
  const body = (): Promise<void> => perform(step.body, around);
  const started = (): Promise<void> => perform(step.body, { world, group: undefined });
  switch (step.do) {
    case "lock":
    case "semaphore": {
      const kind = step.do;
      const guard = await world.during(kind, () => world[kind].hold());
      try {
        return await world.within(kind, body);
      } finally {
        guard.release();
      }
    }
    case "shared-lock": {
      const guard = await world.during("shared lock", () => world.sharedLock.hold());
      try {
        return await world.within("sharedLock", body);
      } finally {
        guard.release();
      }
    }
    case "both": {
      const guard = await world.during("holdAll", () => holdAll([world.other, world.semaphore]));
      try {
        return await world.within("semaphore", body);
      } finally {
        guard.release();
      }
    }
    case "condition":
      await world.during("acquire", () => world.condition.acquire());
      try {
        await world.during("condition", () => world.condition.wait({ timeoutMs: 2 }));
        return await body();
      } finally {
        world.condition.release();
      }
    case "clean-up":
      try {
        return await body();
      } finally {
        await world.during("clean-up", () => sleep(0));
      }
    case "swallow":
      return swallowing(body);
    case "await":
      // The task may end before it can be told: then the next await is.
      return world.around(() => start(world, started));
    case "task":
      return void start(world, started);
    case "shield":
      return world.during("shield", () => shield(start(world, started)));
    case "timeout":
    case "wait-for":
    case "reschedule":
      return limited(step, body, around);
  }
}

/** Somebody else's promise. */
async function plainTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await plainTurn();
}

/** Catches a cancellation on purpose, as code that goes on does. */
async function swallowing(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    currentTask()?.uncancel();
  }
}

function start(world: World, body: () => Promise<void>): Task<void> {
  const task = createTask(body);
  world.tasks.push(task as Task<unknown>);
  task.addDoneCallback(() => {}); // a planned failure is not to be reported
  return task;
}

/** Only its own time may turn into a TimeoutError. */
async function limited(
  step: Of<"timeout" | "wait-for" | "reschedule">,
  body: () => Promise<void>,
  { world }: Around,
): Promise<void> {
  const asked = world.asked(currentTask());
  const { times } = asked;
  const started = performance.now();
  try {
    if (step.do === "wait-for") await world.around(() => waitFor(body, step.ms));
    else
      await timeout(step.do === "timeout" ? step.ms : null, async (scope) => {
        if (step.do === "reschedule") scope.reschedule(step.ms);
        await body();
      });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    assert.ok(performance.now() - started >= step.ms - 2, "a TimeoutError before its time");
    // One that came when the time was over already is still to be told.
    const lost = asked.times > times && !asked.untold;
    assert.ok(!lost, "a cancellation from outside became a TimeoutError");
  }
}

type WithParts = Extract<Step, { parts: readonly Step[] }>;

async function performParts(step: WithParts, around: Around): Promise<void> {
  const { world } = around;
  const bodies = step.parts.map((part) => () => perform(part, { world, group: undefined }));
  switch (step.do) {
    case "seq":
      for (const part of step.parts) await perform(part, around);
      return;
    case "gather":
      await world.during("gather", () => gather(bodies.map((body) => start(world, body))));
      return;
    case "completed":
      return world.around(async () => {
        for await (const done of asCompleted(bodies.map((body) => start(world, body)))) void done;
      });
    case "wait":
      await world.during("wait", () => wait(bodies.map((body) => start(world, body))));
      return;
    case "group":
      return world.around(() => TaskGroup.run((group) => fill(group, step.parts, world)));
  }
}

async function fill(group: TaskGroup, parts: readonly Step[], world: World): Promise<void> {
  for (const part of parts) {
    const task = group.createTask(() => perform(part, { world, group }));
    world.tasks.push(task as Task<unknown>);
  }
  await perform(parts[0]!, { world, group });
}
