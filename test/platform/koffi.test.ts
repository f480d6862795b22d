/** The native part of the package is known by its version. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { koffi, NATIVE_VERSION } from "#internal/platform/koffi.js";
import { packageRoot } from "../support/package-root.js";

test("the native part that is loaded belongs to the package that is installed", () => {
  const manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  assert.equal(NATIVE_VERSION, manifest.dependencies["koffi"]);
  assert.equal(koffi().version, NATIVE_VERSION);
});
