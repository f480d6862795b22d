/**
 * Who this process is within its family: its name, its parent, the key it shares with relatives.
 *
 * The main program is `MainProcess`. A child is told who it is by its bootstrap; a forked copy of
 * a running program gets a new identity in place of the one it was copied with. Threads, however
 * they were started, know the name and the key of their process; what hangs on descriptors stays
 * with its first thread.
 */
import { randomBytes } from "node:crypto";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { nameProcess, processName } from "../core/own-name.ts";
import { ownName } from "../platform/package-copy.ts";
import type { StartMethod } from "./runtime.ts";

export interface Identity {
  name: string;
  daemon: boolean;
  lineage: readonly number[];
  parent: { readonly pid: number; readonly name: string } | null;
  startMethod: StartMethod | null;
  authKey: Uint8Array;
  /** The read end of the parent's lifeline; -1 where there is none. */
  lifeline: number;
  /** The way to the family's fork server, when one was handed down; -1 where there is none. */
  forkserver: number;
}

/** What the threads of a process are told. */
const FOR_THREADS = ownName("identity");
type ForThreads = Pick<Identity, "authKey">;

/** What all copies of the package know of a child: its main script may use another one. */
interface ChildState {
  isChild: boolean;
  importsMain: boolean;
}
const CHILD = Symbol.for("manyhands.child");
const place = globalThis as { [CHILD]?: ChildState };
const childState = (place[CHILD] ??= { isChild: false, importsMain: false });

let identity: Identity | undefined;
let started = 0;

export function currentIdentity(): Identity {
  return identity ?? become(fresh());
}

/** What this process was told, or has settled; undefined when that is nothing so far. */
export function knownIdentity(): Readonly<Identity> | undefined {
  return identity;
}

function fresh(): Identity {
  const told = getEnvironmentData(FOR_THREADS) as ForThreads | undefined;
  return {
    name: processName(),
    daemon: false,
    lineage: [],
    parent: null,
    startMethod: null,
    authKey: told?.authKey ?? randomBytes(32),
    lifeline: -1,
    forkserver: -1,
  };
}

function become(next: Identity): Identity {
  const { name, authKey } = next;
  nameProcess(name);
  setEnvironmentData(FOR_THREADS, { authKey } satisfies ForThreads);
  return (identity = next);
}

/** Renames this very process. */
export function renameProcess(name: string): void {
  currentIdentity().name = name;
  nameProcess(name);
}

/** Whether this child is importing the main script, which must not start processes meanwhile. */
export function isImportingMain(): boolean {
  return childState.importsMain;
}

export function setImportingMain(on: boolean): void {
  childState.importsMain = on;
}

/** Whether this process was started by this package, whichever copy of it. */
export function isChild(): boolean {
  return childState.isChild;
}

export function becomeProcess(next: Identity): void {
  become(next);
  childState.isChild = next.parent !== null;
  started = 0;
}

/** The numbers for the next child: [3] in the main program, [1, 3] in its first child. */
export function nextLineage(): number[] {
  return [...currentIdentity().lineage, ++started];
}
