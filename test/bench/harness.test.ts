import assert from "node:assert/strict";
import { test } from "node:test";
import { type Contender, median, runScenario, type Scenario } from "../../bench/harness.js";
import { figure, tableOf } from "../../bench/report.js";
import { importRival } from "../../bench/rival-package.js";
import { Unavailable } from "../../bench/unavailable.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const fake = (measure: string, ours = false): Contender => ({
  name: measure,
  module: "../test/fixtures/fake-contenders.js",
  measure,
  ours,
});
const scenario = (...contenders: Contender[]): Scenario => ({
  name: "numbers",
  unit: "µs",
  better: "lower",
  contenders,
});
const limit = { timeout: 60_000 };

test("the median of an even number of samples lies between the middle two", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 2, 4, 1]), 3);
});

test("every contender is measured in each round and compared with ours", limit, async () => {
  const { standings } = await runScenario(scenario(fake("one", true), fake("three")), 2, 1);
  assert.deepEqual(
    standings.map(({ name, samples, oursBetterBy }) => ({ name, samples, oursBetterBy })),
    [
      { name: "one", samples: [1, 1], oursBetterBy: 1 },
      { name: "three", samples: [3, 3], oursBetterBy: 3 },
    ],
  );
});

test("where more is better the ratio turns round", limit, async () => {
  const contenders = scenario(fake("one", true), fake("three"));
  const { standings } = await runScenario({ ...contenders, better: "higher" }, 1, 1);
  assert.equal(standings[1]!.oursBetterBy, 1 / 3);
});

test("a contender that cannot run is named with its reason", limit, async () => {
  const result = await runScenario(scenario(fake("absent"), fake("one")), 2, 1);
  assert.deepEqual(result.unavailable, { absent: "it is not installed" });
  assert.match(tableOf(result), /absent: not run, it is not installed/);
  assert.equal(result.standings[0]!.oursBetterBy, null);
});

test("a contender that fails ends the run", limit, async () => {
  await assert.rejects(runScenario(scenario(fake("broken")), 1, 1), /broken .*ended with 1/);
});

test("a rival that is not installed is unavailable", async () => {
  await assert.rejects(importRival("no-such-rival-at-all"), Unavailable);
});

test("figures are short", () => {
  assert.deepEqual([0.012345, 12.345, 1234567].map(figure), ["0.0123", "12.3", "1,234,567"]);
});
