/** What importing the package costs a program. */
import { bench } from "./harness.js";

await bench("package", [
  {
    name: "importing everything",
    unit: "ms",
    better: "lower",
    contenders: [
      {
        name: "manyhands",
        module: "ours/imports.js",
        measure: "wholePackage",
        ours: true,
      },
      {
        name: "Node's own modules that it stands on",
        module: "ours/imports.js",
        measure: "nodeModules",
      },
    ],
  },
]);
