import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import * as root from "manyhands";
import { packageRoot } from "../support/package-root.js";

const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  exports: Record<string, unknown>;
};
const modules = Object.keys(exports)
  .map((path) => path.slice(2))
  .filter((path) => /^[a-z]+(\/[a-z]+)?$/.test(path));
/** Of `multiprocessing/dummy` it is the last part, as for whoever imports it in Python. */
const namespaceOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const require = createRequire(import.meta.url);

test("the root has each module of the package as a namespace", () => {
  assert.deepEqual(Object.keys(root).sort(), modules.map(namespaceOf).sort());
});

test("a namespace of the root has what its module exports", async () => {
  const namespaces = new Map<string, object>(Object.entries(root));
  for (const name of modules) {
    const namespace = namespaces.get(namespaceOf(name))!;
    const module = (await import(`manyhands/${name}`)) as object;
    assert.deepEqual(Object.keys(namespace), Object.keys(module), name);
    assert.deepEqual({ ...namespace }, { ...module }, name);
    assert.equal(inspect(namespace), inspect(module), name);
    assert.equal(Object.prototype.toString.call(namespace), "[object Module]");
  }
});

test("a namespace of the root cannot be changed", () => {
  const threading = root.threading as unknown as Record<string, unknown>;
  const { Lock } = threading;
  assert.throws(() => (threading["Lock"] = null), TypeError);
  assert.throws(() => (threading["Other"] = null), TypeError);
  assert.throws(() => delete threading["Lock"], TypeError);
  assert.equal(threading["Lock"], Lock);
});

test("what is required is what is imported", async () => {
  assert.equal((require("manyhands") as typeof root).sched, root.sched);
  for (const name of modules) {
    const module = (await import(`manyhands/${name}`)) as object;
    assert.deepEqual({ ...(require(`manyhands/${name}`) as object) }, { ...module }, name);
  }
});

test("it is so in a realm whose `require` is not that of Node, as in jest", async () => {
  const path = require.resolve("manyhands/threading");
  const module = { exports: {} as object };
  const refuse = (): never => assert.fail("it would load each file anew");
  const text = `(function (module, exports, require, __filename) {${readFileSync(path, "utf8")}})`;
  const realm = createContext({ process, URL });
  runInContext(text, realm).call(null, module, module.exports, refuse, path);
  assert.deepEqual({ ...module.exports }, { ...(await import("manyhands/threading")) });
});
