/** Talks with a program that stays: a question in, an answer out, line by line. */
import { createInterface } from "node:readline";
import { PIPE, Popen } from "manyhands/subprocess";

const shell = new Popen(["sh"], { stdin: PIPE, stdout: PIPE, text: true });
const answers = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();

async function ask(question: string): Promise<string> {
  shell.stdin.write(`echo $((${question}))\n`);
  return (await answers.next()).value as string;
}

console.log("6 * 7 =", await ask("6 * 7"));
console.log("2 + 2 =", await ask("2 + 2"));
shell.stdin.end();
console.log("return code", await shell.wait());
