// One function over many items, spread over processes; results come in the order of the items.
import { Pool } from "manyhands/multiprocessing";

const square = (n: number): number => n * n;

await using pool = new Pool(4);
console.log("map:", await pool.map(square, [0, 1, 2, 3, 4]));
console.log("mapSync, which blocks:", pool.mapSync(square, new Set([5, 6])));

const pending = pool.mapAsync(square, [7, 8]);
console.log("mapAsync: free to do other things");
console.log("and then:", await pending.get({ timeoutMs: 10_000 }));
