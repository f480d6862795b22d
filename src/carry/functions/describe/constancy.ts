/**
 * Whether a function would be coded the same at every later call.
 *
 * It is when it crosses by name or reference, and by value when nothing that it captured can
 * change: primitives in variables that are never assigned again, imports, and functions of which
 * the same is true. Objects are never taken for constant, since their contents may change.
 */
import type { DescribeOptions, SourceDescription } from "../../function-carrier.ts";
import { Refusal } from "../../refusal.ts";
import { describe } from "./describe.ts";
import { contextOf } from "./explicit.ts";
import { hasFixedCaptures } from "./fixed-captures.ts";
import { ImportedBinding } from "../modules/imported-binding.ts";

/** See `FunctionCarrier.constantParts`. */
export function constantParts(
  fn: Function,
  options: DescribeOptions = {},
): readonly object[] | "not known yet" | undefined {
  const search = new ConstancySearch(options);
  try {
    if (search.isConstant(fn)) return search.parts;
    return search.isUndecided ? "not known yet" : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

class ConstancySearch {
  readonly parts: object[] = [];
  /** Whether it is not constant only as long as nobody has read a file. */
  isUndecided = false;
  readonly #options: DescribeOptions;
  readonly #seen = new Set<unknown>();

  constructor(options: DescribeOptions) {
    this.#options = options;
  }

  /** A function that leads back to itself is as constant as the rest of it. */
  isConstant(fn: Function): boolean {
    if (this.#seen.has(fn)) return true;
    this.#seen.add(fn);
    if (contextOf(fn) !== undefined) return false;
    const description = describe(fn, this.#options);
    const { kind } = description;
    if (kind === "source") return this.#isConstantSource(fn, description);
    if (kind === "member") return this.#isConstantOwner(description.owner);
    return kind !== "bound";
  }

  #isConstantOwner(owner: object): boolean {
    if (typeof owner === "function") return this.isConstant(owner);
    const maker = Object.getOwnPropertyDescriptor(owner, "constructor")?.value as unknown;
    return typeof maker === "function" && maker.prototype === owner && this.isConstant(maker);
  }

  #isConstantSource(fn: Function, description: SourceDescription): boolean {
    const { captures, environment, own, prototypeProperties = [], heritage } = description;
    if (own.length > 0 || prototypeProperties.length > 0) return false;
    this.parts.push(fn);
    if (description.form === "class") this.parts.push(fn.prototype as object);
    if (typeof heritage === "function" && !this.isConstant(heritage)) return false;
    const isFixed = hasFixedCaptures(fn, description);
    if (isFixed === undefined) this.isUndecided = true;
    if (isFixed !== true) return false;
    return [...captures, ...(environment?.captures ?? [])].every(([, value]) =>
      this.#isConstantValue(value),
    );
  }

  #isConstantValue(value: unknown): boolean {
    if (typeof value === "function") return this.isConstant(value);
    return typeof value !== "object" || value === null || value instanceof ImportedBinding;
  }
}
