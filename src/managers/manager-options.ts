/** What managers are made with. */
import type { Address } from "../channels/sockets/socket-address.ts";
import { type OptionNames, optionNames } from "../core/option-names.ts";
import type { StartMethod } from "../workers/runtime.ts";

/** Where a manager's server is reached, by whom, and how its process begins. */
export interface ManagerOptions {
  /** Where the server listens: `{ host, port }` or a path; chosen by itself when left out. */
  readonly address?: Address;
  /** What both sides must have; the key of this process and its children when left out. */
  readonly authKey?: Uint8Array | string;
  /** How the server's process begins; as `getStartMethod` says when left out. */
  readonly startMethod?: StartMethod;
}

export const MANAGER_NAMES: OptionNames = optionNames({
  ctx: ["startMethod"],
  serializer: [null, "all goes by the one coding of this library"],
});
