// An async function without await never gives way: `checkpoint` (or sleep(0)) is the switch.
import { checkpoint, gather, run } from "manyhands/asyncio";

const order: string[] = [];

const greedy = (name: string) => async (): Promise<void> => {
  for (let step = 1; step <= 2; step++) order.push(`${name}${step}`);
};
const polite = (name: string) => async (): Promise<void> => {
  for (let step = 1; step <= 2; step++) {
    order.push(`${name}${step}`);
    await checkpoint();
  }
};

await run(async () => {
  await gather([greedy("a"), greedy("b")]);
  console.log("without await:", order.splice(0).join(" "));
  await gather([polite("a"), polite("b")]);
  console.log("with checkpoint:", order.join(" "));
});
