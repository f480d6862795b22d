/** The first code of a spawned child. */
import { closeSync, openSync } from "node:fs";
import {
  type Bootstrap,
  COMPILED_FD,
  CompiledChoice,
  CONTROL_FD,
  FAMILY_FD,
  FIRST_EXTRA_FD,
  LIFELINE_FD,
} from "./bootstrap.ts";
import { live, settleIn } from "./child-life.ts";
import { writeCompiled } from "./compiled-file.ts";
import { tellCompiled, tellCompiledNow } from "./compiled-shelf.ts";
import { adoptCurrent } from "./current.ts";
import { Kind } from "./crossing/frames.ts";
import { ParentLink } from "./crossing/parent-link.ts";
import { decodeJob } from "./crossing/payload.ts";

async function main(): Promise<void> {
  const link = new ParentLink(CONTROL_FD);
  const boot = link.receiveSync();
  const payload = link.receiveSync();
  // The parent died while this process was starting.
  if (boot === null || payload === null) process.exit(0);
  const bootstrap = JSON.parse(Buffer.from(boot.body).toString()) as Bootstrap;
  const lifeline = bootstrap.lifeline ? closedOnExec(LIFELINE_FD, "r") : -1;
  if (bootstrap.family) closedOnExec(FAMILY_FD, "r+");
  const wanted = process.argv[3] === CompiledChoice.WANTED;
  const compiled = wanted ? closedOnExec(COMPILED_FD, "r+") : -1;
  settleIn(bootstrap, link, { lifeline, forkserver: -1 });
  const { attachments } = bootstrap;
  const descriptors = attachments.map((_, index) => FIRST_EXTRA_FD + index);
  const arrivals = { attachments, descriptors, transferred: [] };
  const decode = async () => decodeJob(payload.body, "process", arrivals, adoptCurrent);
  tellCompiled((bytes) => {
    if (writeCompiled(compiled, bytes)) link.send(Kind.COMPILED, new Uint8Array(0));
  });
  await live(link, decode, bootstrap.importMain);
  tellCompiledNow();
}

/** The same file under a descriptor that programs started from here do not inherit. */
function closedOnExec(fd: number, mode: "r" | "r+"): number {
  const reopened = openSync(`/proc/self/fd/${fd}`, mode);
  closeSync(fd);
  return reopened;
}

void main();
