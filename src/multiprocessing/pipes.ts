/** Pipes between all threads of a family of processes. */
import type { Connection } from "../channels/connections/connection.ts";
import { familyPipe, type PipeArgument } from "../channels/connections/pipe-connection.ts";

export { Connection, type ReceiveOptions } from "../channels/connections/connection.ts";
export type { PipeOptions } from "../channels/connections/pipe-connection.ts";

/**
 * A pipe between processes: what is sent into one end comes out of the other. Without `duplex`, or
 * with false in place of the options, the first end only receives and the second only sends.
 */
export function Pipe(options?: PipeArgument): [Connection, Connection] {
  return familyPipe(options);
}
