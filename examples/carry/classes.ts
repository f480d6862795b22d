/** Instances keep their class there and back; private state says itself how to make it again. */
import { Process } from "manyhands/multiprocessing";

class Shape {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

class Square extends Shape {
  readonly side: number;
  constructor(side: number) {
    super("square");
    this.side = side;
  }
  get area(): number {
    return this.side ** 2;
  }
}

class Account {
  #balance: number;
  constructor(balance: number) {
    this.#balance = balance;
  }
  get balance(): number {
    return this.#balance;
  }
  [Symbol.for("manyhands.reduce")](): [typeof Account, [number]] {
    return [Account, [this.#balance]];
  }
}

function examine(square: Square, account: Account): [boolean, number, Square, Account] {
  const isBoth = square instanceof Square && square instanceof Shape;
  return [isBoth, square.area, new Square(square.side + 1), new Account(account.balance - 10)];
}

const child = new Process({ target: examine, args: [new Square(3), new Account(100)] });
await child.start();
const [isBoth, area, larger, account] = await child.result();
console.log("an instance of its class there:", isBoth, "area", area);
console.log("and here again:", larger instanceof Square, "area", larger.area);
console.log("private state by its own account:", account instanceof Account, account.balance);
