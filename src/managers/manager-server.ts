/** A server in this very program, for clients of other programs. */
import type { Address } from "../channels/sockets/socket-address.ts";
import { staysHere } from "../carry/stays-here.ts";
import { type Wait, signalOf } from "../core/deadline.ts";
import { checkIsOptions } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { StateError } from "../errors.ts";
import type { Registry } from "./registry.ts";
import { type Listening, Serving } from "./serving.ts";
import { shown } from "./way.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** What `getServer()` of a manager answers. */
export class ManagerServer {
  readonly #registry: Registry;
  readonly #listening: Listening;
  #address: Address | null;
  #serving: Serving | undefined;
  #stop: (() => void) | undefined;
  #ready: Promise<Address> | undefined;

  /** @internal */
  constructor(registry: Registry, listening: Listening) {
    this.#registry = registry;
    this.#listening = listening;
    this.#address = listening.address;
  }

  /** Where it listens; null until it does, when nothing was chosen. */
  get address(): Address | null {
    return this.#address;
  }

  /** How many objects live here. */
  get objectCount(): number {
    return this.#serving?.server.objects.size ?? 0;
  }

  /**
   * Listens, and resolves when it does.
   * @throws AlreadyExistsError when the address is taken
   */
  listen(): Promise<Address> {
    return (this.#ready ??= this.#listen());
  }

  async #listen(): Promise<Address> {
    this.#serving = new Serving(this.#registry, null, () => setImmediate(() => this.stop()));
    return (this.#address = await this.#serving.listen(this.#listening));
  }

  /**
   * Serves until `stop()`, SIGTERM, SIGINT, a client's shutdown, or the signal's abort; then it
   * closes all connections and resolves. It keeps the program alive.
   * @throws AlreadyExistsError when the address is taken, StateError when it serves already
   */
  async serveForever(options: Pick<Wait, "signal"> = {}): Promise<void> {
    checkIsOptions(options);
    const { signal } = options;
    if (this.#stop !== undefined) throw new StateError("this server serves already");
    const aborted = signalOf(signal === undefined ? undefined : { signal });
    let stop!: () => void;
    const told = new Promise<void>((resolve) => (stop = resolve));
    this.#stop = stop;
    for (const name of SIGNALS) process.on(name, stop);
    aborted?.addEventListener("abort", stop);
    try {
      await this.listen();
      if (aborted?.aborted !== true) await told;
    } finally {
      for (const name of SIGNALS) process.off(name, stop);
      aborted?.removeEventListener("abort", stop);
      this.#serving?.stop();
      this.#serving = this.#stop = this.#ready = undefined;
    }
  }

  /** Ends `serveForever`, or stops listening. */
  stop(): void {
    if (this.#stop !== undefined) return this.#stop();
    this.#serving?.stop();
    this.#serving = this.#ready = undefined;
  }

  toString(): string {
    const where = this.#address === null ? "" : ` at ${shown(this.#address)}`;
    return `ManagerServer${where} (${this.#serving === undefined ? "stopped" : "serving"})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a manager's server", ManagerServer, "send its address");
