/**
 * The life of a child, the same for all start methods: it takes on the identity it was given, runs
 * its job, tells the parent the result or the error, and ends when its event loop has drained.
 */
import { inspect } from "node:util";
import { inNewFlow } from "../core/flow.ts";
import { atEnd } from "../platform/endings.ts";
import { processPlatform } from "../platform/process-platform.ts";
import { endsWithoutNode } from "./forking/after-fork.ts";
import type { Bootstrap } from "./bootstrap.ts";
import { writeAll } from "../core/descriptor-io.ts";
import { int32Body, Kind } from "./crossing/frames.ts";
import { expectHandleModules } from "./crossing/handle-modules.ts";
import { becomeProcess, currentIdentity, setImportingMain } from "./identity.ts";
import { followParentOnInterrupt } from "./interrupts.ts";
import { dieWithParent } from "./lifeline.ts";
import { adoptParentLink, type ParentLink } from "./crossing/parent-link.ts";
import { encodeFailure, encodeResult } from "./crossing/payload.ts";

const NOTHING = new Uint8Array(0);

/** Takes on an identity. Everything here happens before code of the user runs. */
export function settleIn(
  bootstrap: Bootstrap,
  parent: ParentLink,
  inherited: { lifeline: number; forkserver: number },
): void {
  becomeProcess({
    name: bootstrap.name,
    daemon: bootstrap.daemon,
    lineage: bootstrap.lineage,
    parent: bootstrap.parent,
    startMethod: bootstrap.startMethod,
    authKey: Buffer.from(bootstrap.authKey, "base64"),
    ...inherited,
  });
  adoptParentLink(parent);
  parent.send(Kind.HELLO, int32Body(process.pid));
  if (bootstrap.daemon) dieWithParent();
  if (bootstrap.affinity !== undefined) processPlatform()?.setAffinity(0, bootstrap.affinity);
  expectHandleModules(bootstrap.handleModules);
  process.title = bootstrap.name;
  process.argv = [...bootstrap.argv];
  process.execArgv = [...bootstrap.execArgv];
  followParentOnInterrupt((hasOwn) => {
    parent.send(Kind.HANDLES_INTERRUPT, Uint8Array.of(hasOwn ? 1 : 0));
  });
}

/** Runs the job. `prepare` makes it ready to run: decodes it, imports what it needs. */
export async function live(
  parent: ParentLink,
  prepare: () => Promise<() => unknown>,
  importMain = false,
): Promise<void> {
  let settled = false;
  const fail = (error: unknown): void => {
    if (settled) return;
    settled = true;
    parent.send(Kind.ERROR, encodeFailure(error, "process"));
  };
  atEnd((code) => parent.send(Kind.LEAVING, int32Body(code)));
  // An error that nobody catches ends the process as node does it; only the heading is ours.
  process.on("uncaughtExceptionMonitor", (error) => {
    if (process.listenerCount("uncaughtException") > 0) return;
    if (endsWithoutNode()) printError(error);
    else writeAll(2, Buffer.from(`Process ${currentIdentity().name}:\n`));
    fail(error);
  });
  try {
    setImportingMain(importMain);
    const job = await prepare();
    setImportingMain(false);
    parent.send(Kind.RUNNING, NOTHING);
    const result = await inNewFlow(job);
    settled = true;
    parent.send(...encodeResult(result, "process"));
  } catch (error) {
    printError(error);
    fail(error);
    process.exit(1);
  }
}

function printError(error: unknown): void {
  writeAll(2, Buffer.from(`Process ${currentIdentity().name}:\n${inspect(error)}\n`));
}
