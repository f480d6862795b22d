/** Managers: objects in a server process, used through proxies; a part of multiprocessing. */
export { BaseManager } from "./base-manager.ts";
export type { ManagerOptions } from "./manager-options.ts";
export type { ManagerStart } from "./manager-start.ts";
export type { ManagerServer } from "./manager-server.ts";
export { Manager, SyncManager } from "./sync-manager.ts";
export { SharedMemoryManager } from "./shared-memory-manager.ts";
export { BaseProxy, releaseProxy } from "./proxy.ts";
export type { Factory, ProxyType, RegisterOptions } from "./registry.ts";
export type { Passed, Proxied, RemoteProperty, RemotePropertySync } from "./proxied.ts";
export type { RemoteIterator } from "./proxied.ts";
export type { RemoteGuard } from "./remote-guard.ts";
export type * from "./sync-proxies.ts";
export { managed } from "./types/all.ts";
