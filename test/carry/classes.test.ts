import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PicklingError, TimeoutError } from "manyhands/errors";
import { createDecoder, createEncoder } from "#internal/carry/index.js";

const timeout = 30_000;
const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });

function roundTrip<T>(value: T): T {
  return decoder.decode(encoder.encode(value).slice()) as T;
}

class Animal {
  readonly name: string;
  friends: Animal[] = [];
  constructor(name: string) {
    this.name = name;
  }
  speak(): string {
    return `${this.name}!`;
  }
}

class Dog extends Animal {
  static #made = 0;
  static make(name: string): Dog {
    return new Dog(`${name}${++Dog.#made}`);
  }
  override speak(): string {
    return `${super.speak()} woof`;
  }
}

class Registry extends Map<string, Dog> {
  note = "kept";
}

class List extends Array<number> {
  total(): number {
    return this.reduce((sum, item) => sum + item, 0);
  }
}

class Lost extends Error {
  readonly where: string;
  constructor(message: string, where: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Lost";
    this.where = where;
  }
}

class Patient extends TimeoutError {}

class Account {
  #balance: number;
  constructor(balance: number) {
    this.#balance = balance;
  }
  get balance(): number {
    return this.#balance;
  }
  [Symbol.for("manyhands.reduce")](): unknown {
    return [Account, [this.#balance]];
  }
}

describe("what returns to where it came from", { timeout }, () => {
  it("is the function and the class itself", () => {
    const fn = (): Dog => new Dog("x");
    assert.equal(roundTrip(fn), fn);
    assert.equal(roundTrip({ Dog }).Dog, Dog);
    for (const type of [Dog, Animal, Account]) {
      assert.equal(roundTrip(type.prototype), type.prototype);
    }
    const { speak } = Dog.prototype as { speak: unknown };
    assert.equal(roundTrip([speak])[0], speak);
  });

  it("keeps instances instances of their class, in a graph with cycles", () => {
    const rex = Dog.make("rex");
    assert.equal(rex.name, "rex1");
    const tom = new Dog("tom");
    rex.friends = [tom, rex];
    tom.friends = [rex];
    const copy = roundTrip(rex);
    assert.ok(copy instanceof Dog && copy !== rex);
    assert.equal(copy.speak(), "rex1! woof");
    assert.equal(copy.friends[1], copy);
    assert.equal(copy.friends[0]!.friends[0], copy);
  });

  it("keeps instances of subclasses of built-in classes, with their fields", () => {
    const registry = new Registry([["rex", new Dog("rex")]]);
    const copy = roundTrip(registry);
    assert.ok(copy instanceof Registry);
    assert.equal(copy.note, "kept");
    assert.equal(copy.get("rex")!.speak(), "rex! woof");
    const list = roundTrip(List.from([1, 2, 3]) as List);
    assert.ok(list instanceof List);
    assert.equal(list.total(), 6);
  });

  it("rebuilds objects with #private state through their reduce hook", () => {
    const account = new Account(7);
    const [a, b] = roundTrip([account, account] as const);
    assert.ok(a instanceof Account);
    assert.equal(a, b);
    assert.equal(a.balance, 7);
  });

  it("refuses a reduce hook that leads back to its object", () => {
    const loop = {
      [Symbol.for("manyhands.reduce")](): unknown {
        return [Array.of, [loop]];
      },
    };
    assert.throws(() => encoder.encode(loop), PicklingError);
  });
});

describe("errors", { timeout }, () => {
  it("keep class, message, fields, cause, stack and the errors of an aggregate", () => {
    const cause = new RangeError("deep");
    const error = new Lost("gone", "here", { cause });
    const copy = roundTrip(error);
    assert.ok(copy instanceof Lost);
    assert.equal(copy.where, "here");
    assert.equal(copy.stack, error.stack);
    assert.ok(copy.cause instanceof RangeError);
    const both = roundTrip(new AggregateError([error, cause], "both"));
    assert.ok(both.errors[0] instanceof Lost);
    assert.deepEqual(Object.keys(both), []);
  });

  it("of this library keep their class, and so do subclasses of them", () => {
    const copy = roundTrip(new TimeoutError("late"));
    assert.equal(Object.getPrototypeOf(copy), TimeoutError.prototype);
    assert.equal(copy.code, "MANYHANDS_TIMEOUT");
    const patient = roundTrip(new Patient("later"));
    assert.ok(patient instanceof Patient && patient instanceof TimeoutError);
  });

  it("keep the name and code of a DOMException", () => {
    const copy = roundTrip(new DOMException("stop", "AbortError"));
    assert.ok(copy instanceof DOMException);
    assert.equal(copy.name, "AbortError");
    assert.equal(copy.code, 20);
  });
});

describe("functions inside data", { timeout }, () => {
  it("may be bound to an object that has them", () => {
    const object = {
      n: 5,
      get(this: { n: number }, more = 0): number {
        return this.n + more;
      },
      bound: (): number => 0,
    };
    object.bound = object.get.bind(object, 2);
    const copy = roundTrip(object);
    assert.equal(copy.bound(), 7);
    const bound = roundTrip(object.bound);
    assert.equal(bound(), 7);
  });

  it("cross by name when they are built in, with their namespaces", () => {
    const copy = roundTrip({ max: Math.max, math: Math, JSON, from: Array.from });
    assert.equal(copy.max, Math.max);
    assert.equal(copy.math, Math);
    assert.equal(copy.JSON, JSON);
  });

  it("may be accessors", () => {
    const object = {
      n: 2,
      get twice(): number {
        return this.n * 2;
      },
    };
    const copy = roundTrip(object);
    copy.n = 10;
    assert.equal(copy.twice, 20);
  });
});
