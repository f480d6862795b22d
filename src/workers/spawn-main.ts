/** The first code of a spawned child. */
import { CONTROL_FD, FIRST_EXTRA_FD, LIFELINE_FD } from "./bootstrap.ts";
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
  settleIn(bootstrap, link, { lifeline: bootstrap.lifeline ? LIFELINE_FD : -1, forkserver: -1 });
  const descriptors = Array.from(
    { length: bootstrap.descriptors },
    (_, index) => FIRST_EXTRA_FD + index,
  );
  void live(link, async () => decodeJob(payload.body, descriptors, adoptCurrent));
}

main();
