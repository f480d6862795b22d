/**
 * Looks after workers that do not begin what they were offered although they have nothing else to
 * do: somebody stopped them, or what an earlier task left behind blocks them. Neither a result nor
 * a death tells of that. So a timer does, one for each crew: it is set when the crew's thread goes
 * to sleep while something has not been begun, and again, less and less often, as long as that is
 * so. A thread that blocks looks at the end of each slice of its sleep instead.
 */
const FIRST_MS = 20;
const LAST_MS = 250;

export class DeafWatch {
  readonly #look: () => boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param look moves what it can; answers whether something still has not been begun */
  constructor(look: () => boolean) {
    this.#look = look;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  set(ms: number = FIRST_MS): void {
    const fire = (): void => {
      this.#timer = undefined;
      if (this.#look()) this.set(Math.min(2 * ms, LAST_MS));
    };
    this.#timer = setTimeout(fire, ms).unref();
  }
}
