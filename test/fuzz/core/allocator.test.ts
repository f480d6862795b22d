/** Random programs of several members against a plain model: who has a block, what is in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Arena, type ArenaParts } from "#internal/core/arena.js";
import { type Handle, HEADER_WORDS, checkHandle, passTo, stampOf } from "#internal/core/blocks.js";
import { FIRST_SUPERBLOCK, NOBODY, SUPERBLOCK_BYTES } from "#internal/core/layout.js";
import { Member } from "#internal/core/member.js";
import { settle } from "#internal/core/settle.js";
import { claimSlot, goLive } from "#internal/core/slots.js";
import { eachBlock, ownerOf, shapeOf } from "#internal/core/superblocks.js";
import { ClosedError, ResourceLimitError, StateError } from "manyhands/errors";

const SUPERBLOCKS = 24;
const MEMBERS = 4;
const LAST = FIRST_SUPERBLOCK + SUPERBLOCKS;

type Step =
  | { readonly do: "allocate"; readonly who: number; readonly bytes: number }
  | { readonly do: "share" | "free"; readonly who: number; readonly which: number }
  | { readonly do: "leave" | "die"; readonly who: number };

interface Block {
  readonly handle: Handle;
  readonly words: number;
  readonly mark: number;
  /** The member that has it; NOBODY when it is shared. */
  holder: number;
}

const parts = (): ArenaParts => ({
  sleeper: { sleep: () => {}, wake: () => {} },
  life: { isAlive: () => true },
  bells: {
    ring: () => {},
    forgetDead: () => {},
    listen: () => ({
      descriptor: null,
      quiet: () => {},
      arm: () => {},
      hold: () => {},
      familyGrew: () => {},
      stop: () => {},
    }),
  },
});

class World {
  readonly #arena: Arena;
  readonly #members: Member[];
  readonly #settler: Member;
  #blocks: Block[] = [];
  readonly #freed: Handle[] = [];
  #marks = 0;

  constructor() {
    const buffer = new SharedArrayBuffer(LAST * SUPERBLOCK_BYTES);
    this.#arena = new Arena(buffer, "thread", parts);
    this.#arena.format();
    this.#settler = this.#join();
    this.#members = Array.from({ length: MEMBERS }, () => this.#join());
  }

