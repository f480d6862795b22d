/**
 * `manyhands tour`: walks through the stops, printing what each one tells and what it saw. The exit
 * code is 1 when anything was not as told. A new stop is a file in `tour/` and a line in
 * `tour/stops.ts`.
 */
import { Guide } from "./tour/guide.ts";
import { stops } from "./tour/stops.ts";

export async function main(args: string[]): Promise<number> {
  const chosen = stops.filter(
    ({ title }) => args.length === 0 || args.some((part) => title.includes(part)),
  );
  if (chosen.length === 0) {
    console.error(`no stop of the tour has ${args.join(" or ")} in its title; there are:`);
    for (const { title } of stops) console.error(`  ${title}`);
    return 1;
  }
  const guide = new Guide(console.log);
  for (const [index, stop] of chosen.entries()) {
    await guide.visit(stop, `${index + 1}/${chosen.length}`);
  }
  console.log(`\n${guide.seen} things seen, ${guide.wrong} not as told`);
  // A stop that broke off may have left something running that would keep us here.
  if (guide.wrong > 0) process.exit(1);
  return 0;
}
