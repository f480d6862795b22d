/** The types of `args` and `kwargs`, by what the target takes. */

/** All but the last argument, and the last one; any object where any number may be given. */
type Split<A extends unknown[]> = number extends A["length"]
  ? [A, object]
  : Required<A> extends [...infer Leading, infer Last]
    ? [Leading, Last & object]
    : [A, never];

/** The arguments of a target: all in `args`, or the last one, an object, in `kwargs`. */
export type GivenArguments<A extends unknown[]> =
  | { readonly args?: Readonly<A>; readonly kwargs?: undefined }
  | { readonly args?: Readonly<Split<A>[0]>; readonly kwargs: Split<A>[1] };
