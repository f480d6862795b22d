/** Puts together what a child is started with. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { startCopying } from "../carry/index.ts";
import { NotFoundError } from "../errors.ts";
import { identityOf } from "../platform/file-identity.ts";
import { workingDirectory } from "../platform/working-directory.ts";
import { connectionsIn, Departure } from "./crossing/attachments.ts";
import { inheritableExecArgv } from "./exec-argv.ts";
import { withFixedOptions } from "./option-paths.ts";
import { familyMemory } from "./family-memory.ts";
import { handleModules } from "./crossing/handle-modules.ts";
import { currentIdentity } from "./identity.ts";
import { lifelineForChildren } from "./lifeline.ts";
import { directJob, encodeJob, type Job } from "./crossing/payload.ts";
import type { StartMethod, StartOptions, StdioChoice } from "./runtime.ts";
import { prepareFor } from "./start.ts";

export interface LifeOptions {
  /** The object that users hold. */
  readonly face: object;
  /** In a forked copy, where that object stands for the copy itself. */
  readonly onCopied: () => void;
  name: string | undefined;
  daemon: boolean | undefined;
  readonly job: Job;
  readonly startMethod: () => StartMethod;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly cwd: string | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly stdio: readonly [StdioChoice, StdioChoice, StdioChoice];
  readonly affinity: readonly number[] | undefined;
  /** What its life hangs on, if that is less than the process. */
  readonly lifeline?: () => number;
}

interface NewName {
  readonly name: string;
  readonly daemon: boolean;
  readonly lineage: readonly number[];
}

/**
 * @throws PicklingError for what cannot cross, NotFoundError for a missing directory, RangeError
 * for a descriptor that is not open
 */
export function prepareStart(
  { job, env, cwd, execArgv, stdio, affinity, onCopied, lifeline }: LifeOptions,
  method: StartMethod,
  { name, daemon, lineage }: NewName,
): { departure: Departure; options: StartOptions } {
  checkDirectory(cwd);
  checkOpen(stdio);
  prepareFor(method);
  const identity = currentIdentity();
  if (method === "fork") startCopying(job.target ?? job.self?.constructor);
  const coded = method === "fork" ? null : encodeJob(job, "process");
  const kept = connectionsIn(method === "fork" ? [...job.args, { ...job.self }] : []);
  const departure = coded?.departure ?? Departure.of(kept);
  const environment = withFixedOptions(env ?? process.env);
  const line = (lifeline ?? lifelineForChildren)();
  // A fork server stands where the program did when it started it.
  const where = cwd === undefined ? workingDirectory() : resolve(cwd);
  const bootstrap = {
    name,
    daemon,
    lineage,
    parent: { pid: process.pid, name: identity.name },
    startMethod: identity.startMethod,
    authKey: Buffer.from(identity.authKey).toString("base64"),
    argv: process.argv,
    // A copy can be copied again, as the program that it is a copy of.
    execArgv: execArgv ?? (method === "fork" ? process.execArgv : inheritableExecArgv()),
    ...(method === "forkserver" ? { env: definedOnly(environment) } : {}),
    ...(affinity === undefined ? {} : { affinity }),
    ...(where === undefined ? {} : { cwd: where }),
    lifeline: line >= 0,
    family: familyMemory() >= 0,
    attachments: departure.attachments,
    handleModules: handleModules(),
    importMain: job.importMain,
  };
  const options: StartOptions = {
    bootstrap,
    payload: coded?.bytes ?? null,
    body: directJob(job),
    kept,
    lifeline: line,
    isOfThread: lifeline !== undefined,
    onCopied,
    stdio,
    descriptors: departure.descriptors,
    execArgv,
    env: environment,
    cwd,
  };
  return { departure, options };
}

function checkDirectory(cwd: string | undefined): void {
  if (cwd === undefined) return;
  try {
    if (statSync(cwd).isDirectory()) return;
  } catch {
    // Answered below.
  }
  throw new NotFoundError(`There is no directory ${cwd}`);
}

function checkOpen(stdio: readonly StdioChoice[]): void {
  for (const choice of stdio) {
    if (typeof choice !== "number") continue;
    try {
      identityOf(choice);
    } catch {
      throw new RangeError(`stdio names descriptor ${choice}, which is not open`);
    }
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
