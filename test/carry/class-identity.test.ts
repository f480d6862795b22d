/** Classes of the main script, which go by value, sent to a process again and again. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createDecoder, createEncoder, renewOrigins } from "#internal/carry/index.js";

const timeout = 30_000;
const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });

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

class Lost extends Error {
  readonly where: string;
  constructor(message: string, where: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Lost";
    this.where = where;
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
  [Symbol.for("manyhands.reduce")](): unknown {
    return [Account, [this.#balance]];
  }
}

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
  readonly number: number;
  constructor() {
    this.number = made.push(this);
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
      return new Member().number + made.length - 1;
    };
    assert.equal(await echo.call(register), 1);
    assert.equal(await echo.call(register), 1);
    assert.equal(await echo.call((type: typeof Member) => new type().number, Member), 1);
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

  it("keeps frozen functions frozen, and prototypes that belong to no class", async () => {
    const fixed = Object.freeze(() => 1);
    assert.equal(await echo.call((fn: Function) => Object.isFrozen(fn), fixed), true);
    const base = { hello: (): string => "hello" };
    const derived = Object.create(base, { x: { value: 1, enumerable: true } }) as typeof base;
    assert.equal(await echo.call((o: typeof base) => o.hello(), derived), "hello");
  });
});

describe("a program that sends a new closure in each of many blocking calls", { timeout }, () => {
  it("still gets the latest back as itself, and all classes", () => {
    for (let i = 0; i < 1000; i++) {
      const closure = (): number => i;
      const bytes = encoder.encode([closure, Dog]).slice();
      assert.deepEqual(decoder.decode(bytes), [closure, Dog]);
    }
  });
});

describe("a forked child", { timeout }, () => {
  it("keeps the classes that it inherited, and takes closures as they are now", () => {
    let n = 1;
    const closure = (): number => n;
    encoder.encode([closure, Dog]);
    renewOrigins();
    n = 2;
    const bytes = encoder.encode([closure, new Dog("after"), Dog]).slice();
    n = 3;
    const [copy, dog, type] = decoder.decode(bytes) as [() => number, Dog, typeof Dog];
    assert.equal(type, Dog);
    assert.ok(dog instanceof Dog);
    assert.notEqual(copy, closure);
    assert.equal(copy(), 2);
    const fresh = (): number => 1;
    assert.equal(decoder.decode(encoder.encode(fresh).slice()), fresh);
  });
});
