/**
 * What this process and this thread are called where others see who holds or waits for what.
 *
 * Names are given by the layers above, which tell them here. A thread learns that of its process
 * from the environment data that Workers are started with.
 */
import { getEnvironmentData, setEnvironmentData, threadId } from "node:worker_threads";
import { ownName } from "../platform/package-copy.ts";

const PROCESS_NAME = ownName("process-name");

let nameOfThread = threadId === 0 ? "MainThread" : `Worker-${threadId}`;
const listeners: (() => void)[] = [];

export function processName(): string {
  return (getEnvironmentData(PROCESS_NAME) as string | undefined) ?? "MainProcess";
}

export function threadName(): string {
  return nameOfThread;
}

export function nameProcess(name: string): void {
  if (name === processName()) return;
  setEnvironmentData(PROCESS_NAME, name);
  for (const listener of listeners) listener();
}

export function nameThread(name: string): void {
  nameOfThread = name;
  for (const listener of listeners) listener();
}

/** Calls back when either name has changed: what was written of it is to be written again. */
export function onRename(listener: () => void): void {
  listeners.push(listener);
}
