// npm run tour: installs, builds and takes the guided tour through the library.
import { buildLibrary, install, mustRun } from "./prepare.mjs";

install();
buildLibrary();
mustRun(process.execPath, ["dist/cli/main.js", "tour", ...process.argv.slice(2)]);