  #join(): Member {
    const info = { pid: 1, tid: 1, threadId: 0, started: 0, name: "" };
    const id = claimSlot(this.#arena, info);
    goLive(this.#arena, id);
    return new Member(this.#arena, id);
  }

  take(step: Step): void {
    const member = this.#members[step.who]!;
    if (step.do === "allocate") return this.#allocate(member, step.bytes);
    if (!("which" in step)) return this.#end(step.who, step.do);
    const block = this.#blocks[step.which % (this.#blocks.length || 1)];
    if (block === undefined) return;
    if (step.do === "free") return this.#free(member, block);
    if (block.holder !== member.id) return;
    passTo(this.#arena, block.handle.block, NOBODY);
    block.holder = NOBODY;
  }

  #allocate(member: Member, bytes: number): void {
    let block: number;
    try {
      block = member.allocator.allocate(bytes, 0);
    } catch (error) {
      assert.ok(error instanceof ResourceLimitError, String(error));
      const needed = Math.ceil((bytes + HEADER_WORDS * 4) / SUPERBLOCK_BYTES);
      assert.ok(this.#longestGap() < needed, `full, though ${needed} superblocks are free`);
      return;
    }
    const words = Math.ceil(bytes / 4);
    const mark = ++this.#marks;
    this.#arena.words.fill(mark, block, block + words);
    const handle = { block, stamp: stampOf(this.#arena, block) };
    this.#blocks.push({ handle, words, mark, holder: member.id });
  }

  /** The most superblocks in a row that belong to nobody. */
  #longestGap(): number {
    let longest = 0;
    let gap = 0;
    for (let superblock = FIRST_SUPERBLOCK; superblock < LAST; superblock++) {
      gap = ownerOf(this.#arena, superblock) === 0 ? gap + 1 : 0;
      longest = Math.max(longest, gap);
    }
    return longest;
  }

  #free(member: Member, block: Block): void {
    const { handle, holder } = block;
    this.#checkContent(block);
    if (holder === NOBODY) {
      assert.equal(member.allocator.freeFrom(NOBODY, handle), true);
    } else if (holder === member.id) {
      member.allocator.free(handle.block, handle.stamp);
    } else {
      return assert.throws(() => member.allocator.free(handle.block, handle.stamp), StateError);
    }
    this.#forget(block);
  }

  #forget(block: Block): void {
    this.#freed.push(block.handle);
    this.#blocks = this.#blocks.filter((other) => other !== block);
  }

  /** A member that ends takes its own blocks along; another takes its place. */
  #end(who: number, how: "die" | "leave"): void {
    const { id, allocator } = this.#members[who]!;
    if (how === "leave") allocator.disown();
    settle(this.#settler, id);
    for (const block of this.#blocks) if (block.holder === id) this.#forget(block);
    this.#members[who] = this.#join();
  }

  #checkContent({ handle, words, mark }: Block): void {
    const content = this.#arena.words.subarray(handle.block, handle.block + words);
    assert.ok(
      content.every((word) => word === mark),
      "somebody else wrote into a block",
    );
  }

  check(): void {
    const found = new Set<number>();
    eachBlock(this.#arena, (block) => found.add(block));
    assert.deepEqual(found, new Set(this.#blocks.map(({ handle }) => handle.block)));
    for (const block of this.#blocks) {
      this.#checkContent(block);
      checkHandle(this.#arena, block.handle, "block");
    }
    for (const handle of this.#freed.slice(-20)) {
      assert.throws(() => checkHandle(this.#arena, handle, "block"), ClosedError);
    }
  }

  /** Frees everything: then all superblocks must be free, and one block can take them all. */
  end(): void {
    for (const block of this.#blocks) {
      if (block.holder === NOBODY) this.#settler.allocator.freeFrom(NOBODY, block.handle);
    }
    for (const { id } of this.#members) settle(this.#settler, id);
    for (let superblock = FIRST_SUPERBLOCK; superblock < LAST; superblock++) {
      assert.equal(ownerOf(this.#arena, superblock), 0);
      assert.equal(shapeOf(this.#arena, superblock), 0);
    }
    const all = SUPERBLOCKS * SUPERBLOCK_BYTES - 64;
    this.#settler.allocator.free(this.#settler.allocator.allocate(all, 0));
  }
}

const who = fc.nat(MEMBERS - 1);
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3_000) },
  { weight: 2, arbitrary: fc.nat(70_000) },
  { weight: 1, arbitrary: fc.nat(SUPERBLOCKS * SUPERBLOCK_BYTES) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant("allocate" as const), who, bytes }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("share" as const), who, which: fc.nat() }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant("free" as const), who, which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("leave" as const, "die" as const), who }),
  },
);

test("blocks never overlap, old handles are known, and all that is freed can be used again", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const world = new World();
      for (const [index, each] of steps.entries()) {
        world.take(each);
        if (index % 10 === 0) world.check();
      }
      world.check();
      world.end();
    }),
    { numRuns: 100 },
  );
});

test("old handles are known after the memory was given back and reads as zeros again", () => {
  const buffer = new SharedArrayBuffer((FIRST_SUPERBLOCK + 2) * SUPERBLOCK_BYTES);
  const arena = new Arena(buffer, "thread", parts);
  arena.format();
  const info = { pid: 1, tid: 1, threadId: 0, started: 0, name: "" };
  const members = [1, 2].map(() => {
    const id = claimSlot(arena, info);
    goLive(arena, id);
    return new Member(arena, id);
  });
  const handles: Handle[] = [];
  for (let life = 0; life < 50; life++) {
    const { allocator } = members[life % 2]!;
    const block = allocator.allocate(100, 0);
    handles.push({ block, stamp: stampOf(arena, block) });
    allocator.free(block);
    allocator.disown();
    arena.words.fill(0, FIRST_SUPERBLOCK * (SUPERBLOCK_BYTES / 4));
  }
  const { allocator } = members[0]!;
  const block = allocator.allocate(100, 0);
  assert.equal(new Set(handles.map((handle) => handle.block)).size, 1);
  for (const handle of handles) {
    assert.equal(handle.block, block);
    assert.throws(() => checkHandle(arena, handle, "block"), ClosedError);
  }
});
