import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import {
  chmodSync,
  existsSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { test } from "node:test";
import { AlreadyExistsError, ClosedError, NotFoundError, PicklingError } from "manyhands/errors";
import { Queue, ShareableList, SharedMemory, Value } from "manyhands/multiprocessing";
import { processes } from "../contracts/backend.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runSource } from "../support/run-program.js";
import { until } from "../workers/until.js";
import { collectAtTheEnd } from "./collect.js";

const limit = { timeout: 60_000 };
collectAtTheEnd();
await expectNoLeftovers({ warmUp: () => void new Value("i") });

const fileOf = (name: string): string => `/dev/shm/manyhands-${process.getuid!()}-${name}`;
const unique = (name: string): string => `test:${process.pid}:${name}`;

test("memory has the size it was made with, all zeros, and is a private file", limit, () => {
  for (const size of [1, 1_000, 65_536]) {
    const memory = SharedMemory.create({ size });
    assert.equal(memory.size, size);
    assert.equal(memory.buffer.byteLength, size);
    assert.deepEqual(memory.view(Uint8Array), new Uint8Array(size));
    assert.equal(statSync(fileOf(memory.name)).mode & 0o777, 0o600);
    assert.match(String(memory), new RegExp(`^SharedMemory "${memory.name}" \\(${size} bytes\\)$`));
    memory.close();
    memory.unlink();
    assert.equal(existsSync(fileOf(memory.name)), false);
  }
});

test("memory is found by its name as long as it has it", limit, () => {
  const name = unique("found");
  const memory = SharedMemory.create({ size: 100, name });
  assert.throws(() => SharedMemory.create({ size: 100, name }), AlreadyExistsError);
  const other = SharedMemory.attach(name);
  assert.deepEqual([other.size, other.name], [100, name]);
  other.view(Float64Array)[0] = 0.5;
  assert.equal(memory.view(Float64Array)[0], 0.5);
  memory.unlink();
  assert.throws(() => other.unlink(), NotFoundError);
  assert.throws(() => memory.unlink(), NotFoundError);
  assert.throws(() => SharedMemory.attach(name), NotFoundError);
  assert.equal(other.view(Float64Array)[0], 0.5);
  other.close();
  memory.close();
});

test("closing ends the use of one object only, and leaves its views alone", limit, () => {
  const memory = SharedMemory.create({ size: 8 });
  const other = SharedMemory.attach(memory.name);
  const view = memory.view(Uint8Array);
  memory.close();
  memory.close();
  assert.equal(memory.closed, true);
  assert.throws(() => memory.buffer, ClosedError);
  assert.match(String(memory), /closed/);
  view[0] = 3;
  assert.equal(other.view(Uint8Array)[0], 3);
  other.close();
  // Its maker still stands for it.
  const again = SharedMemory.attach(memory.name);
  assert.equal(again.view(Uint8Array)[0], 3);
  again.close();
  again.unlink();
});

test("bad sizes and names are refused at the call", limit, () => {
  for (const size of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => SharedMemory.create({ size }), RangeError);
  }
  for (const name of ["", "a/b", "a\0b", "x".repeat(201)]) {
    assert.throws(() => SharedMemory.create({ size: 1, name }), RangeError);
    assert.throws(() => SharedMemory.attach(name), RangeError);
  }
  assert.throws(() => SharedMemory.create(undefined as never), TypeError);
  assert.throws(() => SharedMemory.create({ size: "1" as never }), TypeError);
  assert.throws(() => SharedMemory.attach(1 as never), TypeError);
  assert.throws(() => SharedMemory.attach(unique("never")), NotFoundError);
});

test("a link, or a file that others may open, is no shared memory", limit, () => {
  const name = unique("link");
  const target = fileOf(unique("target"));
  // Under its name only when others may open it: until then it would be memory that nobody uses,
  // which any program may remove.
  const draft = `/dev/shm/draft-${process.pid}`;
  writeFileSync(draft, "secret");
  chmodSync(draft, 0o644);
  renameSync(draft, target);
  symlinkSync(target, fileOf(name));
  try {
    assert.throws(() => SharedMemory.attach(name), NotFoundError);
    assert.throws(() => SharedMemory.create({ size: 1, name }), AlreadyExistsError);
    assert.throws(() => SharedMemory.attach(unique("target")), NotFoundError);
    assert.equal(existsSync(target), true);
  } finally {
    unlinkSync(fileOf(name));
    unlinkSync(target);
  }
});

test("a program of another family attaches by name", limit, async () => {
  const memory = SharedMemory.create({ size: 16 });
  const { stdout, code } = await runSource(
    `import { SharedMemory } from "manyhands/multiprocessing";
     const memory = SharedMemory.attach(process.argv[2]);
     const view = memory.view(Int32Array);
     console.log(view[0]);
     view[1] = 22;`,
    { args: [memory.name] },
  );
  assert.deepEqual([stdout, code], ["0\n", 0]);
  assert.equal(memory.view(Int32Array)[1], 22);
  assert.equal(existsSync(fileOf(memory.name)), true);
  memory.unlink();
});

