// npm test: installs, builds and runs the suite. `npm test -- part` runs the files whose path
// contains `part`.
import { buildLibrary, buildTests, install, mustRun } from "./prepare.mjs";

install();
buildLibrary();
buildTests();
mustRun(process.execPath, ["scripts/run-tests.mjs", ...process.argv.slice(2)]);
