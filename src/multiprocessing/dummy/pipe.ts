/** Pipes between the threads of one process. */
import type { Connection } from "../../channels/connection.ts";
import { type PipeOptions, threadPipe } from "../../channels/pipe-connection.ts";

/**
 * A pipe between threads: what is sent into one end comes out of the other. Without `duplex` the
 * first end only receives and the second only sends. It needs no native code.
 */
export function Pipe(options?: PipeOptions): [Connection, Connection] {
  return threadPipe(options);
}
