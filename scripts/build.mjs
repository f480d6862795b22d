// npm run build: compiles and bundles the library into dist.
import { buildLibrary, install } from "./prepare.mjs";

install();
buildLibrary();
