/** Runs a program and shows what it wrote. */
import { run } from "manyhands/subprocess";

const result = await run(["ls", "-l", "/"], { captureOutput: true, text: true });
console.log(result.stdout);
