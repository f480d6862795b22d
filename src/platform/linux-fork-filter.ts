/**
 * Makes the memory of a node process visible to the children it forks.
 *
 * V8 marks its heap MADV_DONTFORK as it allocates, and a forked child would fault at its first
 * access. A seccomp filter answers `madvise(…, MADV_DONTFORK)` with success without doing it; what
 * was marked before the filter came is marked back once. The order matters: filter first, so that
 * nothing can be marked in between. The filter needs NO_NEW_PRIVS, which children inherit: setuid
 * programs started from this process gain nothing any more.
 */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import type { LinuxCalls } from "./linux-calls.ts";
import { SystemCallError } from "./system-call-error.ts";

const { ENOMEM } = constants.errno;
const MADV_DONTFORK = 10;
const MADV_DOFORK = 11;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
/** For all threads: some Nodes collect garbage, and so allocate, in a second one. */
const ALL_THREADS = 1;
const RETURN_ALLOW = 0x7fff_0000;
const RETURN_ERRNO_ZERO = 0x0005_0000;

/** Numbers of the system calls and the filter's name for each architecture. */
const ARCHITECTURES: Record<string, { audit: number; madvise: number; seccomp: number }> = {
  x64: { audit: 0xc000_003e, madvise: 28, seccomp: 317 },
  arm64: { audit: 0xc000_00b7, madvise: 233, seccomp: 277 },
};

const LOAD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;

/** Offsets in the filter's input: call number, architecture, low word of the third argument. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const THIRD_ARGUMENT = 32;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

export function installForkFilter(calls: LinuxCalls): void {
  const machine = ARCHITECTURES[process.arch];
  if (machine === undefined) throw new SystemCallError("seccomp", 38);
  const program: readonly Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_IF_EQUAL, 0, 5, machine.audit],
    [LOAD, 0, 0, NUMBER],
    [JUMP_IF_EQUAL, 0, 3, machine.madvise],
    [LOAD, 0, 0, THIRD_ARGUMENT],
    [JUMP_IF_EQUAL, 0, 1, MADV_DONTFORK],
    [RETURN, 0, 0, RETURN_ERRNO_ZERO],
    [RETURN, 0, 0, RETURN_ALLOW],
  ];
  const size = 8 * program.length;
  const { address, bytes } = calls.allocate(size + 16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size + 16);
  program.forEach(([code, ifTrue, ifFalse, operand], index) => {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, ifTrue);
    view.setUint8(index * 8 + 3, ifFalse);
    view.setUint32(index * 8 + 4, operand, true);
  });
  view.setUint16(size, program.length, true);
  view.setBigUint64(size + 8, address, true);
  if (calls.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) {
    throw new SystemCallError("prctl", calls.errno());
  }
  const head = address + BigInt(size);
  if (calls.seccomp(machine.seccomp, SECCOMP_SET_MODE_FILTER, ALL_THREADS, head) !== 0) {
    throw new SystemCallError("seccomp", calls.errno());
  }
}

/**
 * Marks back every mapping that carries the mark "do not copy to children" (`dc`). The list is that
 * of a moment ago: where V8 has given memory back since, the kernel marks what is left of a range,
 * and says ENOMEM.
 */
export function showHiddenMemory(calls: LinuxCalls): void {
  let start = 0n;
  let end = 0n;
  for (const line of readFileSync("/proc/self/smaps", "latin1").split("\n")) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
    if (range !== null) {
      start = BigInt(`0x${range[1]}`);
      end = BigInt(`0x${range[2]}`);
    } else if (line.startsWith("VmFlags:") && /\bdc\b/.test(line)) {
      const done = calls.madvise(start, Number(end - start), MADV_DOFORK) === 0;
      if (!done && calls.errno() !== ENOMEM) throw new SystemCallError("madvise", calls.errno());
    }
  }
}
