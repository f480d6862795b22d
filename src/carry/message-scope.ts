import type { FunctionCarrier, ScopeHeader, ScopeShell } from "./function-carrier.ts";
import { adopt, isOriginal, isRebuilt, objectOfOrigin } from "./origins.ts";

/**
 * A module's variables as one message brings them: into the scope that an earlier message made, or
 * into a new one. A new one is only made when a function needs it: functions and classes that
 * return home need none, since their variables are there.
 */
export class MessageScope {
  readonly #carrier: FunctionCarrier;
  readonly #origin: string;
  readonly #header: ScopeHeader;
  #waiting: [name: string, value: unknown][] = [];
  #shell: ScopeShell | undefined;

  constructor(carrier: FunctionCarrier, origin: string, header: ScopeHeader) {
    this.#carrier = carrier;
    this.#origin = origin;
    this.#header = header;
    const known = objectOfOrigin(origin);
    if (known !== undefined && isRebuilt(known)) this.#shell = known as ScopeShell;
  }

  get shell(): ScopeShell {
    if (this.#shell !== undefined) return this.#shell;
    const known = objectOfOrigin(this.#origin);
    const shell = (this.#shell = this.#carrier.scope(this.#header));
    // The id of a scope of this thread's own stays with that: here are the variables of code that
    // was written elsewhere as a part of one of our modules.
    if (known === undefined || !isOriginal(known)) adopt(shell, this.#origin, true);
    for (const [name, value] of this.#waiting) shell.fill(name, value);
    this.#waiting = [];
    return shell;
  }

  fill(name: string, value: unknown): void {
    if (this.#shell === undefined) this.#waiting.push([name, value]);
    else this.#shell.fill(name, value);
  }
}
