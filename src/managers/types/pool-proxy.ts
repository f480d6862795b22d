/** A proxy of a pool: what is given to work on goes to the server as a whole. */
import { BaseProxy } from "../proxy.ts";

export class PoolProxy extends BaseProxy {
  async [Symbol.asyncDispose](): Promise<void> {
    await this._callMethod("terminate");
    this[Symbol.dispose]();
  }
}

/** The methods whose second argument may be anything that can be iterated over. */
const OVER_ITEMS = ["map", "mapAsync", "starmap", "starmapAsync", "imap", "imapUnordered"];

const collected = ([fn, items, ...rest]: readonly unknown[]): unknown[] => [
  fn,
  Array.from(items as Iterable<unknown>),
  ...rest,
];

for (const name of OVER_ITEMS) {
  Object.defineProperty(PoolProxy.prototype, name, {
    async value(this: BaseProxy, ...args: unknown[]): Promise<unknown> {
      return this._callMethod(name, collected(args));
    },
  });
  Object.defineProperty(PoolProxy.prototype, `${name}Sync`, {
    value(this: BaseProxy, ...args: unknown[]): unknown {
      return this._callMethodSync(name, collected(args));
    },
  });
}
