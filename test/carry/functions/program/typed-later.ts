// What a thread does first is an import that only a tool for TypeScript can make.
import { Thread } from "manyhands/threading";

const child = new Thread({
  target: async () => {
    const { default: prices } = await import("./typed-prices.cjs");
    return prices.price(2);
  },
});
await child.start();
console.log(await child.result());
