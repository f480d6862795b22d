/** A proxy of an iterator: asks the server for one value after the other. */
import { BaseProxy } from "../proxy.ts";

export class IteratorProxy extends BaseProxy {
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    let finished = false;
    try {
      for (;;) {
        const { value, done } = (await this._callMethod("next")) as IteratorResult<unknown>;
        finished = done === true;
        if (finished) return;
        yield value;
      }
    } finally {
      if (!finished) await this._callMethod("return");
    }
  }
}
