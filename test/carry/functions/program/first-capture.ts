/** Prints which of Node's modules for fetch, which are large, the first capture loads. */
import { functionCarrier } from "#internal/carry/functions/carrier.js";

const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
const count = moduleLoadList.length;
functionCarrier.describe((x: number) => x * 2);
const loaded = moduleLoadList.slice(count);
console.log(JSON.stringify(loaded.filter((name) => name.includes("undici"))));
