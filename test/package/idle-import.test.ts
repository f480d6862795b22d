import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

/**
 * Prints what a process has, so that two processes can be compared. Both import node:util, whose
 * import alone makes Node 22 open a stream.
 */
const CENSUS = `
  import "node:util";
  import { readdirSync, readlinkSync } from "node:fs";
  const list = (path) => { try { return readdirSync(path); } catch { return []; } };
  const kind = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd); } catch { return ""; } };
  console.log(JSON.stringify({
    resources: process.getActiveResourcesInfo(),
    threads: list("/proc/self/task").length,
    descriptors: list("/proc/self/fd").map(kind).map((name) => name.replace(/:.*/, "")).sort(),
    native: process.report.getReport().sharedObjects.filter((path) => path.includes("koffi")),
    listeners: process.eventNames().map(String).sort(),
    globals: Object.getOwnPropertyNames(globalThis).length,
  }));
`;

const limit = { timeout: 60_000 };

/** Node 26 reads the certificates it names in a thread of its own, which is sometimes seen. */
const env = { NODE_EXTRA_CA_CERTS: undefined };

test("a program that only imports the package starts nothing", limit, async () => {
  const plain = await runSource(CENSUS, { env });
  const importing = await runSource(`import * as all from "manyhands"; ${CENSUS}`, { env });
  assert.equal(importing.code, 0, importing.stderr);
  assert.deepEqual(JSON.parse(importing.stdout), JSON.parse(plain.stdout));
});

test("a program that only imports the package ends by itself", limit, async () => {
  const { code, stdout, stderr } = await runSource(
    `import * as all from "manyhands"; console.log(Object.keys(all).includes("errors"));`,
  );
  assert.equal(stdout, "true\n");
  assert.equal(stderr, "");
  assert.equal(code, 0);
});
