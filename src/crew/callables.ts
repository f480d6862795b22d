/**
 * The functions of a crew. One that cannot change is coded once and is the same callable for ever;
 * others are coded each time they are prepared, with what they capture then. When nobody has a
 * callable any more, the workers forget it.
 */
import type { Handle } from "../core/blocks.ts";
import {
  type ConstantFunction,
  type ConstantFunctions,
  createConstantFunctions,
} from "../carry/index.ts";
import type { Where } from "../workers/crossing/payload.ts";
import { Callable, Pace } from "./callable.ts";
import { Cargo, type Coding } from "./cargo.ts";

export class Callables {
  readonly #coding: Coding;
  readonly #constants: ConstantFunctions;
  readonly #byForm = new WeakMap<ConstantFunction, Callable>();
  readonly #paces = new WeakMap<object, Pace>();
  readonly #collected: FinalizationRegistry<number>;
  /** The blocks of those that have one, by number. */
  readonly #blocks = new Map<number, Handle>();
  readonly #direct = new Cargo();
  #last = 0;

  /** @param forget is told when nobody calls a function any more */
  constructor(coding: Coding, where: Where, forget: (callable: number) => void) {
    this.#coding = coding;
    this.#constants = createConstantFunctions({ destination: where });
    this.#collected = new FinalizationRegistry((number) => {
      forget(number);
      this.#free(number);
    });
  }

  #free(number: number): void {
    const block = this.#blocks.get(number);
    if (block === undefined) return;
    this.#blocks.delete(number);
    this.#coding.discard(block);
  }

  /** Lets go of all memory; nothing will be called any more. */
  end(): void {
    for (const number of Array.from(this.#blocks.keys())) this.#free(number);
  }

  /** @throws PicklingError */
  of(fn: (...args: never[]) => unknown): Callable {
    const form = this.#constants.of(fn);
    if (form === undefined) return this.#make(fn, this.#coding.encode(fn, fn.name || "fn"));
    let callable = this.#byForm.get(form);
    if (callable === undefined) {
      callable = this.#make(fn, this.#coding.encodeBytes(form.bytes));
      this.#byForm.set(form, callable);
    }
    return callable;
  }

  #make(fn: { readonly name: string }, draft: ReturnType<Coding["encode"]>): Callable {
    const cargo = this.#direct.lend(draft).kept();
    const number = ++this.#last;
    const callable = new Callable(fn.name || "(anonymous)", number, cargo, this.#paceOf(fn));
    const { block, stamp } = cargo;
    if (block !== 0) this.#blocks.set(number, { block, stamp });
    this.#collected.register(callable, number);
    return callable;
  }

  #paceOf(fn: object): Pace {
    let pace = this.#paces.get(fn);
    if (pace === undefined) this.#paces.set(fn, (pace = new Pace()));
    return pace;
  }
}
