import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as root from "manyhands";
import { packageRoot } from "../support/package-root.js";

const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  exports: Record<string, unknown>;
};
const modules = Object.keys(exports)
  .map((path) => path.slice(2))
  .filter((path) => /^[a-z]+$/.test(path));

test("the root has each module of the package as a namespace", () => {
  assert.deepEqual(Object.keys(root).sort(), modules.sort());
});

test("a namespace of the root has what its module exports", async () => {
  for (const [name, namespace] of Object.entries(root)) {
    const module = (await import(`manyhands/${name}`)) as object;
    assert.deepEqual(Object.keys(namespace).sort(), Object.keys(module).sort(), name);
  }
});
