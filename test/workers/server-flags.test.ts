/** A fork server starts with other flags than it serves with; in the end nothing may be missing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { FORK_FLAGS, loaderOption } from "#internal/workers/exec-argv.js";
import { serverFlags } from "#internal/workers/fork-server/server-flags.js";
import { packageRoot } from "../support/package-root.js";

const LIMIT = { timeout: 60_000 };
const MODULE = pathToFileURL(join(packageRoot, "dist/workers/fork-server/server-flags.js")).href;
/** V8 prints the state of all its flags. */
const PRINT = `process.getBuiltinModule("node:v8").setFlagsFromString("--help");`;

function stateOfFlags(flags: readonly string[], code: string): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, "--input-type=module", "--eval", code],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: undefined } },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /--single-threaded-gc/);
  return stdout;
}

test("a server's flags are in the end those of a process that may fork", LIMIT, () => {
  const { flags } = serverFlags([]);
  const served = `import { setTheRest } from "${MODULE}"; setTheRest(); ${PRINT}`;
  assert.equal(stateOfFlags(flags, served), stateOfFlags(FORK_FLAGS, PRINT));
});

test("what options load meets them from the start", () => {
  for (const option of [
    "--import=./a.js",
    "--require=./a.cjs",
    "-r",
    "--loader=./a.js",
    "--env-file=.env",
  ]) {
    assert.deepEqual(serverFlags([option]), { flags: FORK_FLAGS, takesCode: false }, option);
  }
});

test("options in the environment may be quoted", (context) => {
  const usual = process.env["NODE_OPTIONS"];
  context.after(() => {
    if (usual === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = usual;
  });
  process.env["NODE_OPTIONS"] = `"--require=./some folder/a.cjs"`;
  assert.deepEqual(serverFlags([]), { flags: FORK_FLAGS, takesCode: false });
  assert.equal(loaderOption([], `"--import=/some folder/tsx"`), "--import=/some folder/tsx");
});
