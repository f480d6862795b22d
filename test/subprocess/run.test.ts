import assert from "node:assert/strict";
import {
  mkdtempSync,
  rmSync,
  writeFileSync,
  chmodSync,
  openSync,
  closeSync,
  readFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { CalledProcessError, NotFoundError, SubprocessError } from "manyhands/errors";
import { CompletedProcess, DEVNULL, PIPE, run, runSync, STDOUT } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };
const withoutNative = process.env["MANYHANDS_PLATFORM"] === "none" && "needs native code";
const native = { ...limit, skip: withoutNative };

/** A directory of the test's own. */
async function inFolder(body: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "manyhands-run-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("run captures stdout and stderr, as text or bytes", limit, async () => {
  const text = await run(["sh", "-c", "echo out; echo err >&2"], {
    captureOutput: true,
    text: true,
  });
  const typed: string = text.stdout + text.stderr;
  assert.equal(typed, "out\nerr\n");
  assert.equal(text.returnCode, 0);
  assert.ok(text instanceof CompletedProcess);
  const bytes = await run(["printf", "\\377\\000x"], { stdout: PIPE });
  const typedToo: Buffer = bytes.stdout;
  assert.deepEqual([...typedToo], [255, 0, 120]);
  assert.equal(bytes.stderr, null);
});

test("five megabytes go in and out through cat at once", limit, async () => {
  const input = Buffer.alloc(5 * 1024 * 1024, "0123456789abcdef\n");
  const { stdout } = await run(["cat"], { input, captureOutput: true });
  assert.ok(stdout.equals(input));
  const sync = runSync(["cat"], { input, captureOutput: true });
  assert.ok(sync.stdout.equals(input));
});

test("stderr: STDOUT keeps the order in which a program wrote", limit, async () => {
  const script = "for i in 1 2 3; do echo out$i; echo err$i >&2; done";
  const expected = "out1\nerr1\nout2\nerr2\nout3\nerr3\n";
  const options = { stdout: PIPE, stderr: STDOUT, text: true } as const;
  const { stdout, stderr } = await run(["sh", "-c", script], options);
  assert.equal(stdout, expected);
  assert.equal(stderr, null);
  assert.equal(runSync(["sh", "-c", script], options).stdout, expected);
  const named = await run(["sh", "-c", "echo $0 >&2"], { ...options, executable: "/bin/sh" });
  assert.equal(named.stdout, "sh\n");
});

test("a program's own name is what the command calls it", limit, async () => {
  const { stderr } = await run(["ls", "/nonexistent"], { captureOutput: true, text: true });
  assert.match(stderr, /^ls: /);
  const other = await run(["other", "-c", "echo $0"], {
    executable: "/bin/sh",
    captureOutput: true,
    text: true,
  });
  assert.equal(other.stdout, "other\n");
});

test("standard streams lead to files, to nothing and to each other", limit, async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "log");
    const fd = openSync(file, "w");
    try {
      await run(["sh", "-c", "echo a; echo b >&2"], { stdout: fd, stderr: STDOUT });
      runSync(["sh", "-c", "echo c; echo d >&2"], { stdout: { fd }, stderr: STDOUT });
    } finally {
      closeSync(fd);
    }
    assert.equal(readFileSync(file, "utf8"), "a\nb\nc\nd\n");
    const input = openSync(file, "r");
    try {
      assert.equal(
        (await run(["wc", "-l"], { stdin: input, stdout: PIPE, text: true })).stdout.trim(),
        "4",
      );
    } finally {
      closeSync(input);
    }
  });
  const silent = await run(["cat"], { stdin: DEVNULL, stdout: DEVNULL, stderr: STDOUT });
  assert.deepEqual([silent.returnCode, silent.stdout, silent.stderr], [0, null, null]);
});

test("a missing program is a NotFoundError that names it", limit, async () => {
  const missing = { name: "NotFoundError", message: /"no-such-program-here"/ };
  await assert.rejects(run(["no-such-program-here", "x"]), missing);
  assert.throws(() => runSync("no-such-program-here"), missing);
  await assert.rejects(run(["./no/such"]), /"\.\/no\/such"/);
  await assert.rejects(run([""]), NotFoundError);
  await assert.rejects(run(["ls"], { env: { PATH: "/nonexistent" } }), NotFoundError);
  await assert.rejects(run("ls /"), NotFoundError);
});

