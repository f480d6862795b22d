// A child process changes what it was given: a value, an array, a list, a dict and a namespace,
// all of which live in the manager's server.
import { Manager, Process } from "manyhands/multiprocessing";

await using server = await Manager();

const x = await server.Value("d", 0);
const numbers = await server.Array("i", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const list = await server.list<string>();
const dict = await server.dict<number, number>();
const names = await server.Namespace<{ a?: number }>();

const child = new Process({
  target: () => {
    x.setSync(3.14);
    numbers.setSync(0, 5);
    list.appendSync("Hello");
    dict.setSync(1, 2);
    names.setSync("a", 10);
  },
});
await child.start();
await child.join();

console.log(await x.get());
console.log(await numbers.toArray());
console.log(await list.toArray());
console.log(await dict.toMap());
console.log(await names.toObject());
