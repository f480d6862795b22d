/**
 * The fork server: a node process without background threads that forks children on request.
 *
 * It loads the preload modules, rehearses the life of a child, and then serves (`fork-loop.ts`).
 * When its first child has ended, so that more are likely to come, it loads what makes those
 * quicker that need more: other parts of the library, and what modules of the program import of it.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { prepareToFind } from "../carry/functions/carrier.ts";
import { loadAllParts } from "../platform/later.ts";
import { ownModule } from "../platform/own-module.ts";
import { processPlatform, type ProcessPlatform } from "../platform/process-platform.ts";
import { workingDirectory } from "../platform/working-directory.ts";
import type { ActivityLog } from "./forking/activity.ts";
import {
  leaveByExit,
  leaveWhenIdle,
  quietInheritedHandles,
  repairCopy,
} from "./forking/after-fork.ts";
import { type Bootstrap, REQUESTS_FD, ServerExit, type ServerOrder } from "./bootstrap.ts";
import { live, settleIn } from "./child-life.ts";
import { startedForForking } from "./exec-argv.ts";
import { ForkLoop, requestOf } from "./fork-server/fork-loop.ts";
import { guardOwnRandomness, guardRandomness } from "./forking/fresh-randomness.ts";
import { currentIdentity } from "./identity.ts";
import { parentAlive } from "./lifeline.ts";
import { adoptCurrent } from "./current.ts";
import { loaderHooksRegistered } from "./loader-guard.ts";
import { ParentLink } from "./crossing/parent-link.ts";
import { decodeJob } from "./crossing/payload.ts";
import type { Request } from "./fork-server/child-request.ts";
import { rehearse } from "./fork-server/rehearsal.ts";
import { preload, preloadNode, preloadNodeLater } from "./fork-server/preload.ts";
import { setTheRest } from "./fork-server/server-flags.ts";

const REHEARSALS = 3;
/** Who looks at the list of processes is to know what this is. */
const SPARE_TITLE = "manyhands-spare";

/** Where what a copy must put right is put right already: a spare has done so while it waited. */
let repairedIn = -1;

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
  if (repairedIn !== platform.processId()) {
    repairCopy(undefined, () =>
      parentAlive() ? currentIdentity().parent!.pid : platform.parentProcessId(),
    );
    quietInheritedHandles();
    leftovers.unrefAll();
    repairedIn = process.pid;
  }
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

/** The server's when it began to serve: to ask the system for each variable takes much longer. */
let environment: NodeJS.ProcessEnv = {};

function takeEnvironment({ env = {}, cwd }: Bootstrap): void {
  for (const [name, value] of Object.entries(env)) {
    if (environment[name] !== value) process.env[name] = value;
  }
  for (const name of Object.keys(environment)) {
    if (!(name in env)) delete process.env[name];
  }
  if (cwd !== undefined && cwd !== workingDirectory()) process.chdir(cwd);
}

async function main(): Promise<void> {
  const platform = processPlatform();
  if (platform === null) process.exit(ServerExit.NO_FORK);
  platform.ignoreSignal(constants.signals.SIGINT);
  const order = JSON.parse(process.argv[4]!) as ServerOrder;
  preloadNode();
  prepareToFind();
  for (const url of order.own) ownModule(new URL(url));
  const hasAllFlags = startedForForking();
  if (hasAllFlags || order.preload.length > 0) guardRandomness();
  else guardOwnRandomness();
  if (!hasAllFlags) setTheRest();
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
  environment = { ...process.env };
  const warmUp = (times: number, ending: boolean): Promise<void> =>
    rehearse(platform, rehearsal!.bytes, { times, ending }, (request) =>
      begin(platform, request, leftovers),
    );
  await warmUp(REHEARSALS, true);
  // The rehearsal has listened to it and ceased to.
  platform.ignoreSignal(constants.signals.SIGINT);
  const loop = new ForkLoop(platform);
  let copy = loop.serve();
  if (copy === null) {
    preloadNodeLater();
    loadAllParts();
    await preload(order.entries);
    copy = loop.serve()!;
  }
  const request =
    "request" in copy ? copy.request : await standBy(platform, copy.way, () => warmUp(1, false));
  const lookNow = leaveWhenIdle(0);
  await begin(platform, request, leftovers);
  lookNow();
}

/** The life of a spare until its request. The event loop does not turn meanwhile. */
async function standBy(
  platform: ProcessPlatform,
  way: number,
  warmUp: () => Promise<void>,
): Promise<Request> {
  process.title = SPARE_TITLE;
  const isThere = platform.poll([{ fd: way }], 0).length > 0;
  if (!isThere) {
    await warmUp();
    platform.ignoreSignal(constants.signals.SIGINT);
  }
  const parcel = platform.receiveParcel(way);
  if (parcel === null) platform.exitNow(0);
  closeSync(way);
  return requestOf(parcel!);
}

void main();