test("a program that ends leaves no memory that nobody uses", limit, async () => {
  const { stdout } = await runSource(
    `import { SharedMemory } from "manyhands/multiprocessing";
     console.log(SharedMemory.create({ size: 16 }).name);`,
  );
  assert.equal(existsSync(fileOf(stdout.trim())), false);
});

test(
  "memory whose users were all killed is removed by the next who makes some",
  limit,
  async () => {
    const child = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { SharedMemory } from "manyhands/multiprocessing";
       console.log(SharedMemory.create({ size: 16 }).name);
       setInterval(() => {}, 1000);`,
      ],
      { cwd: packageRoot, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    const name = String(output).trim();
    const attached = SharedMemory.attach(name);
    child.kill("SIGKILL");
    await once(child, "exit");
    SharedMemory.create({ size: 1 }).unlink();
    assert.equal(existsSync(fileOf(name)), true, "somebody still uses it");
    attached.close();
    // Another program that looks at it at the same moment lets it be for now.
    await until(() => {
      SharedMemory.create({ size: 1 }).unlink();
      return !existsSync(fileOf(name));
    }, "the end of the memory");
  },
);

test("what was left by the dead has no name any more, however many there are", limit, async () => {
  const others = Array.from({ length: 100 }, () => SharedMemory.create({ size: 1 }));
  const killed = `import { SharedMemory } from "manyhands/multiprocessing";
    SharedMemory.create({ size: 16, name: process.argv[2] });
    process.kill(process.pid, "SIGKILL");`;
  const names = ["attached", "made"].map((what) => `${what}-${process.pid}`);
  for (const name of names) await runSource(killed, { args: [name] });
  assert.throws(() => SharedMemory.attach(names[0]!), NotFoundError);
  SharedMemory.create({ size: 8, name: names[1]! }).unlink();
  for (const memory of others) memory.unlink();
});

test("making memory does not look at each that there is", limit, () => {
  const others = Array.from({ length: 400 }, () => SharedMemory.create({ size: 1 }));
  const { openSync } = fs;
  let opened = 0;
  fs.openSync = (...args) => {
    opened++;
    return openSync(...args);
  };
  for (let count = 0; count < 50; count++) SharedMemory.create({ size: 1 }).unlink();
  fs.openSync = openSync;
  assert.ok(opened > 0 && opened < 50 * 100, `${opened} files were opened`);
  for (const memory of others) memory.unlink();
});

test("many who make and remove memory at once do not disturb each other", limit, async () => {
  const source = `import { SharedMemory } from "manyhands/multiprocessing";
    const names = Array.from({ length: 1000 }, () => {
      const memory = SharedMemory.create({ size: 8 });
      const other = SharedMemory.attach(memory.name);
      other.close();
      memory.unlink();
      return memory.name;
    });
    console.log(names.join());`;
  const ends = await Promise.all(Array.from({ length: 6 }, () => runSource(source)));
  for (const { code, stderr } of ends) assert.equal(code, 0, stderr);
  const made = ends.flatMap(({ stdout }) => stdout.trim().split(","));
  assert.equal(new Set(made).size, 6000);
  assert.deepEqual(
    made.filter((name) => existsSync(fileOf(name))),
    [],
  );
});

test("memory and lists cross by their name", limit, async () => {
  const queue = new Queue();
  const memory = SharedMemory.create({ size: 8 });
  const list = new ShareableList([1, "two"]);
  await queue.put([memory, list]);
  const [same, sameList] = (await queue.get()) as [SharedMemory, ShareableList];
  assert.equal(same, memory);
  assert.deepEqual([...sameList], [1, "two"]);
  await queue.put([memory, list]);
  const party = processes.party();
  await party.do([queue], (from) => {
    const [there, listThere] = from.getSync() as [SharedMemory, ShareableList];
    there.view(Uint8Array)[0] = 5;
    listThere.set(1, "TWO");
  });
  assert.equal(memory.view(Uint8Array)[0], 5);
  assert.equal(list.at(1), "TWO");
  memory.close();
  await assert.rejects(queue.put(memory), PicklingError);
  memory.unlink();
  list.memory.unlink();
  await party.end();
});

test("what Python would take is refused with the way that it is done here", limit, () => {
  const Made = SharedMemory as unknown as new (...args: unknown[]) => SharedMemory;
  for (const args of [[], [{ name: "x", create: true, size: 5 }], ["x"]]) {
    assert.throws(() => new Made(...args), {
      name: "TypeError",
      message: /SharedMemory\.create\(.*SharedMemory\.attach\(/,
    });
  }
});

test("a view is of a class of typed arrays", limit, () => {
  using memory = SharedMemory.create({ size: 16 });
  for (const type of [null, undefined, 5, {}, () => 1, Map])
    assert.throws(
      () => memory.view(type as never),
      /^TypeError: a class of typed arrays is needed/,
    );
  assert.equal(memory.view(Uint32Array).length, 4);
  memory.unlink();
});
