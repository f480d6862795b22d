/**
 * The C functions behind `linux-process.ts`, declared once. Loaded on the first use of native
 * calls, because loading the FFI package takes several milliseconds. All come from the running
 * program itself (`load(null)`): its C library whatever its name is, and libuv inside of node.
 */
import { koffi } from "./koffi.ts";

type Pointer = bigint | ArrayBufferView | null;

export interface LinuxCalls {
  fork(): number;
  exit(code: number): void;
  getpid(): number;
  getppid(): number;
  kill(pid: number, signal: number): number;
  waitpid(pid: number, status: Int32Array, options: number): number;
  waitid(kind: number, id: number, info: Int32Array, options: number): number;
  poll(requests: Int32Array, count: number, timeoutMs: number): number;
  socketpair(domain: number, type: number, protocol: number, pair: Int32Array): number;
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, size: number): number;
  accept4(fd: number, address: null, size: null, flags: number): number;
  getsockopt(fd: number, level: number, name: number, value: Int32Array, size: Int32Array): number;
  pipe2(pair: Int32Array, flags: number): number;
  memfdCreate(name: string, flags: number): number;
  sendmsg(fd: number, message: Pointer, flags: number): number;
  recvmsg(fd: number, message: Pointer, flags: number): number;
  send(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  dup2(fd: number, target: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  signal(signal: number, handler: number): bigint;
  prctl(option: number, a: number, b: number, c: number, d: number): number;
  madvise(address: bigint, size: number, advice: number): number;
  affinity(pid: number, size: number, mask: Uint8Array): number;
  /** `syscall` with two numbers and a pointer. */
  pidfdOpen(number: number, pid: number, flags: number): number;
  seccomp(number: number, operation: number, flags: number, program: Pointer): number;
  defaultLoop(): bigint;
  loopFork(loop: bigint): number;
  /** The bytes at an address, as they are now and will be. */
  view(address: bigint, size: number): DataView;
  errno(): number;
  /** Native memory that stays where it is: its address and its bytes. */
  allocate(size: number): { address: bigint; bytes: Uint8Array };
}

export function loadLinuxCalls(): LinuxCalls {
  const { load, view, errno, alloc } = koffi();
  const self = load(null);
  const call = (declaration: string): never => self.func(declaration) as unknown as never;
  return {
    fork: call("int fork()"),
    exit: call("void _exit(int)"),
    getpid: call("int getpid()"),
    getppid: call("int getppid()"),
    kill: call("int kill(int, int)"),
    waitpid: call("int waitpid(int, void*, int)"),
    waitid: call("int waitid(int, int, void*, int)"),
    poll: call("int poll(void*, unsigned long, int)"),
    socketpair: call("int socketpair(int, int, int, void*)"),
    socket: call("int socket(int, int, int)"),
    connect: call("int connect(int, void*, unsigned int)"),
    accept4: call("int accept4(int, void*, void*, int)"),
    getsockopt: call("int getsockopt(int, int, int, void*, void*)"),
    pipe2: call("int pipe2(void*, int)"),
    memfdCreate: call("int memfd_create(const char*, unsigned int)"),
    sendmsg: call("long sendmsg(int, void*, int)"),
    recvmsg: call("long recvmsg(int, void*, int)"),
    send: call("long send(int, void*, size_t, int)"),
    recv: call("long recv(int, void*, size_t, int)"),
    dup2: call("int dup2(int, int)"),
    fcntl: call("int fcntl(int, int, long)"),
    signal: call("uintptr_t signal(int, uintptr_t)"),
    prctl: call("int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)"),
    madvise: call("int madvise(uintptr_t, size_t, int)"),
    affinity: call("int sched_setaffinity(int, size_t, void*)"),
    pidfdOpen: call("long syscall(long, int, int)"),
    seccomp: call("long syscall(long, unsigned long, unsigned long, void*)"),
    defaultLoop: call("void* uv_default_loop()"),
    loopFork: call("int uv_loop_fork(void*)"),
    view: (address, size) => new DataView(view(address, size)),
    errno: () => errno(),
    allocate(size) {
      const address = alloc("uint8_t", size) as bigint;
      return { address, bytes: new Uint8Array(view(address, size)) };
    },
  };
}
