import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Listener } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runScript, runSource } from "../support/run-program.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };
const main = join(packageRoot, "dist", "cli", "main.js");

/** Long enough ago that its maker cannot be about to listen, or the opposite. */
function age(folder: string, byMs = 60_000): void {
  const then = new Date(Date.now() - byMs);
  utimesSync(folder, then, then);
}

async function killedListener(): Promise<string> {
  const { stdout, signal } = await runSource(`
    import { Listener } from "manyhands/multiprocessing";
    const listener = await new Listener().ready;
    console.log(listener.address);
    process.kill(process.pid, "SIGKILL");
  `);
  assert.equal(signal, "SIGKILL");
  return dirname(stdout.trim());
}

test("the doctor removes the sockets of killed listeners, and nothing else", LIMIT, async () => {
  const [dead, young] = [await killedListener(), await killedListener()];
  const listener = await new Listener().ready;
  const alive = dirname(listener.address as string);
  const foreign = join(tmpdir(), "their-listener-XYZ");
  mkdirSync(foreign);
  const theirs = createServer().listen(join(foreign, "s"));
  await once(theirs, "listening");
  const file = join(foreign, "s.lock");
  writeFileSync(file, "");
  for (const folder of [dead, alive, foreign]) age(folder);
  age(young, -60_000);
  const first = await runScript(main, { args: ["doctor"] });
  assert.match(first.stdout, /sockets.*; 1 left over removed/, first.stdout);
  const there = [dead, young, alive, foreign, file].map((path) => existsSync(path));
  assert.deepEqual(there, [false, true, true, true, true]);
  age(young);
  await runScript(main, { args: ["doctor"] });
  assert.equal(existsSync(young), false);
  listener.close();
  theirs.close();
  await once(theirs, "close");
  rmSync(foreign, { recursive: true });
});
