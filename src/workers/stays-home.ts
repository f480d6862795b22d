import { Refusal, registerHandle } from "../carry/index.ts";

/** Has objects of a class refused wherever they are sent. `advice` says what to send instead. */
export function staysHome(
  name: string,
  type: { readonly prototype: object },
  advice: string,
): void {
  registerHandle(name, {
    is: (value): value is object => Object.prototype.isPrototypeOf.call(type.prototype, value),
    toHandle: () => {
      throw new Refusal(`a ${name} does not cross; ${advice}`);
    },
    fromHandle: (value) => value as object,
  });
}
