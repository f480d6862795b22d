/**
 * Notices that somebody registers loader hooks. They live in a thread of their own, which no copy
 * of a process has, so every import in a forked child would wait for ever. The fork server requires
 * this file before it imports what its options name, so that it sees what those do.
 */

// Not by an import: that would load the rest of the library here.
const module = process.getBuiltinModule("node:module");

let registered = false;

const { register } = module;
module.register = ((...args: Parameters<typeof register>) => {
  registered = true;
  return register(...args);
}) as typeof register;
module.syncBuiltinESMExports();

export function loaderHooksRegistered(): boolean {
  return registered;
}
