/** Connections over pipes, and how they cross to other threads and processes. */
import { registerHandle } from "../../carry/index.ts";
import { PicklingError } from "../../errors.ts";
import { familyMember } from "../../core/family-arena.ts";
import { areOptions, checkFlag, shownKind } from "../../core/options.ts";
import { threadMember } from "../../core/thread-arena.ts";
import { adopt } from "../../sync/shared-object.ts";
import { noteCarried, refuseElsewhere } from "../../sync/carried.ts";
import { Connection } from "./connection.ts";
import { messagesOf } from "../messages/message.ts";
import { FamilyPipeEnd, PipeEnd, ThreadPipeEnd, pipeEnds } from "./pipe-end.ts";

const connections = new WeakMap<PipeEnd, Connection>();

/** The connection of this thread over an end of a pipe. */
function over(end: PipeEnd): Connection {
  let connection = connections.get(end);
  if (connection === undefined) {
    connection = new Connection(end, messagesOf(end.memberOf));
    connections.set(end, connection);
  }
  return connection;
}

/** Which way a pipe goes. */
export interface PipeOptions {
  /** False gives a first end that only receives and a second that only sends. */
  duplex?: boolean;
}

/** What a pipe is asked to be: its options, or, as in Python, whether it is duplex. */
export type PipeArgument = PipeOptions | boolean;

function isDuplex(asked: PipeArgument = true): boolean {
  if (typeof asked === "boolean") return asked;
  if (!areOptions(asked)) {
    throw new TypeError(`Pipe takes { duplex }, or true or false for it, not ${shownKind(asked)}`);
  }
  const { duplex = true } = asked;
  checkFlag(duplex, "duplex");
  return duplex;
}

function makePipe(type: new () => PipeEnd, asked?: PipeArgument): [Connection, Connection] {
  const [first, second] = pipeEnds(type, isDuplex(asked));
  return [over(first), over(second)];
}

/** The two ends of a new pipe between processes. */
export const familyPipe = (asked?: PipeArgument): [Connection, Connection] =>
  makePipe(FamilyPipeEnd, asked);

/** The two ends of a new pipe between threads. */
export const threadPipe = (asked?: PipeArgument): [Connection, Connection] =>
  makePipe(ThreadPipeEnd, asked);

registerHandle<Connection, readonly [reach: string, block: number, stamp: number]>("Connection", {
  is: (value): value is Connection => value instanceof Connection,
  toHandle({ transport }, { destination }) {
    if (!(transport instanceof PipeEnd)) {
      throw new PicklingError("a connection over a socket stays where it is; send a pipe's end");
    }
    const { member, handle } = transport;
    const { reach } = member.arena;
    if (reach === "thread") {
      refuseElsewhere("Connection", destination, "a Pipe of manyhands/multiprocessing");
    }
    if (transport.closed) throw new PicklingError("this connection was closed");
    noteCarried(member, handle);
    return [reach, handle.block, handle.stamp];
  },
  fromHandle: ([reach, block, stamp]) =>
    over(
      reach === "thread"
        ? adopt(ThreadPipeEnd, threadMember, { block, stamp })
        : adopt(FamilyPipeEnd, familyMember, { block, stamp }),
    ),
});
