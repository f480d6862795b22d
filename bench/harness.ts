/**
 * Runs scenarios in which we and our rivals do the same thing, and says who is faster by how much.
 *
 * Each measurement happens in a fresh process, so that none profits or suffers from what another
 * left in a heap or a compiler. All contenders of a scenario take turns, round after round in one
 * run, so that a noisy machine is noisy for everybody. Of a contender's rounds the median counts;
 * the lowest and the highest tell how far to trust it. Ratios travel between machines better than
 * figures do.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Machine, machine } from "./machine.js";
import { printScenario, writeResults } from "./report.js";

export interface Contender {
  readonly name: string;
  /** A module below bench/, compiled: `rivals/post-message.js`. */
  readonly module: string;
  /** The `Measure` that it exports. */
  readonly measure: string;
  /** Ratios are taken to the first of these in a scenario. */
  readonly ours?: boolean;
}

/**
 * One measurement, in the scenario's unit. `effort` is 1, or less for a quick run: how many
 * repetitions to make of the usual number. One that cannot run here throws an `Unavailable`.
 */
export type Measure = (effort: number) => number | Promise<number>;

export interface Scenario {
  readonly name: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly contenders: readonly Contender[];
}

/** What a contender did in all its rounds. */
export interface Standing {
  readonly name: string;
  readonly ours: boolean;
  readonly samples: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** How many times better than this one ours is; null where there is no ours to compare with. */
  readonly oursBetterBy: number | null;
}

export interface ScenarioResult {
  readonly name: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly standings: readonly Standing[];
  /** Contenders that could not run, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

export interface Results extends Machine {
  readonly module: string;
  readonly rounds: number;
  readonly scenarios: readonly ScenarioResult[];
}

const LIMIT_MS = 120_000;

/** Runs the benchmark of a module as the command line says, prints it and writes it down. */
export async function bench(module: string, scenarios: readonly Scenario[]): Promise<void> {
  const quick = process.argv.includes("--quick");
  const few = process.argv.includes("--few");
  const rounds = quick ? 3 : few ? 5 : 9;
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await runScenario(scenario, rounds, quick ? 0.2 : 1);
    printScenario(result);
    results.push(result);
    const all: Results = { module, ...machine(), rounds, scenarios: results };
    // After each: a run that is ended keeps what it has.
    if (!quick) writeResults(all);
  }
}

export async function runScenario(
  scenario: Scenario,
  rounds: number,
  effort: number,
): Promise<ScenarioResult> {
  const samples = new Map<Contender, number[]>(scenario.contenders.map((who) => [who, []]));
  const unavailable: Record<string, string> = {};
  for (let round = 0; round < rounds; round++) {
    for (const contender of rotated(scenario.contenders, round)) {
      if (contender.name in unavailable) continue;
      const answer = await measureInFreshProcess(contender, effort);
      if (typeof answer === "number") samples.get(contender)!.push(answer);
      else unavailable[contender.name] = answer.unavailable;
    }
  }
  const { name, unit, better } = scenario;
  const ran = [...samples].filter(([who]) => !(who.name in unavailable));
  const ours = ran.find(([who]) => who.ours === true);
  const standings = ran.map(([who, values]) =>
    standingOf(who, values, ours && median(ours[1]), better),
  );
  return { name, unit, better, standings, unavailable };
}

/** Who begins changes from round to round. */
const rotated = <T>(items: readonly T[], by: number): T[] => {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
};

function standingOf(
  { name, ours = false }: Contender,
  samples: readonly number[],
  oursMedian: number | undefined,
  better: "lower" | "higher",
): Standing {
  const middle = median(samples);
  const ratio = oursMedian === undefined ? null : middle / oursMedian;
  return {
    name,
    ours,
    samples,
    median: middle,
    low: Math.min(...samples),
    high: Math.max(...samples),
    oursBetterBy: ratio === null || better === "lower" ? ratio : 1 / ratio,
  };
}

export function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

type Answer = number | { unavailable: string };

/** Calls the contender's measure in a new Node; a failure names the contender. */
function measureInFreshProcess(
  { name, module, measure }: Contender,
  effort: number,
): Promise<Answer> {
  const script = join(import.meta.dirname, "measure.js");
  const child = spawn(process.execPath, [script, module, measure, String(effort)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const last = output.trimEnd().split("\n").at(-1)!;
      if (code === 0) resolve(JSON.parse(last) as Answer);
      // That a rival hangs once is no reason to lose what the others did.
      else if (child.killed && module.startsWith("rivals/")) {
        resolve({ unavailable: `no answer within ${LIMIT_MS / 1_000} s` });
      } else reject(new Error(`${name} (${module}, ${measure}) ended with ${signal ?? code}`));
    });
  });
}
