/** Converts several files at once: a pool's workers, each running a program of its own. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "manyhands/multiprocessing";
import { run } from "manyhands/subprocess";

const folder = await mkdtemp(join(tmpdir(), "manyhands-example-"));
const names = ["one", "two", "three", "four"];
for (const name of names) await writeFile(join(folder, `${name}.txt`), `text ${name}\n`);

async function convert(name: string): Promise<string> {
  const [from, to] = [join(folder, `${name}.txt`), join(folder, `${name}.upper`)];
  await run(["sh", "-c", 'tr a-z A-Z < "$1" > "$2"', "sh", from, to], { check: true });
  return to;
}

const pool = new Pool(2);
for (const path of await pool.map(convert, names))
  process.stdout.write(await readFile(path, "utf8"));
pool.close();
await pool.join();
await rm(folder, { recursive: true });
