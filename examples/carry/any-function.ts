/** Functions go as they are: closures, recursion, methods, builtins, with what they capture. */
import { basename } from "node:path";
import { Thread } from "manyhands/threading";

const rates = new Map([
  ["coffee", 0.07],
  ["wine", 0.19],
]);

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

class Greeter {
  readonly greeting: string;
  constructor(greeting: string) {
    this.greeting = greeting;
  }
  greet(name: string): string {
    return `${this.greeting}, ${name}`;
  }
}
const greeter = new Greeter("Hello");

async function elsewhere<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<R> {
  const thread = new Thread({ target: fn, args });
  await thread.start();
  return (await thread.result()) as R;
}

const tax = (goods: string, price: number): number => price * (rates.get(goods) ?? 0);
console.log("a captured Map:", await elsewhere(tax, "wine", 100));
console.log("recursion:", await elsewhere(fibonacci, 20));
console.log("a bound method:", await elsewhere(greeter.greet.bind(greeter), "Ada"));
console.log("an import:", await elsewhere(() => basename("/usr/lib/node")));
console.log("a builtin:", await elsewhere(Math.max, 3, 1, 2));

rates.set("wine", 0.5);
console.log("captured values are those of the call:", await elsewhere(tax, "wine", 100));
