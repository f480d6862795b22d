import assert from "node:assert/strict";
import { test } from "node:test";
import { PicklingError } from "manyhands/errors";
import { Process } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000 };

/** Subclasses of a Thread or a Process with `#private` names. */
function kinds(Base: typeof Thread | typeof Process) {
  class Field extends (Base as typeof Thread<[], number>) {
    #rounds = 3;
    override run(): number {
      return this.#rounds;
    }
  }
  class Method extends (Base as typeof Thread<[], number>) {
    #step(): number {
      return 1;
    }
    override async run(): Promise<number> {
      return this.#step();
    }
  }
  class Heir extends Method {}
  class Harmless extends (Base as typeof Thread<[], number>) {
    static #step = 2;
    #seen = 0;
    seen(): number {
      return ++this.#seen;
    }
    override run(): number {
      class Inner {
        #value = 1;
        value = (): number => this.#value;
      }
      return new Inner().value() * Harmless.#step;
    }
  }
  return { Field, Method, Heir, Harmless };
}

for (const [what, Base] of Object.entries({ Thread, Process }))
  test(`a ${what} whose run() needs #private names is refused at its start`, LIMIT, async () => {
    const { Field, Method, Heir, Harmless } = kinds(Base);
    for (const [Kind, name] of [
      [Field, "#rounds"],
      [Method, "#step"],
      [Heir, "#step"],
    ] as const) {
      await assert.rejects(new Kind().start(), (error: PicklingError) => {
        assert.ok(error instanceof PicklingError);
        assert.equal(error.path, `${Kind.name}.run → ${name}`);
        return error.message.startsWith(`Cannot send ${error.path}: run() uses it`);
      });
    }
    const harmless = new Harmless();
    assert.equal(harmless.seen(), 1);
    await harmless.start();
    assert.equal(await harmless.result(), 2);
    await harmless.join();
  });
