/**
 * Which words of a model's memory several threads use and one writes: only there does it matter who
 * comes first. It is learned as the model runs.
 */
const SEVERAL = 255;

export class SharedWords {
  /** Who used a word: 0 nobody, 1 + thread, SEVERAL; and whether anybody wrote it. */
  readonly #users: Uint8Array;
  readonly #written: Uint8Array;
  #learned = false;

  constructor(words: number) {
    this.#users = new Uint8Array(words);
    this.#written = new Uint8Array(words);
  }

  /** Whether more words became shared since it was asked last. */
  takeLearned(): boolean {
    const learned = this.#learned;
    this.#learned = false;
    return learned;
  }

  declare(word: number): void {
    this.#users[word] = SEVERAL;
    this.#written[word] = 1;
  }

  /** Notes a use of a word; true when it is shared. */
  use(thread: number, writes: boolean, word: number): boolean {
    const users = this.#users;
    if (users[word] === SEVERAL && this.#written[word] === 1) return true;
    if (users[word] === 0) users[word] = thread + 1;
    else if (users[word] !== thread + 1) users[word] = SEVERAL;
    if (writes) this.#written[word] = 1;
    const shared = users[word] === SEVERAL && this.#written[word] === 1;
    if (shared) this.#learned = true;
    return shared;
  }
}
