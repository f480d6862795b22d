import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";
import { blocksOf, runnableBlocks } from "./runnable-blocks.js";

const blocks = runnableBlocks();
mkdirSync(join(packageRoot, "build"), { recursive: true });
const folder = mkdtempSync(join(packageRoot, "build", "documents-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("the code blocks of the documents compile", { timeout: 60_000 }, () => {
  for (const [index, { where, code }] of blocks.entries()) {
    writeFileSync(join(folder, `block-${index}.ts`), `// ${where}\n${code}\nexport {};\n`);
  }
  const config = { extends: "../../tsconfig.base.json", include: ["*.ts"] };
  const compilerOptions = { rootDir: ".", noUnusedLocals: false };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...config, compilerOptions }));
  const tsc = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

for (const [index, { where, output }] of blocks.entries()) {
  test(
    `the code block at ${where} runs and prints what is shown`,
    { timeout: 60_000 },
    async () => {
      const { stdout, stderr, code } = await runScript(join(folder, `block-${index}.js`));
      assert.equal(code, 0, stderr);
      if (output !== undefined) assert.equal(stdout, output);
    },
  );
}

test("a code block is found with the output that follows it", () => {
  const fence = "```";
  const code = `${fence}ts runnable\nconsole.log(1);\n${fence}\n`;
  const text = `# T\n\n${code}\n${fence}text output\n1\n${fence}\n`;
  const [block] = blocksOf("x.md", text);
  assert.deepEqual(block, { where: "x.md:3", code: "console.log(1);\n", output: "1\n" });
});

test("links between the documents lead somewhere", () => {
  const documents = ["", "docs", "docs/guide", "docs/internals", "bench"]
    .flatMap((name) => readdirSync(join(packageRoot, name)).map((file) => join(name, file)))
    .filter((name) => name.endsWith(".md"));
  const broken = documents.flatMap((name) => {
    const text = readFileSync(join(packageRoot, name), "utf8");
    return Array.from(text.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, target]) => target!)
      .filter((target) => !existsSync(join(packageRoot, dirname(name), target)))
      .map((target) => `${name} → ${target}`);
  });
  assert.deepEqual(broken, []);
});

test("each page of the guide and of the internals is in its list", () => {
  const missing = ["docs/guide", "docs/internals"].flatMap((folder) => {
    const contents = readFileSync(join(packageRoot, folder, "README.md"), "utf8");
    return readdirSync(join(packageRoot, folder))
      .filter((name) => name !== "README.md" && !contents.includes(`](${name})`))
      .map((name) => `${folder}/${name}`);
  });
  assert.deepEqual(missing, []);
});
