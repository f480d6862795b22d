/**
 * Items that are given to what lives in a server, as they are to be sent. A collection of the same
 * server goes there as itself, and its contents are taken there; those of others are fetched here.
 */
import { BaseProxy, factsOf } from "./proxy.ts";
import { CollectionProxy, DictProxy } from "./types/collection-proxy.ts";
import { itemsOf } from "./types/contents.ts";
import { IteratorProxy } from "./types/iterator-proxy.ts";

type Sent = readonly unknown[] | BaseProxy;

/**
 * @param serverId where they are to go
 * @param what takes them
 * @throws TypeError for what cannot be iterated over
 */
export function itemsToSend(
  given: unknown,
  serverId: string,
  what: string,
): Sent | Promise<unknown[]> {
  if (given instanceof BaseProxy) {
    if (given instanceof IteratorProxy) return fetched(given);
    if (factsOf(given).access.serverId === serverId) return given;
    if (isCollection(given)) return fetched(given);
  }
  return Array.from(itemsOf(given as Iterable<unknown>, what));
}

/** The same, blocking the thread. */
export function itemsToSendSync(given: unknown, serverId: string, what: string): Sent {
  if (given instanceof BaseProxy) {
    if (factsOf(given).access.serverId === serverId) return given;
    if (given instanceof CollectionProxy) return given._callMethodSync("toArray") as unknown[];
    if (given instanceof DictProxy) return given._callMethodSync("entries") as unknown[];
  }
  return Array.from(itemsOf(given as Iterable<unknown>, what));
}

const isCollection = (proxy: BaseProxy): proxy is CollectionProxy | DictProxy =>
  proxy instanceof CollectionProxy || proxy instanceof DictProxy;

async function fetched(from: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of from) items.push(item);
  return items;
}
