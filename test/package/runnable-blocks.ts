/**
 * The code blocks of the documents that claim to run: fenced as "ts runnable", and followed, where
 * they print something, by a block fenced as "text output" with exactly that.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../support/package-root.js";

export interface RunnableBlock {
  /** Such as `docs/guide/threading.md:17`. */
  readonly where: string;
  readonly code: string;
  /** Undefined where the document shows none. */
  readonly output: string | undefined;
}

const FENCED = /^```ts runnable\n(.*?)^```\n(?:\s*^```text output\n(.*?)^```$)?/gms;

export function blocksOf(name: string, text: string): RunnableBlock[] {
  return Array.from(text.replaceAll("\r", "").matchAll(FENCED), (match) => ({
    where: `${name}:${text.slice(0, match.index).split("\n").length}`,
    code: match[1]!,
    output: match[2],
  }));
}

export function runnableBlocks(): RunnableBlock[] {
  const atRoot = readdirSync(packageRoot).filter((name) => name.endsWith(".md"));
  const docs = (readdirSync(join(packageRoot, "docs"), { recursive: true }) as string[])
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  return [...atRoot, ...docs].flatMap((name) =>
    blocksOf(name, readFileSync(join(packageRoot, name), "utf8")),
  );
}
