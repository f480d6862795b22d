// A CommonJS program that only a tool for TypeScript can run: Node does not take such imports.
import multiprocessing = require("manyhands/multiprocessing");
import threading = require("manyhands/threading");
import prices = require("./typed-prices.cjs");

async function main(): Promise<void> {
  for (const Elsewhere of [threading.Thread, multiprocessing.Process]) {
    const child = new Elsewhere({ target: prices.price, args: [2] });
    await child.start();
    console.log(await child.result());
    await child.join();
  }
}

void main();