test("a bad working directory is a NotFoundError that names it", limit, async () => {
  await assert.rejects(run(["ls"], { cwd: "/no/such/place" }), {
    name: "NotFoundError",
    message: /\/no\/such\/place/,
  });
  assert.throws(() => runSync(["ls"], { cwd: "/etc/passwd" }), {
    name: "NotFoundError",
    message: /\/etc\/passwd/,
  });
});

test("files that cannot be run say why", limit, async () => {
  await inFolder(async (folder) => {
    const script = join(folder, "script");
    writeFileSync(script, "#!/no/such/interpreter\n");
    await assert.rejects(run([script]), { name: "SubprocessError", message: /not executable/ });
    chmodSync(script, 0o755);
    const interpreter = { name: "NotFoundError", message: /\/no\/such\/interpreter/ };
    await assert.rejects(run([script]), interpreter);
    assert.throws(() => runSync([script]), interpreter);
    await assert.rejects(run([folder]), NotFoundError);
  });
});

test("a relative program is found from the directory to run in", limit, async () => {
  await inFolder(async (folder) => {
    const script = join(folder, "here");
    writeFileSync(script, "#!/bin/sh\npwd\n");
    chmodSync(script, 0o755);
    const inside = { cwd: folder, captureOutput: true, text: true } as const;
    assert.equal((await run(["./here"], inside)).stdout.trim(), folder);
    const byUrl = { ...inside, cwd: pathToFileURL(folder), env: { PATH: ".:/bin:/usr/bin" } };
    assert.equal((await run(["here"], byUrl)).stdout.trim(), folder);
    assert.equal(runSync(["here"], byUrl).stdout.trim(), folder);
  });
});

test("env is the whole environment; bad variables are named", limit, async () => {
  const env = { A: "1", B: undefined };
  const { stdout } = await run(["env"], { env, captureOutput: true, text: true });
  assert.equal(stdout.replace(/^NODE_V8_COVERAGE.*\n/m, ""), "A=1\n");
  await assert.rejects(run(["env"], { env: { "A=B": "1" } }), {
    name: "RangeError",
    message: /"A=B"/,
  });
  await assert.rejects(run(["env"], { env: { A: "x\0y" } }), { name: "RangeError", message: /A/ });
  await assert.rejects(run(["env"], { env: { A: 5 as never } }), {
    name: "TypeError",
    message: /A/,
  });
});

test("an env that holds its variables in another way is refused", limit, async () => {
  for (const env of [new Map([["A", "1"]]), ["A=1"], new Set(["A"]), new Date(), null, "A=1"]) {
    const options = { env } as never;
    await assert.rejects(run(["env"], options), { name: "TypeError", message: /^env must be/ });
    assert.throws(() => runSync(["env"], options), { name: "TypeError" });
  }
  const env = Object.assign(Object.create(null) as Record<string, string>, { A: "1" });
  assert.equal(
    (await run(["printenv", "A"], { env, captureOutput: true, text: true })).stdout,
    "1\n",
  );
});

test("shell runs a line; of a list, the first is the script", limit, async () => {
  const options = { shell: true, captureOutput: true, text: true } as const;
  assert.equal((await run("echo $((6 * 7)) | cat", options)).stdout, "42\n");
  assert.equal((await run(["echo $0-$1", "zero", "one"], options)).stdout, "zero-one\n");
  assert.equal(runSync("exit 3", options).returnCode, 3);
  assert.equal((await run("no-such-program-here", options)).returnCode, 127);
});

test("bad arguments and options are refused at the call", limit, async () => {
  const cases: [unknown, object | undefined, typeof TypeError][] = [
    [[], undefined, RangeError],
    [["ls", "a\0b"], undefined, RangeError],
    [["ls", 5], undefined, TypeError],
    [5, undefined, TypeError],
    [["ls"], { stdin: STDOUT }, RangeError],
    [["ls"], { stdout: STDOUT }, RangeError],
    [["ls"], { stdout: "file" }, TypeError],
    [["ls"], { stdout: -4 }, RangeError],
    [["ls"], { captureOutput: true, stdout: PIPE }, RangeError],
    [["ls"], { captureOutput: true, stderr: DEVNULL }, RangeError],
    [["ls"], { input: "x", stdin: DEVNULL }, RangeError],
    [["ls"], { input: "x", stdin: PIPE }, RangeError],
    [["ls"], { stdin: {} }, TypeError],
    [["ls"], { stdout: [] }, TypeError],
    [["ls"], { input: 5 }, TypeError],
    [["ls"], { encoding: "no-such-encoding" }, RangeError],
    [["ls"], { timeoutMs: -1 }, RangeError],
    [["ls"], { timeoutMs: NaN }, RangeError],
    [["ls"], { timeoutMs: "1" }, TypeError],
    [["ls"], { graceMs: -1 }, RangeError],
    [["ls"], { signal: {} }, TypeError],
    [["ls"], { cwd: 5 }, TypeError],
    [["ls"], { executable: "" }, TypeError],
    [["ls"], 5 as never, TypeError],
  ];
  for (const [command, options, type] of cases) {
    await assert.rejects(run(command as string, options), type, JSON.stringify([command, options]));
  }
  assert.throws(() => runSync(["ls"], { signal: AbortSignal.abort() } as never), TypeError);
});

