/**
 * Which link a message is being coded for, or came over: what stands for an object of the server
 * depends on it. References that are made for a message are this thread's until the message has
 * them.
 */
import type { Reference } from "../channels/lanes/reference.ts";
import { release } from "../sync/shared-object.ts";
import type { Link } from "./link.ts";

let current: { readonly link: Link; readonly made: Reference[] } | undefined;

/** Codes a message for `link` by `body`. */
export function sendingOver<R>(link: Link, body: () => R): R {
  const outer = current;
  const made: Reference[] = [];
  current = { link, made };
  try {
    return body();
  } finally {
    current = outer;
    for (const reference of made) release(reference);
  }
}

/** The link that the message being coded goes over; undefined when it is not for a manager. */
export const linkSentOver = (): Link | undefined => current?.link;

/** This reference was made for the message. */
export function madeForMessage(reference: Reference): void {
  current?.made.push(reference);
}

let arriving: Link | undefined;

/** Decodes a message that came over `link` by `body`. */
export function receivingOver<R>(link: Link, body: () => R): R {
  const outer = arriving;
  arriving = link;
  try {
    return body();
  } finally {
    arriving = outer;
  }
}

/** The link that the message being decoded came over; undefined when it came elsewhere. */
export const linkReceivedOver = (): Link | undefined => arriving;
