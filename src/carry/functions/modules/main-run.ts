/**
 * Who has the main script as a module of its own.
 *
 * The program that was started with it, copies that this makes by fork, and children that import
 * it (`importMain`) each have all of its functions and classes. Those at its top level say their
 * name when they go by value, and with it to which run of the script they belong. A receiver that
 * has the script in the same run takes its own; all others take the copy.
 *
 * A run is a list of ids: its own, and those that it was copied from. A child that imports the
 * script joins the run of its parent. A copy begins one: its parent takes what comes from it, but
 * it does not take what its parent sends, since its own variables are those of the moment of the
 * fork.
 */
import { onCopy } from "../../../platform/copies.ts";
import { newHome } from "../../origins.ts";
import { noteMainScript } from "./main-script.ts";

/** A function or class at the top level of the main script. */
export interface NameInMain {
  readonly run: string;
  readonly name: string;
  /** Of its source text. */
  readonly hash: string;
}

let run: string | undefined;
/** For each main script a function of it, through which the others are found. */
const waysIn = new Map<string, Function>();
let copied: Function | undefined;

/** The run that the main script here belongs to; undefined as long as no other process has it. */
export function currentRun(): string | undefined {
  return run;
}

/** The same, begun if it was not. */
export function startRun(): string {
  return (run ??= newHome());
}

/** In a child that has imported the main script, of which `fn` is a function. */
export function joinRun(of: string, url: string, fn: Function): void {
  run ??= of;
  noteMainScript(url);
  noteWayIn(url, fn);
}

export function noteWayIn(url: string, fn: Function): void {
  if (!waysIn.has(url)) waysIn.set(url, fn);
}

/** Before a fork: `fn` runs in the copy, and is likely to be of the main script. */
export function startCopying(fn: Function | undefined): void {
  startRun();
  copied = fn ?? copied;
}

onCopy(() => {
  if (run !== undefined) run = `${newHome()} ${run}`;
});

/** Whether what belongs to the run `of` is here what it is there. */
export function isOfThisRun(of: string): boolean {
  return run !== undefined && of.split(" ").includes(run.split(" ", 1)[0]!);
}

/** Functions that may be of the main script `url`. */
export function waysInto(url: string): readonly Function[] {
  const known = waysIn.get(url);
  if (known !== undefined) return [known];
  return copied === undefined ? [] : [copied];
}
