/** The fresh process of one measurement: `node measure.js <module> <measure> <effort>`. */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Measure } from "./harness.js";
import { Unavailable } from "./unavailable.js";

const [module, name, effort] = process.argv.slice(2);
const url = pathToFileURL(join(import.meta.dirname, module!)).href;
type Measures = Readonly<Record<string, Measure>>;
/** Where many modules measure the same, each has all of it in one object. */
const exported = (await import(url)) as Measures & { readonly measures?: Measures };
const measure = exported.measures?.[name!] ?? exported[name!];
if (measure === undefined) throw new Error(`${module} exports no measure called ${name}`);
try {
  console.log(JSON.stringify(await measure(Number(effort))));
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.log(JSON.stringify({ unavailable: error.message }));
}
process.exit(0);
