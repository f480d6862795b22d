// npm run bench -- core [more modules] [--few] [--quick]: installs the rivals, builds, and runs the
// benchmark of each module named; without a name it lists what there is.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildLibrary, buildTests, install, mustRun, root } from "./prepare.mjs";

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("-"));
const modules = args.filter((arg) => !arg.startsWith("-"));
// A benchmark is a file that hands its scenarios to the harness, or reports in words.
const known = readdirSync(join(root, "bench"))
  .filter((name) => name.endsWith(".ts"))
  .filter(
    (name) =>
      readFileSync(join(root, "bench", name), "utf8").match(/await (bench|report)\(/) !== null,
  )
  .map((name) => name.slice(0, -".ts".length));
const unknown = modules.filter((name) => !known.includes(name));
if (modules.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`no benchmark is called ${name}`);
  console.error(`benchmarks: ${known.join(", ")}`);
  process.exit(1);
}

install();
install(join(root, "bench", "rivals"));
buildLibrary();
buildTests();
// The rivals are found from the compiled adapters as if they were installed beside them.
const rivals = join(root, "build", "bench", "node_modules");
rmSync(rivals, { recursive: true, force: true });
if (existsSync(join(root, "bench", "rivals", "node_modules"))) {
  mkdirSync(join(root, "build", "bench"), { recursive: true });
  symlinkSync(join(root, "bench", "rivals", "node_modules"), rivals, "junction");
}
for (const name of modules) mustRun(process.execPath, [`build/bench/${name}.js`, ...flags]);
