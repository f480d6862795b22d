/** Counts the cases of a program and prints what went wrong. */
import { isDeepStrictEqual } from "node:util";
import { start, type Kind, type Runner } from "../support/runner.ts";

type Check<W> = (name: string, fn: Function, args: unknown[], wanted: W) => Promise<void>;

export interface Cases {
  readonly runner: Runner;
  readonly gives: Check<unknown>;
  readonly refuses: Check<RegExp>;
  readonly finish: () => Promise<void>;
}

export function cases(
  kind = process.argv[2] as Kind,
  options: { importMain?: boolean } = {},
): Cases {
  const runner = start(kind, options);
  let passed = 0;
  const wrong: string[] = [];
  const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
  return {
    runner,
    async gives(name, fn, args, wanted) {
      try {
        const answer = await runner.call(fn, ...args);
        if (isDeepStrictEqual(answer, wanted)) passed++;
        else wrong.push(`${name}: ${show(answer)} instead of ${show(wanted)}`);
      } catch (error) {
        wrong.push(`${name}: ${String((error as Error).stack)}`);
      }
    },
    async refuses(name, fn, args, wanted) {
      try {
        wrong.push(`${name}: not refused, gives ${show(await runner.call(fn, ...args))}`);
      } catch (error) {
        const { message, steps = [] } = error as Error & { steps?: string[] };
        const text = `${steps.join(" → ")}: ${message}`;
        if (wanted.test(text)) passed++;
        else wrong.push(`${name}: refused by ${text}`);
      }
    },
    async finish() {
      await runner.end();
      console.log(`${passed} passed, ${wrong.length} wrong`);
      for (const text of wrong) console.log(text);
      process.exitCode = wrong.length === 0 ? 0 : 1;
    },
  };
}
