/** Converts several files at once, each by a program of its own, at most so many at a time. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processCpuCount } from "manyhands/os";
import { run } from "manyhands/subprocess";

const folder = await mkdtemp(join(tmpdir(), "manyhands-example-"));
const names = ["one", "two", "three", "four"];
for (const name of names) await writeFile(join(folder, `${name}.txt`), `text ${name}\n`);

async function convert(name: string): Promise<void> {
  const [from, to] = [join(folder, `${name}.txt`), join(folder, `${name}.upper`)];
  await run(["sh", "-c", 'tr a-z A-Z < "$1" > "$2"', "sh", from, to], { check: true });
}

const waiting = [...names];
async function worker(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await convert(name);
}

await Promise.all(Array.from({ length: processCpuCount() }, worker));
for (const name of names)
  process.stdout.write(await readFile(join(folder, `${name}.upper`), "utf8"));
await rm(folder, { recursive: true });
