import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { currentFlow, FlowStart, inFlow, inNewFlow, newFlow } from "#internal/core/flow.js";

test("code outside every scope is flow 0", () => {
  assert.equal(currentFlow(), 0);
});

test("a flow lasts over awaits and ends with its scope", async () => {
  const [before, after] = await inNewFlow(async () => {
    const first = currentFlow();
    await setImmediate();
    return [first, currentFlow()] as const;
  });
  assert.notEqual(before, 0);
  assert.equal(after, before);
  assert.equal(currentFlow(), 0);
});

test("chains started in the same tick are flows of their own", async () => {
  const flows = await Promise.all([1, 2, 3].map(() => inNewFlow(async () => currentFlow())));
  assert.equal(new Set(flows).size, 3);
});

test("a scope within a flow stays in it when asked to", () => {
  inNewFlow(() => {
    const outer = currentFlow();
    assert.equal(inFlow(currentFlow), outer);
    assert.notEqual(inNewFlow(currentFlow), outer);
  });
});

test("a flow begins later where it was made, and leaks into nobody's code", async () => {
  const storage = new AsyncLocalStorage<string>();
  const start = storage.run("maker", () => new FlowStart("TEST"));
  const scope = { flow: newFlow(), host: undefined };
  const seen: unknown[] = [];
  inNewFlow(() => {
    const outer = currentFlow();
    start.begin(scope, (name: string) => seen.push(name, currentFlow(), storage.getStore()), "in");
    assert.equal(currentFlow(), outer);
    assert.equal(storage.getStore(), undefined);
  });
  await setImmediate();
  assert.equal(currentFlow(), 0);
  assert.deepEqual(seen, ["in", scope.flow, "maker"]);
});
