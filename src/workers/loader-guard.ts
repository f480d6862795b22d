/**
 * Notices that somebody registers loader hooks. They live in a thread of their own, which no copy
 * of a process has, so every import in a forked child would wait for ever. The fork server loads
 * this file as the first of its `--import` modules, so that it sees what the others do.
 */
import { syncBuiltinESMExports } from "node:module";

const module = process.getBuiltinModule("node:module");

let registered = false;

const { register } = module;
module.register = ((...args: Parameters<typeof register>) => {
  registered = true;
  return register(...args);
}) as typeof register;
syncBuiltinESMExports();

export function loaderHooksRegistered(): boolean {
  return registered;
}
