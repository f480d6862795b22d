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
  if (!(await server.join({ timeoutMs: GRACE_MS }))) {
    await server.terminate();
    if (!(await server.join({ timeoutMs: GRACE_MS }))) await server.kill();
    await server.join();
  }
  access.end();
  access.way.door?.close();
}
