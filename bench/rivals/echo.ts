/** What the rivals that talk by messages have in common: a peer that echoes, timed from here. */

/** Sends numbers back; counts other messages, and answers an empty text with the count. */
export interface EchoPeer {
  send(message: unknown): void;
  next(): Promise<unknown>;
}

const WARM_UP = 3_000;
const ROUND_TRIPS = 10_000;
const MESSAGES = 100_000;

async function call(peer: EchoPeer, message: unknown): Promise<unknown> {
  const reply = peer.next();
  peer.send(message);
  return reply;
}

/** Microseconds for one message there and one back. */
export async function timeRoundTrips(peer: EchoPeer, effort: number): Promise<number> {
  for (let warmUp = 0; warmUp < WARM_UP; warmUp++) await call(peer, warmUp);
  const trips = Math.ceil(ROUND_TRIPS * effort);
  const start = performance.now();
  for (let trip = 0; trip < trips; trip++) await call(peer, trip);
  return ((performance.now() - start) * 1000) / trips;
}

/** Messages per second, from the first sent to the last counted on the other side. */
export async function streamMessages(
  peer: EchoPeer,
  message: unknown,
  effort: number,
): Promise<number> {
  await call(peer, 0);
  const messages = Math.ceil(MESSAGES * effort);
  const start = performance.now();
  for (let sent = 0; sent < messages; sent++) peer.send(message);
  const count = await call(peer, "");
  if (count !== messages) throw new Error(`${String(count)} of ${messages} messages arrived`);
  return messages / ((performance.now() - start) / 1000);
}
