/** Proxies that can be iterated over: what was inside when the iteration began. */
import { BaseProxy } from "../proxy.ts";

/** Of lists, sets and arrays. */
export class CollectionProxy extends BaseProxy {
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    yield* (await this._callMethod("toArray")) as unknown[];
  }
}

/** Of dictionaries: pairs. */
export class DictProxy extends BaseProxy {
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    yield* (await this._callMethod("entries")) as unknown[];
  }
}
