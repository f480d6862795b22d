/** Results as a table for people, and as a file to be committed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results, ScenarioResult } from "./harness.js";

/** Three significant digits, without exponents. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}

export function tableOf({ name, unit, better, standings, unavailable }: ScenarioResult): string {
  const rows = [
    [name, `median (${unit})`, "low – high", "ours better by"],
    ...standings.map((row) => [
      row.ours ? `${row.name} (ours)` : row.name,
      figure(row.median),
      `${figure(row.low)} – ${figure(row.high)}`,
      row.ours || row.oursBetterBy === null ? "" : `${row.oursBetterBy.toFixed(2)} ×`,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
  const absent = Object.entries(unavailable).map(([who, why]) => `${who}: not run, ${why}`);
  return [...lines, ...absent, `(${better} is better)`].join("\n");
}

export function printScenario(result: ScenarioResult): void {
  console.log(`\n${tableOf(result)}`);
}

/** Writes `bench/results/<module>-node<major>.json`; the history of the file is the record. */
export function writeResults(results: Results): void {
  const major = results.node.slice(1).split(".")[0];
  const folder = join(import.meta.dirname, "..", "..", "bench", "results");
  const path = join(folder, `${results.module}-node${major}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nwritten to bench/results/${results.module}-node${major}.json`);
}
