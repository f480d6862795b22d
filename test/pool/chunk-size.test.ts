import assert from "node:assert/strict";
import { test } from "node:test";
import { chunkSizeFor } from "#internal/pool/chunk-size.js";

test("items of which nothing is known go one by one, unless there are many for each worker", () => {
  assert.equal(chunkSizeFor(1, 2, undefined), 1);
  assert.equal(chunkSizeFor(100, 2, undefined), 1);
  assert.equal(chunkSizeFor(6400, 2, undefined), 100);
});

test("cheap items are glued together, up to four chunks for each worker", () => {
  assert.equal(chunkSizeFor(100_000, 2, 0.00005), 12_500);
  assert.equal(chunkSizeFor(10, 4, 0), 1);
  assert.equal(chunkSizeFor(1000, 4, 0), 63);
});

test("long items are not glued together", () => {
  assert.equal(chunkSizeFor(1000, 2, 60), 1);
  assert.equal(chunkSizeFor(1_000_000, 2, 1000), 1);
  assert.equal(chunkSizeFor(100, 2, 5), 1);
});

test("in between, a chunk is worth its own cost and yet small enough to share the work out", () => {
  assert.equal(chunkSizeFor(1000, 2, 0.1), 20);
  assert.equal(chunkSizeFor(64_000, 2, 0.01), 1000);
  assert.equal(chunkSizeFor(10_000_000, 2, 0.001), 50_000);
});
