/** Tells when the carrier gives up its session with the inspector, as it does when it is idle. */
import inspector from "node:inspector";

/** Settles when the next session ends; the process stays alive until then. */
export function sessionEnd(): Promise<void> {
  const { prototype } = inspector.Session;
  // oxlint-disable-next-line typescript/unbound-method
  const { disconnect } = prototype;
  const alive = setInterval(() => undefined, 60_000);
  return new Promise((resolve) => {
    prototype.disconnect = function (this: inspector.Session) {
      prototype.disconnect = disconnect;
      Reflect.apply(disconnect, this, []);
      clearInterval(alive);
      resolve();
    };
  });
}
