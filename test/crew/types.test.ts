import assert from "node:assert/strict";
import { test } from "node:test";
import { Callable } from "#internal/crew/callable.js";
import { Crew } from "#internal/crew/crew.js";
import { currentSignal, setCurrentSignal } from "#internal/crew/current-signal.js";
import { policyOf } from "#internal/crew/policy.js";
import { type EachResult, Task } from "#internal/crew/task.js";

class Counted extends Task {
  values: unknown[] = [];
  succeed(value: unknown): void {
    this.values = (value as EachResult).values;
  }
  fail(): void {}
}

test("a task has the name of its function", () => {
  const task = new Counted(new Callable("double", 1), "call", [2]);
  const { policy } = policyOf<Counted>();
  policy.push(task);
  assert.equal(policy.pop()?.name, "double");
});

test("outside a task the current signal never aborts", () => {
  setCurrentSignal(null);
  assert.equal(currentSignal().aborted, false);
  assert.equal(typeof Crew, "function");
});
