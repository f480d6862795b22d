/** A function that was made ready to be called by workers: coded once, known by a number. */
export class Callable {
  readonly name: string;
  readonly number: number;

  constructor(name: string, number: number) {
    this.name = name;
    this.number = number;
  }
}