test("text mode translates line ends and knows encodings", limit, async () => {
  const endings = ["printf", "a\\r\\nb\\rc\\n\\r"];
  assert.equal((await run(endings, { captureOutput: true, text: true })).stdout, "a\nb\nc\n\n");
  const latin = await run(["printf", "\\351"], { captureOutput: true, encoding: "latin1" });
  assert.equal(latin.stdout, "é");
  const gbk = await run(["printf", "\\326\\320"], { captureOutput: true, encoding: "gbk" });
  assert.equal(gbk.stdout, "中");
  const wide = await run(["cat"], { input: "h€", captureOutput: true, encoding: "utf-16le" });
  assert.equal(wide.stdout, "h€");
  const hex = await run(["od", "-An", "-tx1"], { input: "é", stdout: PIPE, encoding: "latin1" });
  assert.equal(hex.stdout.trim(), "e9");
  await assert.rejects(run(["cat"], { input: "中", encoding: "latin1" }), RangeError);
  await assert.rejects(run(["cat"], { input: "中", encoding: "gbk" }), RangeError);
});

test("a program may end without reading its input", limit, async () => {
  const { returnCode } = await run(["true"], { input: Buffer.alloc(1 << 20) });
  assert.equal(returnCode, 0);
  assert.equal(runSync(["true"], { input: Buffer.alloc(1 << 20) }).returnCode, 0);
});

test("real pipes: a program can open /dev/stdin and /dev/stdout", native, async () => {
  const { stdout } = await run(["sh", "-c", "cat /dev/stdin > /dev/stdout"], {
    input: "through names",
    captureOutput: true,
    text: true,
  });
  assert.equal(stdout, "through names");
});

test("check turns a return code into a CalledProcessError", limit, async () => {
  const fails = ["sh", "-c", "echo out; echo err >&2; exit 4"];
  const expected = (error: unknown): true => {
    assert.ok(error instanceof CalledProcessError && error instanceof SubprocessError);
    assert.deepEqual([error.returnCode, error.signal], [4, null]);
    assert.deepEqual([error.stdout, error.stderr, error.cmd], ["out\n", "err\n", fails]);
    assert.match(error.message, /returned non-zero exit status 4$/);
    return true;
  };
  const options = { captureOutput: true, text: true, check: true } as const;
  await assert.rejects(run(fails, options), expected);
  assert.throws(() => runSync(fails, options), expected);
  await assert.rejects(run(["sh", "-c", "kill -9 $$"], { check: true }), (error) => {
    assert.ok(error instanceof CalledProcessError);
    assert.deepEqual([error.returnCode, error.signal, error.stdout], [-9, "SIGKILL", null]);
    assert.match(error.message, /died with SIGKILL$/);
    return true;
  });
  assert.throws(
    () => new CompletedProcess("x", -50, null, null).checkReturnCode(),
    /unknown signal 50/,
  );
});

test("what has completed shows its parts", limit, async () => {
  const done = await run(["echo", "hi"], { captureOutput: true, text: true });
  assert.equal(
    String(done),
    'CompletedProcess(args: ["echo","hi"], returnCode: 0, stdout: "hi\\n", stderr: "")',
  );
});

test("a switch that is neither true nor false is refused", limit, async () => {
  for (const name of ["captureOutput", "text", "shell", "killGroup", "check"]) {
    const options = { [name]: 1 };
    await assert.rejects(run(["true"], options), { name: "TypeError", message: /true or false/ });
    assert.throws(() => runSync(["true"], options), { name: "TypeError" });
  }
});

test("a stream that no program can write to is refused, with what to do", limit, async () => {
  await assert.rejects(run(["true"], { stdout: new PassThrough() }), {
    name: "TypeError",
    message: /^stdout must be a stream over a file.*give PIPE/,
  });
});
