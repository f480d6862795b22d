/** The first code of a spawned child. */
import { closeSync, openSync } from "node:fs";
import { CONTROL_FD, FAMILY_FD, FIRST_EXTRA_FD, LIFELINE_FD } from "./bootstrap.ts";
import type { Bootstrap } from "./bootstrap.ts";
import { live, settleIn } from "./child-life.ts";
import { adoptCurrent } from "./current.ts";
import { ParentLink } from "./parent-link.ts";
import { decodeJob } from "./payload.ts";

function main(): void {
  const link = new ParentLink(CONTROL_FD);
  const boot = link.receiveSync();
  const payload = link.receiveSync();
  // The parent died while this process was starting.
  if (boot === null || payload === null) process.exit(0);
  const bootstrap = JSON.parse(Buffer.from(boot.body).toString()) as Bootstrap;
  const lifeline = bootstrap.lifeline ? closedOnExec(LIFELINE_FD, "r") : -1;
  if (bootstrap.family) closedOnExec(FAMILY_FD, "r+");
  settleIn(bootstrap, link, { lifeline, forkserver: -1 });
  const { attachments } = bootstrap;
  const descriptors = attachments.map((_, index) => FIRST_EXTRA_FD + index);
  const arrivals = { attachments, descriptors, transferred: [] };
  void live(
    link,
    async () => decodeJob(payload.body, "process", arrivals, adoptCurrent),
    bootstrap.importMain,
  );
}

/** The same file under a descriptor that programs started from here do not inherit. */
function closedOnExec(fd: number, mode: "r" | "r+"): number {
  const reopened = openSync(`/proc/self/fd/${fd}`, mode);
  closeSync(fd);
  return reopened;
}

main();
