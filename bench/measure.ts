/** The fresh process of one measurement: `node measure.js <module> <measure> <effort>`. */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Measure } from "./harness.js";
import { Unavailable } from "./unavailable.js";

const [module, name, effort] = process.argv.slice(2);
const url = pathToFileURL(join(import.meta.dirname, module!)).href;
const measures = (await import(url)) as Record<string, Measure>;
const measure = measures[name!];
if (measure === undefined) throw new Error(`${module} exports no measure called ${name}`);
try {
  console.log(JSON.stringify(await measure(Number(effort))));
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.log(JSON.stringify({ unavailable: error.message }));
}
process.exit(0);
