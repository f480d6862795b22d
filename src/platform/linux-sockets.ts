/** Connecting and accepting on Linux without an event loop: what blocking calls need. */
import { isIP } from "node:net";
import { constants } from "node:os";
import { closeNative } from "./close-native.ts";
import type { LinuxCalls } from "./linux-calls.ts";
import type { SocketPlace } from "./process-platform.ts";
import { SystemCallError } from "./system-call-error.ts";

const { EAGAIN, ECONNABORTED, ECONNREFUSED, EINPROGRESS, EINTR } = constants.errno;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const CLOEXEC = 0o2_000_000;
const NONBLOCK = 0o4_000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
/** Where an address has its bytes behind the family, and how many an unspecified part takes. */
const UNIX_HEAD = 2;
const UNIX_BYTES = 110;
const INET_BYTES = 16;
const INET6_BYTES = 28;
const INET6_AT = 8;

export class LinuxSockets {
  readonly #calls: LinuxCalls;

  constructor(calls: LinuxCalls) {
    this.#calls = calls;
  }

  /** See `ProcessPlatform.connectSocket`. */
  connect(place: SocketPlace): number {
    const { family, bytes } = addressOf(place);
    const fd = this.#calls.socket(family, SOCK_STREAM | CLOEXEC | NONBLOCK, 0);
    if (fd < 0) throw new SystemCallError("socket", this.#calls.errno());
    let errno = this.#connect(fd, bytes);
    // Some versions of Node pad the abstract names that they listen at.
    const isAbstract = typeof place === "string" && place.startsWith("\0");
    if (errno === ECONNREFUSED && isAbstract) errno = this.#connect(fd, padded(bytes));
    if (errno === 0 || errno === EINPROGRESS || errno === EINTR) return fd;
    closeNative(fd);
    throw new SystemCallError("connect", errno);
  }

  #connect(fd: number, address: Buffer): number {
    return this.#calls.connect(fd, address, address.length) === 0 ? 0 : this.#calls.errno();
  }

  errorOf(fd: number): number {
    const value = new Int32Array(1);
    const failed = this.#calls.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, new Int32Array([4]));
    return failed < 0 ? this.#calls.errno() : value[0]!;
  }

  acceptNow(listening: number): number {
    const fd = this.#calls.accept4(listening, null, null, CLOEXEC | NONBLOCK);
    if (fd >= 0) return fd;
    const errno = this.#calls.errno();
    // Whoever knocked may have left again meanwhile.
    if (errno === EAGAIN || errno === EINTR || errno === ECONNABORTED) return -1;
    throw new SystemCallError("accept4", errno);
  }
}

function addressOf(place: SocketPlace): { family: number; bytes: Buffer } {
  if (typeof place === "string") {
    // A path ends with a NUL; an abstract name is exactly as long as it is.
    const path = Buffer.from(place.startsWith("\0") ? place : `${place}\0`);
    const bytes = Buffer.alloc(UNIX_HEAD + path.length);
    bytes.writeUInt16LE(AF_UNIX, 0);
    path.copy(bytes, UNIX_HEAD);
    return { family: AF_UNIX, bytes };
  }
  const family = isIP(place.host) === 6 ? AF_INET6 : AF_INET;
  const bytes = Buffer.alloc(family === AF_INET6 ? INET6_BYTES : INET_BYTES);
  bytes.writeUInt16LE(family, 0);
  bytes.writeUInt16BE(place.port, 2);
  if (family === AF_INET6)
    groupsOf(place.host).forEach((group, index) => {
      bytes.writeUInt16BE(group, INET6_AT + 2 * index);
    });
  else place.host.split(".").forEach((part, index) => (bytes[4 + index] = Number(part)));
  return { family, bytes };
}

const padded = (address: Buffer): Buffer =>
  Buffer.concat([address, Buffer.alloc(UNIX_BYTES - address.length)]);

/** The eight numbers of an IPv6 address. */
function groupsOf(host: string): number[] {
  // The URL parser writes every form in hexadecimal groups.
  const [plain] = host.split("%");
  const text = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [head, tail] = text.split("::").map((half) => half.split(":").filter(Boolean));
  const all = [
    ...head!,
    ...Array.from({ length: 8 - head!.length - (tail?.length ?? 0) }, () => "0"),
  ];
  return [...all, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
}
