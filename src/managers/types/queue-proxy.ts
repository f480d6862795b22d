/** A proxy of a queue: can be iterated over until the queue is shut down and empty. */
import { QueueShutDown } from "../../errors.ts";
import { BaseProxy } from "../proxy.ts";

export class QueueProxy extends BaseProxy {
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      let item: unknown;
      try {
        item = await this._callMethod("get");
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }
}
