/** Two programs that know nothing of each other but a name work on the same memory. */
import { fileURLToPath } from "node:url";
import { SharedMemory } from "manyhands/multiprocessing";
import { run } from "manyhands/subprocess";

const name = process.argv[2];
if (name === undefined) {
  const memory = SharedMemory.create({ size: 10 * 8 });
  const numbers = memory.view(Float64Array);
  numbers.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // With the options that this program was started with, such as those of tsx.
  const other = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
  await run([...other, memory.name], { check: true });
  console.log(`the other program left ${numbers.join(" ")}`);
  memory.close();
  memory.unlink();
} else {
  using memory = SharedMemory.attach(name);
  const numbers = memory.view(Float64Array);
  for (let index = 0; index < numbers.length; index++) numbers[index]! **= 2;
}
