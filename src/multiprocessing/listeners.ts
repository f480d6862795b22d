/** Connections with other programs, on this machine or another one. */
export {
  Client,
  type ClientOptions,
  ClientSync,
  type ClientSyncOptions,
} from "../channels/sockets/client.ts";
export { Listener, type ListenerOptions } from "../channels/sockets/listener.ts";
export type { Address, Family, HostAddress } from "../channels/sockets/socket-address.ts";
