import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";
import { LIMIT } from "./warm-up.js";

const program = (waits: string): string => `
  import { Manager, SyncManager } from "manyhands/multiprocessing";
  const address = process.argv[2] === "socket" ? { host: "127.0.0.1", port: 0 } : undefined;
  const authKey = Buffer.from("secret");
  const server = await Manager(address && { address, authKey });
  const there = address && new SyncManager({ address: server.address, authKey });
  await there?.connect();
  const [queue, lock] = await Promise.all([(there ?? server).Queue(), (there ?? server).Lock()]);
  const soon = { timeoutMs: 1 };
  // All links are open before the server stops.
  if (process.argv[2] !== "plain") lock.lockedSync();
  process.kill(server.pid, "SIGSTOP");
  ${waits}
`;

const awaited = `
  console.log(await lock.acquire(soon));
  await queue.get(soon).catch(({ name }) => console.log(name));
  const signal = AbortSignal.timeout(1);
  await queue.get({ signal }).catch(({ name }) => console.log(name));
`;
const blocking = `
  console.log(lock.acquireSync(soon));
  await new Promise((resolve) => setTimeout(resolve, 1));
`;
const both = `${awaited}${blocking}`;
const UNSHARED = { MANYHANDS_PLATFORM: "none" };

for (const [how, waits, env, printed] of [
  ["family", both, {}, "false\nQueueEmpty\nTimeoutError\nfalse\n"],
  ["socket", both, {}, "false\nQueueEmpty\nTimeoutError\nfalse\n"],
  ["plain", awaited, UNSHARED, "false\nQueueEmpty\nTimeoutError\n"],
] as const) {
  test(`waits that are over let the program end: ${how}`, LIMIT, async () => {
    const { stdout, timedOut } = await runSource(program(waits), { args: [how], env });
    assert.deepEqual({ stdout, timedOut }, { stdout: printed, timedOut: false });
  });

  test(`a call that is not over keeps the program alive: ${how}`, LIMIT, async () => {
    const going = `
      const putting = queue.put("item").then(() => "put");
      console.log(await lock.acquire(soon), server.pid, "");
      console.log(await putting);
    `;
    let pid = 0;
    const onOutput = (stdout: string): void => {
      if (pid !== 0) return;
      pid = Number(/false (\d+) /.exec(stdout)?.[1] ?? 0);
      if (pid !== 0) process.kill(pid, "SIGCONT");
    };
    const { stdout, timedOut } = await runSource(program(going), { args: [how], env, onOutput });
    assert.equal(timedOut, false);
    assert.match(stdout, /^false \d+ \nput\n$/);
  });
}
