/** How processes end, and what their parent sees. */
import { Process } from "manyhands/multiprocessing";

const endings: Record<string, () => unknown> = {
  returns: () => 1,
  exits: () => process.exit(3),
  throws: () => {
    throw new Error("no");
  },
  spins: () => {
    for (;;);
  },
};

for (const [name, target] of Object.entries(endings)) {
  const child = new Process({ target, stdio: "ignore" });
  await child.start();
  if (name === "spins") child.terminate();
  await child.join();
  console.log(name, child.exitCode);
}
