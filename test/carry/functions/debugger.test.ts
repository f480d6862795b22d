import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DebuggerClient, type Message } from "./support/debugger-client.ts";

const program = fileURLToPath(new URL("./program/debugged.js", import.meta.url));

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly lineNumber: number };
}

interface Paused {
  readonly callFrames: readonly [CallFrame, ...CallFrame[]];
  readonly hitBreakpoints?: readonly string[];
}

/** Starts the program, which then waits for a debugger; answers where that can reach it. */
async function startWaiting() {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const flags = ["--no-warnings", "--inspect-brk=127.0.0.1:0"];
  const child = spawn(process.execPath, [...flags, program], { env, stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8");
  const url = await new Promise<string>((resolve, reject) => {
    child.once("close", () => reject(new Error(output.stderr)));
    child.stderr.on("data", (text: string) => {
      output.stderr += text;
      const [address] = /ws:\/\/\S+/.exec(output.stderr) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  return { child, output, url };
}

/** Debugs a program until it has nothing more to do; answers what was seen. */
async function debug(url: string) {
  const text = readFileSync(program, "utf8");
  const lineNumber = text.split("\n").findIndex((line) => line.includes("return doubled"));
  const seen: { calls: unknown[]; steps: string[]; shown: unknown[] } = {
    calls: [],
    steps: [],
    shown: [],
  };
  let isStep = false;
  const known: { client?: DebuggerClient; breakpointId?: unknown } = {};
  let end: (error?: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error as Error));
  });
  const pause = async ({ callFrames: [frame], hitBreakpoints = [] }: Paused): Promise<void> => {
    const { callFrameId, functionName, location } = frame;
    if (hitBreakpoints.includes(String(known.breakpointId))) {
      assert.equal(location.lineNumber, lineNumber);
      const expression = "`${call} ${doubled}`";
      const answer = await known.client!.send("Debugger.evaluateOnCallFrame", {
        callFrameId,
        expression,
      });
      seen.calls.push((answer["result"] as { value: unknown }).value);
      isStep = true;
      await known.client!.send("Debugger.stepOut");
      return;
    }
    if (isStep) seen.steps.push(functionName);
    isStep = false;
    await known.client!.send("Debugger.resume");
  };
  const receive = ({ method, params }: Message): void => {
    if (method === "Debugger.paused") pause(params as unknown as Paused).catch(end);
    else if (method === "Runtime.executionContextDestroyed") end();
    else if (method === "Runtime.consoleAPICalled") {
      seen.shown.push((params!["args"] as { value: unknown }[]).map(({ value }) => value));
    }
  };
  const client = (known.client = await DebuggerClient.connect(url, receive));
  const early = "the program ended before its debugger heard of it";
  void client.closed.then(() => end(new Error(early)));
  await client.send("Runtime.enable");
  await client.send("Debugger.enable");
  const place = { url: pathToFileURL(program).href, lineNumber };
  known.breakpointId = (await client.send("Debugger.setBreakpointByUrl", place))["breakpointId"];
  await client.send("Runtime.runIfWaitingForDebugger");
  await ended;
  client.close();
  return seen;
}

test(
  "breakpoints, steps and the console work in a debugger after captures",
  { timeout: 60_000 },
  async () => {
    const { child, output, url } = await startWaiting();
    try {
      const closed = once(child, "close");
      const seen = await debug(url);
      assert.deepEqual(seen.calls, ["1 2", "2 4", "3 6"]);
      assert.equal(seen.steps.length, 3);
      assert.deepEqual(seen.shown, [["captured", "source"]]);
      await closed;
      assert.equal(child.exitCode, 0, output.stderr);
      assert.equal(output.stdout, "captured source\n");
    } finally {
      child.kill("SIGKILL");
    }
  },
);
