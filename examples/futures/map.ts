// map over an executor: all is submitted at once, and given in order. Several iterables give
// several arguments.
import { ThreadPoolExecutor } from "manyhands/futures";

const square = (n: number): number => n * n;

await using executor = new ThreadPoolExecutor({ maxWorkers: 4 });
for await (const value of executor.map(square, [0, 1, 2, 3])) console.log(value);
console.log([...executor.mapSync((a: number, b: number) => a + b, [1, 2, 3], [10, 20])]);
