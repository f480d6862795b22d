/** Thrown by a measure that cannot run on this machine; the message says why. */
export class Unavailable extends Error {
  override name = "Unavailable";
}
