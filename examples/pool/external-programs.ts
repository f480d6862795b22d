// Tasks of a pool that run external programs: two at a time, whatever their number.
import { Pool } from "manyhands/multiprocessing";
import { run } from "manyhands/subprocess";

async function countCharacters(text: string): Promise<number> {
  const { stdout } = await run(["wc", "-c"], { input: text, captureOutput: true, text: true });
  return Number(stdout);
}

await using pool = new Pool(2);
console.log(await pool.map(countCharacters, ["a", "few", "short", "texts"]));
