import assert from "node:assert/strict";
import { test } from "node:test";
import { createFileBlock } from "#internal/core/file-block.js";
import { KIND_FILE, KIND_ROOM, registerKind } from "#internal/core/kinds.js";

test("a number stands for one kind", () => {
  assert.ok(createFileBlock, "its module says what becomes of such blocks");
  for (const kind of [KIND_FILE, KIND_ROOM]) {
    assert.throws(() => registerKind(kind, { name: "another", shared: true }), /is both .*another/);
  }
});
