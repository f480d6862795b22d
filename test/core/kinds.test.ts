import assert from "node:assert/strict";
import { test } from "node:test";
import { OBJECT_AT } from "#internal/core/blocks.js";
import { createFileBlock } from "#internal/core/file-block.js";
import { KIND_FILE, KIND_ROOM, registerKind } from "#internal/core/kinds.js";
import { threadMember } from "#internal/core/thread-arena.js";

test("a number stands for one kind", () => {
  assert.ok(createFileBlock, "its module says what becomes of such blocks");
  for (const kind of [KIND_FILE, KIND_ROOM]) {
    assert.throws(() => registerKind(kind, { name: "another", shared: true }), /is both .*another/);
  }
});

test("what is in a room means nothing to who frees it", () => {
  const member = threadMember();
  const words = 200;
  const room = member.create(KIND_ROOM, words);
  const at = room.block + OBJECT_AT;
  member.arena.words.fill(0x7fff_ffff, at, at + words);
  member.letGo(room);
});
