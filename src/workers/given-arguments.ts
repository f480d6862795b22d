/** The types of `args` and `kwargs`, by what the target takes. */

/** All but the last argument, and the last one; any object where any number may be given. */
type Split<A extends unknown[]> = number extends A["length"]
  ? [A, object]
  : Required<A> extends [...infer Leading, infer Last]
    ? [Leading, Last & object]
    : [A, never];

/** The arguments of a target: all in `args`, or the last one, an object, in `kwargs`. */
export type GivenArguments<A extends unknown[]> =
  | {
      /** What the target is called with; nothing unless given. */
      readonly args?: Readonly<A>;
      /** An object that is passed as the last argument, after those in `args`. */
      readonly kwargs?: undefined;
    }
  | {
      /** The arguments before the last. */
      readonly args?: Readonly<Split<A>[0]>;
      /** Passed as the last argument. */
      readonly kwargs: Split<A>[1];
    };
