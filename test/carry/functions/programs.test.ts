import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle, tsxFlag, WITH_REQUIRE } from "./support/tools.ts";

const run = promisify(execFile);
const compiled = fileURLToPath(new URL("./program/", import.meta.url));
const source = compiled.replace(/([\\/])build([\\/])/, "$1");
const limit = { timeout: 120_000 };

async function passes(kind: string, least: number, ...command: string[]): Promise<void> {
  const [file, ...more] = command.filter((part) => !part.startsWith("--"));
  const flags = command.filter((part) => part.startsWith("--"));
  const { stdout } = await run(
    process.execPath,
    ["--no-warnings", ...flags, file!, kind, ...more],
    {
      timeout: 100_000,
      env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    },
  ).catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
  const [, passed] = /^(\d+) passed, 0 wrong\n/.exec(stdout) ?? [];
  assert.ok(Number(passed) >= least, stdout);
}

for (const kind of ["thread", "process"]) {
  describe(`functions sent to a ${kind}`, () => {
    before(() => copyFileSync(join(source, "old.cjs"), join(compiled, "old.cjs")));

    test("from an ES module", limit, () => passes(kind, 69, join(compiled, "main.js")));

    test("from a main script that is imported there", limit, () =>
      passes(kind, 4, join(compiled, "guarded.js")),
    );

    test("from a CommonJS script", limit, () => {
      copyFileSync(join(source, "main.cjs"), join(compiled, "main.cjs"));
      return passes(kind, 18, join(compiled, "main.cjs"), "js");
    });

    for (const [name, count] of [
      ["sloppy.cjs", 42],
      ["evaluating.cjs", 6],
    ] as const) {
      test(`from a CommonJS script in sloppy mode, ${name}`, limit, () => {
        copyFileSync(join(source, name), join(compiled, name));
        return passes(kind, count, join(compiled, name));
      });
    }

    const strips = (process.features as { typescript?: string | false }).typescript === "strip";
    const skip = strips ? false : "this Node does not run TypeScript by itself";
    test("from TypeScript that Node strips", { ...limit, skip }, () =>
      passes(kind, 69, join(source, "main.ts")),
    );

    test("from TypeScript through tsx", limit, (context) => {
      const flag = tsxFlag();
      if (flag === undefined) return context.skip("tsx cannot be installed here");
      return passes(kind, 69, flag, join(source, "main.ts"));
    });

    for (const flags of [[], ["--minify"]]) {
      const name = ["from one bundled file", ...flags].join(" ");
      test(name, limit, (context) => {
        const output = join(compiled, `bundled-main${flags.join("")}.mjs`);
        const external = ["--external:./report.js", "--external:#internal/*"];
        if (!bundle(join(compiled, "main.js"), output, [...external, WITH_REQUIRE, ...flags])) {
          return context.skip("esbuild cannot be installed here");
        }
        return passes(kind, 67, output, "bundled");
      });
    }
  });
}

test("the first capture in a program does not load what belongs to fetch", limit, async () => {
  const { stdout } = await run(process.execPath, [join(compiled, "first-capture.js")]);
  assert.deepEqual(JSON.parse(stdout), []);
});

describe("modules that only tsx can load are there for threads and processes", () => {
  async function prints(expected: string, program: string, ...args: string[]): Promise<void> {
    const env = { ...process.env, TSX_DISABLE_CACHE: "1" };
    const command = [...args, join(source, program)];
    const { stdout, stderr } = await run(process.execPath, command, { env });
    // tsx calls what Node 26 warns of.
    const warnings = /\(node:\d+\) \[DEP0205\].*\n\(Use .*\n/g;
    assert.deepEqual([stdout, stderr.replace(warnings, "")], [expected, ""]);
  }

  for (const [program, expected] of [
    ["typed-main.cts", "6\n6\n"],
    ["typed-later.ts", "6\n"],
  ] as const) {
    test(`of ${program}`, limit, (context) => {
      const flag = tsxFlag();
      if (flag === undefined) return context.skip("tsx cannot be installed here");
      return prints(expected, program, flag);
    });
  }
});
