// npm run bench -- core [more modules] [--quick]: installs the rivals, builds, and runs the
// benchmark of each module named; without a name it lists what there is.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildLibrary, buildTests, install, mustRun, root } from "./prepare.mjs";

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("-"));
const modules = args.filter((arg) => !arg.startsWith("-"));
const known = readdirSync(join(root, "bench"))
  .filter((name) => name.endsWith(".ts") && name !== "harness.ts")
  .map((name) => name.slice(0, -".ts".length));
const unknown = modules.filter((name) => !known.includes(name));
if (modules.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`no benchmark is called ${name}`);
  console.error(`benchmarks: ${known.join(", ")}`);
  process.exit(1);
}

install();
if (existsSync(join(root, "bench", "package.json"))) install(join(root, "bench"));
buildLibrary();
buildTests();
for (const name of modules) mustRun(process.execPath, [`build/bench/${name}.js`, ...flags]);
