import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { CalledProcessError, NotFoundError, TimeoutExpired } from "manyhands/errors";
import {
  getOutput,
  getStatusOutput,
  list2cmdline,
  run,
  runSync,
  type RunSyncOptions,
} from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const limit = { timeout: 60_000, skip: hasPython ? false : "python3 is not there to compare with" };

interface Case {
  readonly command: string | string[];
  readonly options?: RunSyncOptions;
  /** Another function than `run`, and its one argument. */
  readonly call?: "getOutput" | "getStatusOutput" | "list2cmdline";
}

const text = { captureOutput: true, text: true } as const;
const bytes = { captureOutput: true } as const;

const cases: Case[] = [
  { command: ["echo", "hello", "wörld", ""], options: text },
  { command: ["printf", "\\377\\0a\\r\\n"], options: bytes },
  { command: ["printf", "a\\r\\nb\\rc\\n\\n\\r"], options: text },
  { command: ["printf", "\\351\\015\\012"], options: { ...text, encoding: "latin1" } },
  { command: ["printf", "\\326\\320\\316\\304"], options: { ...text, encoding: "gbk" } },
  { command: ["cat"], options: { ...text, input: "in\r\nput é\n" } },
  { command: ["tr", "a-z", "A-Z"], options: { ...bytes, input: "bytes" } },
  { command: ["sh", "-c", "cat /dev/stdin"], options: { ...text, input: "by name" } },
  { command: ["sh", "-c", "echo out; echo err >&2; exit 3"], options: text },
  { command: ["sh", "-c", "kill -9 $$"], options: text },
  { command: ["sh", "-c", "kill -TERM $$"], options: { ...text, check: true } },
  { command: ["false"], options: { check: true } },
  { command: "echo $((1 + 2)) | cat; exit 9", options: { ...text, shell: true } },
  { command: ["echo $0 $1; echo $#", "zero", "o n e"], options: { ...text, shell: true } },
  { command: "no-such-program-here", options: { ...text, shell: true } },
  { command: "yes | head -n 2", options: { ...text, shell: true } },
  {
    command: ["sh", "-c", "echo 1; echo 2 >&2; echo 3"],
    options: { stdout: "pipe", stderr: "stdout", text: true },
  },
  { command: ["cat"], options: { ...text, stdin: "devnull" } },
  { command: ["env"], options: { ...text, env: { PATH: "/usr/bin:/bin", K: "v=w" } } },
  { command: ["pwd"], options: { ...text, cwd: "/usr/../tmp" } },
  { command: ["ls", "/no/such/file"], options: text },
  { command: ["shown", "-c", "echo $0"], options: { ...text, executable: "/bin/sh" } },
  { command: ["no-such-program-here"], options: text },
  { command: ["ls"], options: { cwd: "/no/such/place" } },
  { command: ["sh", "-c", "echo part; exec sleep 60"], options: { ...text, timeoutMs: 2500 } },
  { command: ["ls"], options: { captureOutput: true, stdout: "pipe" } },
  { command: ["ls"], options: { input: "x", stdin: "devnull" } },
  { command: ["cat"], options: { input: "x", stdin: "pipe" } },
  { command: ["ls", "a\0b"], options: text },
  { command: ["ls"], options: { env: { "A=B": "c" } } },
  { command: "echo a; echo b >&2; echo", call: "getOutput" },
  { command: "printf 'x\\n\\n'; exit 5", call: "getStatusOutput" },
  { command: ["a b", "", 'c"d', "e\\", "f g\\", '\\"', "\t"], call: "list2cmdline" },
];

/** Answers a list of cases with a list of outcomes, in JSON. */
const program = String.raw`
import base64, json, subprocess, sys

names = {"captureOutput": "capture_output"}
places = {"pipe": subprocess.PIPE, "stdout": subprocess.STDOUT, "devnull": subprocess.DEVNULL}

def shown(output):
    if isinstance(output, bytes):
        return {"bytes": base64.b64encode(output).decode()}
    return output

def outcome(case):
    command, options = case["command"], dict(case.get("options", {}))
    if "call" in case:
        call = getattr(subprocess, case["call"].lower())
        return call(command)
    for stream in ("stdin", "stdout", "stderr"):
        if stream in options:
            options[stream] = places[options[stream]]
    if "timeoutMs" in options:
        options["timeout"] = options.pop("timeoutMs") / 1000
    if "input" in options and not options.get("text"):
        options["input"] = options["input"].encode()
    options = {names.get(name, name): value for name, value in options.items()}
    try:
        done = subprocess.run(command, **options)
        return [done.returncode, shown(done.stdout), shown(done.stderr)]
    except subprocess.CalledProcessError as error:
        return ["CalledProcessError", error.returncode, shown(error.stdout), shown(error.stderr)]
    except subprocess.TimeoutExpired as error:
        return ["TimeoutExpired", shown(error.stdout)]
    except FileNotFoundError:
        return ["NotFoundError"]
    except ValueError:
        return ["RangeError"]

print(json.dumps([outcome(case) for case in json.load(sys.stdin)]))
`;

function shown(output: unknown): unknown {
  return output instanceof Uint8Array ? { bytes: Buffer.from(output).toString("base64") } : output;
}

function shownFailure(error: unknown): unknown[] {
  if (error instanceof CalledProcessError)
    return [error.name, error.returnCode, shown(error.stdout), shown(error.stderr)];
  if (error instanceof TimeoutExpired) return [error.name, shown(error.stdout)];
  if (error instanceof NotFoundError || error instanceof RangeError) return [error.name];
  throw error;
}

async function outcome({ command, options, call }: Case): Promise<unknown> {
  if (call === "getOutput") return getOutput(command as string);
  if (call === "getStatusOutput") return getStatusOutput(command as string);
  if (call === "list2cmdline") return list2cmdline(command as string[]);
  try {
    const { returnCode, stdout, stderr } = await run(command, options);
    return [returnCode, shown(stdout), shown(stderr)];
  } catch (error) {
    return shownFailure(error);
  }
}

function outcomeSync({ command, options }: Case): unknown {
  try {
    const { returnCode, stdout, stderr } = runSync(command, options);
    return [returnCode, shown(stdout), shown(stderr)];
  } catch (error) {
    return shownFailure(error);
  }
}

const native = process.env["MANYHANDS_PLATFORM"] !== "none";
/** Pipes that Node makes are sockets, which cannot be opened by name. */
const needsRealPipe = (one: Case): boolean => String(one.command).includes("/dev/stdin");

test(`${cases.length} programs end and write as under Python's subprocess`, limit, async () => {
  const { stdout } = await run(["python3", "-c", program], {
    input: JSON.stringify(cases),
    stdout: "pipe",
    text: true,
    check: true,
  });
  const expected = JSON.parse(stdout) as unknown[];
  for (const [i, one] of cases.entries()) {
    const about = JSON.stringify(one);
    if (native || !needsRealPipe(one)) assert.deepEqual(await outcome(one), expected[i], about);
    if (one.call === undefined && !needsRealPipe(one))
      assert.deepEqual(outcomeSync(one), expected[i], `${about}, blocking`);
  }
});
