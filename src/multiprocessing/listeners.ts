/** Connections with other programs, on this machine or another one. */
export {
  Client,
  type ClientOptions,
  ClientSync,
  type ClientSyncOptions,
} from "../channels/client.ts";
export { Listener, type ListenerOptions } from "../channels/listener.ts";
export type { Address, Family, HostAddress } from "../channels/socket-address.ts";
