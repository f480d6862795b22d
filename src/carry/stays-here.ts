/** Refusing objects of classes whose modules need nothing else of the codec. */
import { Refusal } from "./refusal.ts";

const REDUCE = Symbol.for("manyhands.reduce");

/** Has objects of a class refused wherever they are sent. `advice` says what to send instead. */
export function staysHere(
  what: string,
  type: { readonly prototype: object },
  advice: string,
): void {
  const refuse = (): never => {
    throw new Refusal(`${what} does not cross; ${advice}`);
  };
  Object.defineProperty(type.prototype, REDUCE, {
    value: refuse,
    writable: true,
    configurable: true,
  });
}
