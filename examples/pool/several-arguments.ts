// A function of several arguments: each item is their tuple. Or some of them are fixed before.
import { Pool } from "manyhands/multiprocessing";

const power = (base: number, exponent: number): number => base ** exponent;

await using pool = new Pool(2);
const tuples: [number, number][] = [
  [2, 3],
  [3, 2],
  [4, 2],
  [5, 3],
];
console.log("starmap:", await pool.starmap(power, tuples));
const result = pool.starmapAsync(power, tuples);
console.log("starmapAsync:", await result);

const powerOfTwo = power.bind(null, 2);
console.log("a bound function:", await pool.map(powerOfTwo, [1, 2, 3]));
console.log("a closure:", await pool.map((base) => power(base, 3), [1, 2, 3]));
