/** How a server that a manager started ends: it is asked, then told, then made to. */
import type { Access } from "./access.ts";
import { plain } from "./awaited-call.ts";
import * as protocol from "./protocol.ts";
import type { ServerHost } from "./server-host.ts";

/** How long it may take each time. */
const GRACE_MS = 1_000;

/** Comes to an end with any server: one that is stopped, or busy for good, answers nothing. */
export async function endServer(server: ServerHost, access: Access): Promise<void> {
  // That it heard this shows by its end.
  access.call(protocol.SERVER, protocol.SHUTDOWN, plain([])).catch(() => {});
  if (!(await endsSoon(server, () => {}))) {
    const ended =
      (await endsSoon(server, () => server.terminate())) ||
      (await endsSoon(server, () => server.kill()));
    if (!ended) warn(server);
  }
  access.end();
  access.way.door?.close();
}

async function endsSoon(server: ServerHost, make: () => unknown): Promise<boolean> {
  // A thread has heard this only when it has ended, so that is not waited for.
  void make();
  return server.join({ timeoutMs: GRACE_MS });
}

/**
 * Not even SIGKILL ends a process before the system lets go of it, nor a thread before it is out of
 * native code; and of a copy that a fork server made it is that server who tells its end.
 */
function warn({ pid }: ServerHost): void {
  process.emitWarning(
    `the manager's server in process ${pid} was killed, and its end has not been seen within ` +
      `${GRACE_MS} ms; nothing waits for it any more`,
    { type: "ManagerWarning", code: "MANYHANDS_SERVER_HELD" },
  );
}
