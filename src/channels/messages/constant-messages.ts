/**
 * Values that are the same each time, and many a task's arguments or result: coded once, and known
 * again by their bytes, without the codec, whose code a thread that comes out of sleep would have
 * to bring back into its caches first.
 */
const VALUES: readonly unknown[] = [undefined, null, true, false];
/** The codec's format, and what the value is. */
const BYTES = 2;

export class ConstantMessages {
  /** The two bytes of each as a number; -1 for what takes more. */
  readonly #codes: readonly number[];

  /** @param code puts a value into `bytes` and answers its length */
  constructor(code: (value: unknown) => number, bytes: Uint8Array) {
    this.#codes = VALUES.map((value) => (code(value) === BYTES ? codeIn(bytes) : -1));
  }

  /** Writes a value if it is one of these; its length, or 0. */
  write(value: unknown, bytes: Uint8Array): number {
    const code = this.#codes[VALUES.indexOf(value)] ?? -1;
    if (code < 0) return 0;
    bytes[0] = code & 0xff;
    bytes[1] = code >> 8;
    return BYTES;
  }

  /** Which of these a message is; negative when it is another. */
  find(bytes: Uint8Array, length: number): number {
    return length === BYTES ? this.#codes.indexOf(codeIn(bytes)) : -1;
  }

  at(index: number): unknown {
    return VALUES[index];
  }
}

const codeIn = (bytes: Uint8Array): number => bytes[0]! | (bytes[1]! << 8);
