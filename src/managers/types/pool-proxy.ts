/** A proxy of a pool: what is given to work on goes to the server as a whole. */
import { itemsToSend, itemsToSendSync } from "../given-items.ts";
import { BaseProxy, factsOf } from "../proxy.ts";

export class PoolProxy extends BaseProxy {
  async [Symbol.asyncDispose](): Promise<void> {
    await this._callMethod("terminate");
    this[Symbol.dispose]();
  }
}

/** The methods whose second argument may be anything that can be iterated over. */
const OVER_ITEMS = ["map", "mapAsync", "starmap", "starmapAsync", "imap", "imapUnordered"];

const serverIdOf = (proxy: BaseProxy): string => factsOf(proxy).access.serverId;

for (const name of OVER_ITEMS) {
  Object.defineProperty(PoolProxy.prototype, name, {
    async value(this: BaseProxy, ...args: unknown[]): Promise<unknown> {
      const [fn, given, ...rest] = args;
      const items = itemsToSend(given, serverIdOf(this), name);
      // Nothing is awaited where they are here: calls are sent in the order they are made.
      const sent = items instanceof Promise ? await items : items;
      return this._callMethod(name, [fn, sent, ...rest]);
    },
  });
  Object.defineProperty(PoolProxy.prototype, `${name}Sync`, {
    value(this: BaseProxy, ...args: unknown[]): unknown {
      const [fn, given, ...rest] = args;
      const items = itemsToSendSync(given, serverIdOf(this), name);
      return this._callMethodSync(name, [fn, items, ...rest]);
    },
  });
}
