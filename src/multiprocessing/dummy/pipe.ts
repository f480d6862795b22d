/** Pipes between the threads of one process. */
import type { Connection } from "../../channels/connections/connection.ts";
import { type PipeArgument, threadPipe } from "../../channels/connections/pipe-connection.ts";

/**
 * A pipe between threads: what is sent into one end comes out of the other. Without `duplex`, or
 * with false in place of the options, the first end only receives and the second only sends. It
 * needs no native code.
 */
export function Pipe(options?: PipeArgument): [Connection, Connection] {
  return threadPipe(options);
}
