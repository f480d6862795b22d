/**
 * Enters descriptors into the set that libuv sleeps on.
 *
 * `uv_loop_fork` makes a new set, and has libuv enter into it what it watches, but for those whose
 * watch was being changed when the copy was made: libuv takes these for entered, and calls `abort`
 * when the system does not know them. An entry that waits for nothing is changed by libuv as its
 * own, and goes when libuv closes the descriptor.
 */
import { koffi } from "./koffi.ts";

const EPOLL_CTL_ADD = 1;

interface LoopCalls {
  loopDescriptor(loop: bigint): number;
  control(set: number, operation: number, fd: number, event: Int32Array): number;
}

let calls: LoopCalls | undefined;

function loadCalls(): LoopCalls {
  const self = koffi().load(null);
  const call = (declaration: string): never => self.func(declaration) as unknown as never;
  return {
    loopDescriptor: call("int uv_backend_fd(void*)"),
    control: call("int epoll_ctl(int, int, int, void*)"),
  };
}

export function enterIntoLoop(loop: bigint, descriptors: readonly number[]): void {
  calls ??= loadCalls();
  const set = calls.loopDescriptor(loop);
  // Where the number stands depends on the processor. What is entered already stays as it is.
  for (const fd of descriptors) calls.control(set, EPOLL_CTL_ADD, fd, Int32Array.of(0, fd, fd, 0));
}
