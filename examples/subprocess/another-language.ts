/** Hands data to a program in another language and takes its answer, both as JSON. */
import { run } from "manyhands/subprocess";

const program = `
import json, statistics, sys
numbers = json.load(sys.stdin)
json.dump({"mean": statistics.mean(numbers), "median": statistics.median(numbers)}, sys.stdout)
`;

const { stdout } = await run(["python3", "-c", program], {
  input: JSON.stringify([1, 2, 3, 10]),
  captureOutput: true,
  text: true,
  check: true,
});
console.log(JSON.parse(stdout));
