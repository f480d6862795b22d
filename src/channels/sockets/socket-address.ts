/** Where a listener listens: checking what callers give, and choosing what they leave out. */
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { SocketPlace } from "../../platform/process-platform.ts";

/** A host and a port. */
export interface HostAddress {
  /** A name or an IP address; this machine alone, `127.0.0.1`, when left out. */
  readonly host?: string;
  /** From 1 to 65535; for a listener also 0: any that is free, told by its `address`. */
  readonly port: number;
}

/** A host and a port, or the path of a Unix socket (on Windows, of a named pipe). */
export type Address = HostAddress | string;

/** Python's names: TCP over IPv4 and IPv6, Unix sockets, named pipes of Windows. */
export type Family = "AF_INET" | "AF_INET6" | "AF_UNIX" | "AF_PIPE";

const FAMILIES: readonly Family[] = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_PIPE"];
const HERE = "127.0.0.1";
const HERE_6 = "::1";
/** What the kernel has room for. */
export const LONGEST_PATH_BYTES = 107;

/** A checked address. */
export type Place = string | { readonly host: string; readonly port: number };

/** @throws TypeError, RangeError */
export function checkedAddress(address: unknown, lowestPort: number): Place {
  if (typeof address === "string") return checkedPath(address);
  if (typeof address !== "object" || address === null || !("port" in address)) {
    throw new TypeError("address must be { host, port } or the path of a socket");
  }
  const { host = HERE, port } = address as { host?: unknown; port: unknown };
  if (typeof host !== "string") throw new TypeError("host must be a string");
  if (host === "") throw new RangeError("host must not be empty");
  if (typeof port !== "number") throw new TypeError("port must be a number");
  if (!Number.isInteger(port) || port < lowestPort || port > 65_535) {
    throw new RangeError(`port must be a whole number from ${lowestPort} to 65535, not ${port}`);
  }
  return { host, port };
}

function checkedPath(path: string): string {
  if (path === "") throw new RangeError("the path of a socket must not be empty");
  if (path.indexOf("\0", 1) > 0) throw new RangeError("the path of a socket must not contain NUL");
  const bytes = Buffer.byteLength(path);
  if (process.platform !== "win32" && bytes > LONGEST_PATH_BYTES) {
    throw new RangeError(
      `the path of a socket takes at most ${LONGEST_PATH_BYTES} bytes, not ${bytes}: ${path}`,
    );
  }
  return path;
}

/** @throws TypeError, RangeError */
export function checkedFamily(family: unknown): Family | undefined {
  if (family === undefined) return undefined;
  if (typeof family !== "string") throw new TypeError("family must be a string such as 'AF_UNIX'");
  const found = FAMILIES.find((one) => one === family);
  if (found === "AF_PIPE" && process.platform !== "win32") {
    throw new RangeError("AF_PIPE, named pipes, is for Windows; here it is AF_UNIX");
  }
  if (found !== undefined) return found;
  throw new RangeError(`family must be one of ${FAMILIES.join(", ")}, not ${family}`);
}

/** The family that an address belongs to. */
export function familyOf(place: Place): Family {
  if (typeof place === "string") return process.platform === "win32" ? "AF_PIPE" : "AF_UNIX";
  return isIP(place.host) === 6 ? "AF_INET6" : "AF_INET";
}

/** @throws RangeError when the address is of another family */
export function checkFits(place: Place, family: Family | undefined): void {
  const own = familyOf(place);
  if (family === undefined || family === own) return;
  // A name may stand for either.
  if (typeof place !== "string" && isIP(place.host) === 0 && family === "AF_INET6") return;
  throw new RangeError(`${shownAddress(place)} is an address of ${own}, not of ${family}`);
}

/** An address of a family on this machine that nobody chose; undefined for a path. */
export function anyAddress(family: Family | undefined): Place | undefined {
  if (family === "AF_INET") return { host: HERE, port: 0 };
  if (family === "AF_INET6") return { host: HERE_6, port: 0 };
  if (process.platform !== "win32") return undefined;
  return `\\\\.\\pipe\\manyhands-${randomBytes(12).toString("hex")}`;
}

export function shownAddress(place: Place): string {
  if (typeof place === "string") return place.replace("\0", "@");
  return place.host.includes(":") ? `[${place.host}]:${place.port}` : `${place.host}:${place.port}`;
}

/** The address for a blocking connect, which asks no name server; undefined for other names. */
export function directPlace(place: Place): SocketPlace | undefined {
  if (typeof place === "string" || isIP(place.host) !== 0) return place;
  return place.host === "localhost" ? { host: HERE, port: place.port } : undefined;
}
