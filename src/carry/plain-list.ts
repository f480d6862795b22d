/**
 * An array that its sender made itself, so that it has nothing but its elements: it arrives as that
 * array, and nobody needs to look for properties beside them, which takes longer than to code a
 * short list of numbers.
 */
export class PlainList {
  items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}
