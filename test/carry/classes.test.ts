import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
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
    assert.equal(roundTrip(Dog.prototype), Dog.prototype);
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

interface Echo {
  call(fn: Function, ...args: unknown[]): Promise<unknown>;
  end(): Promise<void>;
}

/** A process that calls what it is sent. */
function startEcho(): Echo {
  const child = fork(fileURLToPath(new URL("support/echo.js", import.meta.url)), {
    serialization: "advanced",
    execArgv: [],
  });
  return {
    async call(fn, ...args) {
      child.send(encoder.encode([fn, args]).slice());
      const [bytes] = (await once(child, "message")) as [Uint8Array];
      return decoder.decodeAsync(bytes);
    },
    async end() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

const made: Member[] = [];

/** Shares a variable of this module with functions here. */
class Member {
  constructor() {
    made.push(this);
  }
}

let setting = 1;

describe("a process that classes are sent to again and again", { timeout }, () => {
  let echo: Echo;
  beforeEach(() => {
    echo = startEcho();
  });
  afterEach(() => echo.end());

  it("has one class of each, and sends instances home as instances", async () => {
    const remember = (type: Function): boolean => {
      const known = Reflect.get(globalThis, "seen") as Function | undefined;
      Reflect.set(globalThis, "seen", type);
      return known === type;
    };
    assert.equal(await echo.call(remember, Dog), false);
    assert.equal(await echo.call(remember, Dog), true);
    assert.equal(await echo.call((dog: Dog) => dog instanceof Dog, new Dog("a")), true);
    assert.ok((await echo.call(() => new Dog("born there"))) instanceof Dog);
    assert.equal(await echo.call((type: Function) => type, Dog), Dog);
    const thrown = await echo.call(() => new Lost("there", "far"));
    assert.ok(thrown instanceof Lost && thrown.where === "far");
    const adder = await echo.call((n: number) => (x: number) => x + n, 4);
    assert.equal((adder as (x: number) => number)(3), 7);
  });

  it("sees captured variables and statics as they are at each call", async () => {
    let captured = 1;
    const read = (): number => captured;
    assert.equal(await echo.call(read), 1);
    captured = 2;
    assert.equal(await echo.call(read), 2);
    class Counter {
      static count = 0;
      constructor() {
        Counter.count++;
      }
    }
    const count = (): number => [new Counter(), new Counter(), Counter.count].at(-1) as number;
    assert.equal(await echo.call(count), 2);
    Counter.count = 10;
    assert.equal(await echo.call(count), 12);
  });

  it("starts each call with the closure's variables as they are here", async () => {
    let n = 0;
    const next = (): number => ++n;
    assert.equal(await echo.call(next), 1);
    assert.equal(await echo.call(next), 1);
    n = 5;
    assert.equal(await echo.call(next), 6);
  });

  it("lets classes and functions of a module share its variables, in every message", async () => {
    const register = (): number => {
      new Member();
      return made.length;
    };
    assert.equal(await echo.call(register), 1);
    assert.equal(await echo.call(register), 1);
    assert.equal(await echo.call((type: typeof Member) => new type() && made.length, Member), 1);
    const read = (): number => setting;
    assert.equal(await echo.call(read), 1);
    setting = 7;
    assert.equal(await echo.call(() => [read(), setting].join()), "7,7");
  });

  it("keeps singletons of a class the instances of that class", async () => {
    class Only {
      static readonly instance = new Only();
      readonly id = 3;
    }
    const same = (only: Only): boolean => only === Only.instance && only instanceof Only;
    assert.equal(await echo.call(same, Only.instance), true);
    assert.equal(await echo.call(same, Only.instance), true);
    assert.ok((await echo.call(() => Only.instance)) instanceof Only);
  });

  it("rebuilds objects whose class has #private state, and classes with static state", async () => {
    assert.equal(await echo.call((account: Account) => account.balance, new Account(9)), 9);
    const back = await echo.call((account: Account) => account, new Account(11));
    assert.ok(back instanceof Account && back.balance === 11);
    const dog = (await echo.call(() => Dog.make("far"))) as Dog;
    assert.ok(dog instanceof Dog);
  });

  it("keeps a frozen function frozen, and objects with a prototype that is no class's", async () => {
    const fixed = Object.freeze(() => 1);
    assert.equal(await echo.call((fn: Function) => Object.isFrozen(fn), fixed), true);
    const base = { hello: (): string => "hello" };
    const derived = Object.create(base, { x: { value: 1, enumerable: true } }) as typeof base;
    assert.equal(await echo.call((o: typeof base) => o.hello(), derived), "hello");
  });
});
