/**
 * `manyhands doctor`: asks the machine one question after another and prints the answers. The exit
 * code is 1 when something does not work. A new question is one more entry in `checkups.ts`.
 */
import { type Checkup, checkups, type Finding } from "./checkups.ts";

async function findingOf(checkup: Checkup): Promise<Finding> {
  try {
    return await checkup.check();
  } catch (error) {
    return { ok: false, detail: "the check itself failed", why: String(error) };
  }
}

export async function main(args: string[]): Promise<number> {
  if (args.length > 0) {
    console.error(`manyhands doctor takes no arguments, not ${args.join(" ")}`);
    return 1;
  }
  const width = Math.max(...checkups.map(({ name }) => name.length));
  let troubles = 0;
  for (const checkup of checkups) {
    const { ok, detail, why } = await findingOf(checkup);
    if (!ok) troubles++;
    console.log(`${ok ? "yes" : "no "}  ${checkup.name.padEnd(width)}  ${detail}`);
    if (why !== undefined) console.log(`     ${" ".repeat(width)}  because ${why}`);
  }
  console.log(troubles === 0 ? "Everything works here." : `${troubles} of these do not work here.`);
  return troubles === 0 ? 0 : 1;
}
