import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { toolFolder } from "../carry/functions/support/tools.ts";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { InstalledPackage } from "./installed-package.js";

await expectNoLeftovers();

const installed = new InstalledPackage();
const obstacle = installed.install();
after(() => installed.remove());

describe("the installed package", { skip: obstacle ?? false, timeout: 120_000 }, () => {
  const { specifiers } = obstacle === undefined ? installed : { specifiers: [] };

  test("has every file that its exports name", () => {
    const targets = Object.values(installed.manifest.exports).flatMap(
      function all(entry): string[] {
        return typeof entry === "string" ? [entry] : Object.values(entry).flatMap(all);
      },
    );
    const missing = targets.filter(
      (target) => !existsSync(join(installed.folder, "node_modules", "manyhands", target)),
    );
    assert.ok(targets.length > 4);
    assert.deepEqual(missing, []);
  });

  for (const specifier of specifiers) {
    test(`lets an ES module import ${specifier}`, () => {
      installed.write(
        "import.mjs",
        `import * as all from "${specifier}"; console.log(Object.keys(all).length > 0);`,
      );
      const { stdout, stderr, code } = installed.node("import.mjs");
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "true\n");
    });

    test(`lets a CommonJS module require ${specifier}`, () => {
      installed.write("require.cjs", `console.log(typeof require("${specifier}"));`);
      const { stdout, stderr, code } = installed.node("require.cjs");
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "object\n");
    });
  }

  /** What `compiler` has against strict programs of both kinds that import everything. */
  function complaints(compiler: string): string {
    const lines = specifiers.map((name, index) => `import * as m${index} from "${name}";`);
    const uses = specifiers.map((_, index) => `m${index}`).join(", ");
    const program = `${lines.join("\n")}\nconsole.log(${uses});\n`;
    const lock = `import { Lock } from "manyhands/threading";\n`;
    installed.write("consumer.cts", `${program}${lock}export const made: Lock = new Lock();\n`);
    const taken = `import { made } from "./consumer.cjs";\nexport const taken: Lock = made;\n`;
    installed.write("consumer.ts", `${program}${lock}${taken}`);
    const compilerOptions = {
      target: "ES2022",
      // Without the leave to require an ES module, which newer ones give.
      module: "Node16",
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      // Found, but not taken in: what ours need of Node's types, they ask for.
      typeRoots: [join(packageRoot, "node_modules", "@types")],
      types: [],
    };
    const files = ["consumer.ts", "consumer.cts"];
    installed.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    return installed.node(join(compiler, "bin", "tsc"), "-p", "tsconfig.json").stdout;
  }

  test("gives its types to strict TypeScript programs", () => {
    assert.equal(complaints(join(packageRoot, "node_modules", "typescript")), "");
  });

  test("gives its types to the oldest TypeScript that it is for", (context) => {
    const oldest = toolFolder("typescript");
    if (oldest === undefined) return context.skip("TypeScript 5.2 cannot be installed here");
    assert.equal(complaints(oldest), "");
  });

  test("brings its native calls without a compiler or an install script", () => {
    installed.write("native.cjs", `console.log(typeof require("koffi").load);`);
    const { stdout, stderr } = installed.node("native.cjs");
    assert.equal(stdout, "function\n", stderr);
  });

  test("is one package in its workers where it is laid out through a symbolic link", () => {
    installed.link("linked");
    installed.write(
      join("linked", "signals.mjs"),
      `
      import { currentSignal, Pool } from "manyhands/multiprocessing";
      const pool = new Pool(1);
      await pool.apply(() => void setTimeout(() => (globalThis.outside = currentSignal())));
      while (!(await pool.apply(() => "outside" in globalThis)));
      // A second copy of the package knows of no task.
      console.log(await pool.apply(() => currentSignal() !== globalThis.outside));
      await pool.terminate();
      `,
    );
    const { stdout, stderr } = installed.node(join("linked", "signals.mjs"));
    assert.equal(stdout, "true\n", stderr);
  });

  test("has the modules of a program under ts-node in threads and processes", (context) => {
    const [found, compiler] = [toolFolder("ts-node"), toolFolder("typescript")];
    if (found === undefined || compiler === undefined) {
      return context.skip("ts-node cannot be installed here");
    }
    installed.link("typed");
    installed.write(join("typed", "package.json"), `{ "type": "commonjs" }`);
    const compilerOptions = { target: "ES2022", module: "Node16" };
    installed.write(join("typed", "tsconfig.json"), JSON.stringify({ compilerOptions }));
    installed.write(
      join("typed", "prices.ts"),
      `enum Rate { Usual = 3 }
      export const price = (amount: number) => amount * Rate.Usual;`,
    );
    installed.write(
      join("typed", "shop.ts"),
      `import { Process } from "manyhands/multiprocessing";
      import { Thread } from "manyhands/threading";
      import { price } from "./prices";
      async function main() {
        for (const Elsewhere of [Process, Thread]) {
          const child = new Elsewhere({ target: price, args: [2] });
          await child.start();
          console.log(await child.result());
        }
      }
      void main();`,
    );
    const variables = { DISABLE_V8_COMPILE_CACHE: "1", TS_NODE_COMPILER: compiler };
    Object.assign(process.env, variables);
    context.after(() => Object.keys(variables).forEach((name) => delete process.env[name]));
    const command = [join(found, "dist", "bin.js"), "--transpile-only", join("typed", "shop.ts")];
    const { stdout, stderr } = installed.node(...command);
    assert.deepEqual([stdout, stderr], ["6\n6\n", ""]);
  });

  test("has a command that answers", () => {
    const command = join("node_modules", "manyhands", "dist", "cli", "main.js");
    assert.equal(installed.node(command, "--version").stdout, "0.1.0\n");
    assert.equal(installed.node(command, "tour").code, 0);
  });
});
