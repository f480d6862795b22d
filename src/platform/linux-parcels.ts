/**
 * Messages that carry descriptors (SCM_RIGHTS).
 *
 * One block of native memory holds everything that a call needs, because the structures point at
 * each other: the message header at 0, its one vector at 64, the descriptors' control record at
 * 128, the data behind it.
 */
import { constants } from "node:os";
import type { LinuxCalls } from "./linux-calls.ts";
import type { Parcel } from "./process-platform.ts";
import { SystemCallError } from "./system-call-error.ts";

const VECTOR = 64;
const CONTROL = 128;
const MAX_DESCRIPTORS = 250;
const CONTROL_HEAD = 16;
const CONTROL_SIZE = CONTROL_HEAD + 4 * MAX_DESCRIPTORS;
const DATA = 2048;
const MAX_BYTES = 2048;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x4000_0000;

export class DescriptorParcels {
  readonly #calls: LinuxCalls;
  #block: { address: bigint; bytes: Uint8Array; view: DataView } | undefined;

  constructor(calls: LinuxCalls) {
    this.#calls = calls;
  }

  send(fd: number, bytes: Uint8Array, descriptors: readonly number[]): void {
    if (bytes.length === 0 || bytes.length > MAX_BYTES) {
      throw new RangeError(`a message has 1 to ${MAX_BYTES} bytes, not ${bytes.length}`);
    }
    if (descriptors.length > MAX_DESCRIPTORS) {
      throw new RangeError(
        `at most ${MAX_DESCRIPTORS} descriptors cross at once, not ${descriptors.length}`,
      );
    }
    const size = descriptors.length === 0 ? 0 : CONTROL_HEAD + 4 * descriptors.length;
    const { address, view } = this.#header(bytes.length, size);
    if (size > 0) {
      view.setBigUint64(CONTROL, BigInt(size), true);
      view.setInt32(CONTROL + 8, SOL_SOCKET, true);
      view.setInt32(CONTROL + 12, SCM_RIGHTS, true);
      descriptors.forEach((descriptor, index) => {
        view.setInt32(CONTROL + CONTROL_HEAD + 4 * index, descriptor, true);
      });
    }
    this.#block!.bytes.set(bytes, DATA);
    this.#patiently("sendmsg", () => this.#calls.sendmsg(fd, address, MSG_NOSIGNAL));
  }

  receive(fd: number): Parcel | null {
    const { address, view } = this.#header(MAX_BYTES, CONTROL_SIZE);
    const size = this.#patiently("recvmsg", () =>
      this.#calls.recvmsg(fd, address, MSG_CMSG_CLOEXEC),
    );
    if (size === 0) return null;
    const descriptors: number[] = [];
    const controlSize = Number(view.getBigUint64(40, true));
    if (controlSize >= CONTROL_HEAD && view.getInt32(CONTROL + 12, true) === SCM_RIGHTS) {
      const end = CONTROL + Number(view.getBigUint64(CONTROL, true));
      for (let at = CONTROL + CONTROL_HEAD; at < end; at += 4) {
        descriptors.push(view.getInt32(at, true));
      }
    }
    return { bytes: this.#block!.bytes.slice(DATA, DATA + size), descriptors };
  }

  #header(dataSize: number, controlSize: number): { address: bigint; view: DataView } {
    if (this.#block === undefined) {
      const { address, bytes } = this.#calls.allocate(DATA + MAX_BYTES);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#block = { address, bytes, view };
    }
    const { address, bytes, view } = this.#block;
    bytes.fill(0, 0, VECTOR);
    view.setBigUint64(16, address + BigInt(VECTOR), true);
    view.setBigUint64(24, 1n, true);
    view.setBigUint64(32, controlSize === 0 ? 0n : address + BigInt(CONTROL), true);
    view.setBigUint64(40, BigInt(controlSize), true);
    view.setBigUint64(VECTOR, address + BigInt(DATA), true);
    view.setBigUint64(VECTOR + 8, BigInt(dataSize), true);
    return { address, view };
  }

  #patiently(name: string, call: () => number): number {
    for (;;) {
      const result = call();
      if (result >= 0) return result;
      const errno = this.#calls.errno();
      if (errno !== constants.errno.EINTR) throw new SystemCallError(name, errno);
    }
  }
}
