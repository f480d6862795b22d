/**
 * The fork server: a node process without background threads that forks a child per request.
 *
 * It loads the preload modules, then serves in a plain blocking loop and never turns its event loop
 * again, so its copies find it in a known state. A request is one message with descriptors:
 *
 *     [control, parent's lifeline, way to this server, family memory, stdin, stdout, stderr, …]
 *
 * Everything else the child reads from its control socket. The server keeps a duplicate of that
 * socket while the child lives; when it has reaped the child it writes the exit record there and
 * closes it, so the parent gets results, exit code and end of stream in one order. The server
 * leaves when all its clients have gone and all children are reaped.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { loadAllParts } from "../platform/later.ts";
import { processPlatform, type ProcessPlatform } from "../platform/process-platform.ts";
import type { ActivityLog } from "./activity.ts";
import { leaveByExit, leaveWhenIdle, quietInheritedHandles, repairCopy } from "./after-fork.ts";
import { type Bootstrap, ServerExit, type ServerOrder } from "./bootstrap.ts";
import { live, settleIn } from "./child-life.ts";
import { encodeExitRecord } from "./frames.ts";
import { guardRandomness } from "./fresh-randomness.ts";
import { currentIdentity } from "./identity.ts";
import { parentAlive } from "./lifeline.ts";
import { adoptCurrent } from "./current.ts";
import { loaderHooksRegistered } from "./loader-guard.ts";
import { ParentLink } from "./parent-link.ts";
import { decodeJob } from "./payload.ts";
import type { Request } from "./child-request.ts";
import { rehearse } from "./rehearsal.ts";
import { preload, preloadNode } from "./preload.ts";

const REQUESTS_FD = 3;
/** The first byte of a request that brings the family's memory. */
const WITH_FAMILY = 2;
/** What `fork` failing looks like to the parent: as a shell answers "cannot execute". */
const FORK_FAILED = 126;

interface Running {
  readonly pid: number;
  /** Becomes readable when the child has died. */
  readonly watch: number;
  readonly control: number;
}

class ForkServer {
  readonly #platform: ProcessPlatform;
  readonly #running = new Map<number, Running>();
  /** Exit records that a full socket would not take yet. */
  readonly #records = new Map<number, Uint8Array>();
  #open = true;

  constructor(platform: ProcessPlatform) {
    this.#platform = platform;
  }

  /** Blocks for the life of the server; returns in each child, with its request. */
  serve(): Request {
    while (this.#open || this.#running.size > 0 || this.#records.size > 0) {
      const requests = [...this.#running.values()].map(({ watch }) => ({ fd: watch }));
      for (const fd of this.#records.keys()) requests.push({ fd, write: true } as { fd: number });
      if (this.#open) requests.push({ fd: REQUESTS_FD });
      for (const fd of this.#platform.poll(requests, Infinity)) {
        if (fd === REQUESTS_FD) {
          const request = this.#take();
          if (request !== null) return request;
        } else if (this.#records.has(fd)) this.#deliver(fd, this.#records.get(fd)!);
        else this.#bury(this.#running.get(fd)!);
      }
    }
    return this.#platform.exitNow(0);
  }

  #take(): Request | null {
    const parcel = this.#platform.receiveParcel(REQUESTS_FD);
    if (parcel === null) {
      this.#open = false;
      return null;
    }
    const all = parcel.descriptors;
    const [control, lifeline, server] = all.splice(0, 3) as [number, number, number];
    // Nobody names the family's memory: whoever needs it finds it among the descriptors.
    const family = parcel.bytes[0] === WITH_FAMILY ? all.splice(0, 1) : [];
    const streams = all.splice(0, 3);
    let pid: number;
    try {
      pid = this.#platform.fork();
    } catch {
      pid = -1;
    }
    if (pid === 0) {
      this.#forget();
      return { control, lifeline, server, streams, extra: all };
    }
    for (const fd of [lifeline, server, ...family, ...streams, ...all]) closeSync(fd);
    if (pid < 0) this.#deliver(control, encodeExitRecord(FORK_FAILED));
    else {
      const watch = this.#platform.openProcess(pid);
      this.#running.set(watch, { pid, watch, control });
    }
    return null;
  }

  #bury({ pid, watch, control }: Running): void {
    const death = this.#platform.reap(pid, false);
    closeSync(watch);
    this.#running.delete(watch);
    this.#deliver(control, encodeExitRecord(death!.exitCode));
  }

  #deliver(control: number, record: Uint8Array): void {
    let written: number;
    try {
      written = this.#platform.writeNow(control, record);
    } catch {
      // The parent is gone: nobody wants to know.
      written = record.length;
    }
    if (written < 0) this.#records.set(control, record);
    else {
      this.#records.delete(control);
      closeSync(control);
    }
  }

  /** In a child: what belongs to the server and to the siblings. */
  #forget(): void {
    closeSync(REQUESTS_FD);
    for (const { watch, control } of this.#running.values()) {
      closeSync(watch);
      closeSync(control);
    }
    for (const control of this.#records.keys()) closeSync(control);
  }
}

/** In the child: from the copy of a server to a process of its own. */
async function begin(
  platform: ProcessPlatform,
  request: Request,
  leftovers: ActivityLog,
): Promise<void> {
  const { control, lifeline, server, streams, extra } = request;
  streams.forEach((from, to) => {
    platform.duplicateOnto(from, to);
    closeSync(from);
  });
  repairCopy(() => (parentAlive() ? currentIdentity().parent!.pid : platform.parentProcessId()));
  quietInheritedHandles();
  leftovers.unrefAll();
  const link = new ParentLink(control);
  const boot = link.receiveSync();
  const payload = link.receiveSync();
  if (boot === null || payload === null) platform.exitNow(0);
  const bootstrap = JSON.parse(Buffer.from(boot!.body).toString()) as Bootstrap;
  takeEnvironment(bootstrap);
  settleIn(bootstrap, link, { lifeline, forkserver: server });
  const arrivals = {
    attachments: bootstrap.attachments,
    descriptors: extra,
    transferred: [],
  };
  await live(
    link,
    async () => decodeJob(payload!.body, "process", arrivals, adoptCurrent),
    bootstrap.importMain,
  );
}

function takeEnvironment({ env = {}, cwd }: Bootstrap): void {
  for (const [name, value] of Object.entries(env)) {
    if (process.env[name] !== value) process.env[name] = value;
  }
  for (const name of Object.keys(process.env)) {
    if (!(name in env)) delete process.env[name];
  }
  if (cwd !== undefined && cwd !== process.cwd()) process.chdir(cwd);
}

async function main(): Promise<void> {
  const platform = processPlatform();
  if (platform === null) process.exit(ServerExit.NO_FORK);
  platform.ignoreSignal(constants.signals.SIGINT);
  guardRandomness();
  const order = JSON.parse(process.argv[4]!) as ServerOrder;
  preloadNode();
  loadAllParts();
  const leftovers = await preload(order.preload);
  if (loaderHooksRegistered()) platform.exitNow(ServerExit.LOADER_HOOKS);
  try {
    platform.prepareForFork();
  } catch {
    platform.exitNow(ServerExit.NO_FORK);
  }
  leaveByExit();
  const rehearsal = platform.receiveParcel(REQUESTS_FD);
  if (rehearsal === null) platform.exitNow(0);
  await rehearse(platform, rehearsal!.bytes, (request) => begin(platform, request, leftovers));
  const request = new ForkServer(platform).serve();
  const lookNow = leaveWhenIdle(0);
  await begin(platform, request, leftovers);
  lookNow();
}

void main();
