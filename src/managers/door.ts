/**
 * The door of a manager's server: a pipe into which threads of the family put one end of a
 * pipe of their own, which is their link from then on. It is shut when the server dies, and what
 * waits in it is dropped; so whoever waits for an answer meets the end of the stream.
 */
import type { Connection } from "../channels/connection.ts";
import { familyPipe } from "../channels/pipe-connection.ts";
import { Link } from "./link.ts";

/** A new link to the server behind the door. @throws BrokenConnectionError when it is gone */
export function familyLink(door: Connection): Link {
  const [mine, theirs] = familyPipe();
  try {
    door.sendSync(theirs);
  } catch (error) {
    mine.close();
    throw error;
  } finally {
    theirs.close();
  }
  return new Link(mine, "process");
}
