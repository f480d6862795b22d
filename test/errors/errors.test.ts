import assert from "node:assert/strict";
import { test } from "node:test";
import * as errors from "manyhands/errors";

const classes = Object.values(errors);

test("every error has a stable code and its own name", () => {
  const codes = new Set<string>();
  for (const type of classes) {
    const { code, name } = type.prototype as { code: string; name: string };
    assert.match(code, /^MANYHANDS_[A-Z_]+$/);
    assert.equal(name, type.name);
    codes.add(code);
  }
  assert.equal(codes.size, classes.length, "two classes share a code");
});

test("every error is a ManyhandsError", () => {
  for (const type of classes) {
    assert.ok((type.prototype as object) instanceof errors.ManyhandsError, type.name);
  }
});

test("instanceof follows the hierarchy and not the neighbours", () => {
  const full = new errors.QueueFull("full");
  assert.ok(full instanceof errors.TimeoutError);
  assert.ok(!((full as Error) instanceof errors.QueueEmpty));
  const broken = new errors.BrokenProcessPool("gone", { pid: 7, exitCode: -9, signal: "SIGKILL" });
  assert.ok(broken instanceof errors.WorkerDiedError);
  assert.equal(broken.pid, 7);
  assert.equal(broken.task, null);
});

test("a user's subclass counts as its own kind only", () => {
  class Mine extends errors.TimeoutError {}
  assert.ok(new Mine("late") instanceof errors.TimeoutError);
  assert.ok(new Mine("late") instanceof Mine);
  assert.ok(!(new errors.TimeoutError("late") instanceof Mine));
});

test("a TimeoutExpired is a TimeoutError and a SubprocessError", () => {
  const expired = new errors.TimeoutExpired("late", ["sleep", "9"], 5);
  assert.ok((expired as Error) instanceof errors.TimeoutError);
  assert.ok(expired instanceof errors.SubprocessError);
});

test("a TaskGroupError is an AggregateError and a ManyhandsError", () => {
  const group = new errors.TaskGroupError([new Error("one")], "1 task failed");
  assert.ok(group instanceof AggregateError);
  assert.ok((group as Error) instanceof errors.ManyhandsError);
  assert.equal(group.errors.length, 1);
});

test("the modules have the errors that Python's modules have", async () => {
  const names = {
    asyncio: ["BrokenBarrierError", "CancelledError", "IncompleteReadError", "InvalidStateError"],
    futures: ["BrokenExecutorError", "CancelledError", "InvalidStateError", "TimeoutError"],
    multiprocessing: ["AuthenticationError", "BufferTooShortError", "TimeoutError"],
    queue: ["QueueEmpty", "QueueFull", "QueueShutDown"],
    subprocess: ["CalledProcessError", "SubprocessError", "TimeoutExpired"],
    threading: ["BrokenBarrierError"],
  };
  names.asyncio.push("LimitOverrunError", "QueueEmpty", "QueueFull", "QueueShutDown");
  for (const [module, errorNames] of Object.entries(names)) {
    const exported = (await import(`manyhands/${module}`)) as Record<string, unknown>;
    for (const name of errorNames)
      assert.equal(exported[name], (errors as Record<string, unknown>)[name], `${module}.${name}`);
  }
});
