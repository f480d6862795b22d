// imap gives results as soon as the next one in order is there, and takes no more of its input than
// it needs: this input never ends. imapUnordered gives whatever is done first.
import { Pool } from "manyhands/multiprocessing";

function* naturals(): Generator<number> {
  for (let n = 1; ; n++) yield n;
}

const slowly = async (n: number): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, n === 1 ? 1_500 : 10));
  return `${n} squared is ${n * n}`;
};

await using pool = new Pool(4);
let place = 0;
for await (const text of pool.imap(slowly, naturals())) {
  console.log(`#${++place}: ${text}`);
  if (place === 3) break;
}
const order: string[] = [];
for await (const text of pool.imapUnordered(slowly, [1, 2])) order.push(text);
console.log("whoever is done first:", order[0]);
