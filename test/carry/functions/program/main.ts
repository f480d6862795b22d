/**
 * An ordinary script: no guard, no exports, everything declared inline. Run with "thread" or
 * "process"; it sends its functions there and checks what they give.
 */
/* oxlint-disable typescript/unbound-method, typescript/no-extraneous-class */
/* oxlint-disable unicorn/no-unnecessary-await */
import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { config, limit } from "./deep.ts";
import * as deepModule from "./deep.ts";
import tripled, { exported, getHidden, makeAdder, manufactured, Point, remember } from "./lib.ts";
import old from "./old.cjs";
import { cases } from "./report.ts";

type Any = any; // oxlint-disable-line typescript/no-explicit-any

const { gives, refuses, finish } = cases();
/** In one file with the program, the modules it imports are part of the main script. */
const bundled = process.argv.includes("bundled");

let counter = 10;
const table = new Map<string, Any>([
  ["a", 1],
  ["b", { deep: [1, 2, new Date(0)] }],
]);
function bump(by: number): number {
  counter += by;
  return counter;
}
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
const even = (n: number): boolean => (n === 0 ? true : odd(n - 1));
const odd = (n: number): boolean => (n === 0 ? false : even(n - 1));
class Animal {
  static kinds = 2;
  name = "x";
  constructor(n: string) {
    this.name = n;
  }
  static make(n: string): Animal {
    return new Animal(n);
  }
  speak(): string {
    return `${this.name}!`;
  }
}
class Dog extends Animal {
  override speak(): string {
    return `${super.speak()} woof ${Dog.kinds}`;
  }
  get loud(): string {
    return this.speak().toUpperCase();
  }
}
class Base {
  static make(): Derived {
    return new Derived();
  }
}
class Derived extends Base {
  readonly kind = "derived";
}
class Secret {
  #value: number;
  static #made = 0;
  static readonly log: string[] = [];
  static {
    Secret.log.push("evaluated");
  }
  constructor(value: number) {
    this.#value = value;
    Secret.#made++;
  }
  #twice(): number {
    return this.#value * 2;
  }
  get twice(): number {
    return this.#twice();
  }
  static get made(): number {
    return Secret.#made;
  }
}
class Failure extends Error {
  readonly code = 7;
}
const iterableKey: typeof Symbol.iterator = Symbol.iterator;
class Few {
  *[iterableKey](): Generator<number> {
    yield* [1, 2];
  }
}
const server = net.createServer();
const holder = { list: [1, server] };
const weak = new WeakMap();
const unique = Symbol("u");
const proxy: Any = new Proxy({}, {});
const cycle: Any = { name: "cycle" };
cycle.self = cycle;
const adder = {
  base: 5,
  add(x: number): number {
    return this.base + x;
  },
};
const instances: Animal[] = [new Dog("one")];

await gives("an arrow", (x: number) => x * 2, [4], 8);
await gives("a declared function", factorial, [5], 120);
await gives("mutual recursion", even, [10], true);
await gives("a captured let", (x: number) => x + counter, [1], 11);
counter = 20;
await gives("a captured let, read at each call", (x: number) => x + counter, [1], 21);
const bumpAndRead = (x: number): number => {
  bump(x);
  return counter;
};
await gives("a variable that two functions share", bumpAndRead, [5], 25);
await gives("the parent's variable, unchanged", () => counter, [], 20);
await gives("a captured Map", () => [...table.keys(), table.get("b").deep[1]], [], ["a", "b", 2]);
const hashed = (s: string): string => createHash("md5").update(s).digest("hex").slice(0, 4);
await gives("a name imported from Node", hashed, ["a"], "0cc1");
const named = (s: string): string => path.basename(s) + typeof readFileSync;
await gives("a Node module as namespace", named, ["/q/w"], "wfunction");
await gives("a Node module's default", () => typeof net.createServer, [], "function");
await gives("an imported namespace", (x: number) => deepModule.deep(x), [2], 200);
await gives("an imported object", () => config.rate, [], 0.25);
await gives("an imported primitive", () => limit, [], 7);
const shared = (): boolean => {
  remember(1);
  return config.seen.length > 0;
};
await gives("an imported object, the module's own there", shared, [], true);
await gives("an imported function made by another", () => manufactured(1), [], 6);
const awaiting = async (x: number): Promise<number> => {
  await null;
  return x + counter;
};
await gives("an async function", awaiting, [1], 21);
const counting = (n: number): number[] => {
  function* upTo(): Generator<number> {
    for (let i = 0; i < n; i++) yield i;
  }
  return [...upTo()];
};
await gives("a generator inside", counting, [3], [0, 1, 2]);
const generated = (() => {
  function* two(n: number): Generator<number> {
    yield n;
    yield n + counter;
  }
  return (n: number) => [...two(n)];
})();
await gives("a captured generator function", generated, [3], [3, 23]);
const nested = ((a: number) => {
  const b = a * 2;
  {
    const c = 7;
    return (x: number) => x + a + b + c;
  }
})(10);
await gives("a closure over closures", nested, [1], 38);
const recursive = function rec(n: number): number {
  return n ? n + rec(n - 1) : 0;
};
await gives("a named function expression", recursive, [4], 10);
await gives("a class, its base and super", () => new Dog("rex").loud, [], "REX! WOOF 2");
Animal.kinds = 3;
await gives("a static field as it is now", () => new Dog("rex").speak(), [], "rex! woof 3");
await gives("a class whose base makes it", () => Base.make().kind, [], "derived");
await gives("the same from the base alone", (B: Any) => B.make().kind, [Base], "derived");
const isDog = (d: Any): unknown => [d instanceof Dog, d instanceof Animal, d.speak()];
await gives("an instance as argument", isDog, [new Dog("a")], [true, true, "a! woof 3"]);
await gives("a static method by itself", Animal.make, ["q"], { name: "q" });
new Secret(1);
const madeThere = (): unknown => [new Secret(4).twice, Secret.made, Secret.log];
await gives("private members and statics", madeThere, [], [8, 2, ["evaluated"]]);
const failing = (): unknown => {
  const failure = new Failure("f");
  return [failure instanceof Error, failure.code, failure.message];
};
await gives("a class over a builtin", failing, [], [true, 7, "f"]);
class Emitter extends EventEmitter {}
const emitting = (): boolean => {
  let heard = false;
  const emitter = new Emitter();
  emitter.on("x", () => (heard = true));
  emitter.emit("x");
  return heard;
};
await gives("a class over one of Node's", emitting, [], true);
await gives("a computed key", () => [...new Few()], [], [1, 2]);
await gives("captured instances", () => instances.map((i) => i.speak()), [], ["one! woof 3"]);
await gives("a bound method", adder.add.bind(adder), [1], 6);
await gives("a bound method of a class", new Dog("z").speak.bind(new Dog("z")), [], "z! woof 3");
await gives("bound arguments", Math.max.bind(null, 3), [2], 3);
await gives("an object's method by itself", adder.add.bind({ base: 1 } as Any), [1], 2);
await gives("a cycle in captured data", () => cycle.self.self.name, [], "cycle");
const parameters = ({ a, b: [c] }: Any, d = counter, ...rest: Any[]): number =>
  a + c + d + rest.length;
await gives("defaults, rest and patterns", parameters, [{ a: 1, b: [2] }, 0, 0], 4);
await gives("a global", (x: number) => Math.max(x, Number.parseInt("9")), [3], 9);
await gives("a builtin itself", Math.max, [3, 4], 4);
await gives("a function of Node's itself", path.basename, ["/a/b"], "b");
await gives("import.meta", () => import.meta.url.startsWith("file:"), [], true);
const importing = async (x: number): Promise<number> => {
  const specifier = "node:os";
  return (await import(specifier)).EOL.length + x;
};
await gives("a dynamic import", importing, [1], 2);
const missing = async (specifier: string): Promise<string> => {
  const { message } = (await import(specifier).catch((error: unknown) => error)) as Error;
  return message.slice(message.indexOf("imported from ")).replaceAll("'", "");
};
const here = fileURLToPath(import.meta.url);
await gives("the failure of one", missing, ["./nowhere.js"], `imported from ${here}`);
await gives("a regular expression", () => /x/g.flags, [], "g");
await gives("a registered symbol", () => Symbol.for("q").description, [], "q");
await gives("an exported function by reference", exported, ["f"], ["f", 1]);
if (!bundled) await gives("the module's state there", exported, ["f"], ["f", 2]);
await gives("a hidden function by reference", getHidden(), [2], 201);
await gives("an anonymous default export", tripled, [2], 6);
const isPoint = (p: Any): unknown => [p instanceof Point, p.norm()];
await gives("an instance of an imported class", isPoint, [new Point(3, 4)], [true, 5]);
await gives("a static method of an imported class", Point.origin, [], { x: 0, y: 0 });
await gives("a closure made in another file", makeAdder(7), [1], 107);
await gives("a CommonJS export", old.shown, ["q"], "function:q:1!");
const second = `function:q:${bundled ? 1 : 2}`;
await gives("a hidden CommonJS function", old.getHidden(), ["q"], second);
const loads = (): unknown => (globalThis as Any).libLoads;
if (!bundled) await gives("a module that is loaded once", loads, [], 1);
const stack = (): string => {
  try {
    throw new Error("x");
  } catch (error) {
    return /main.*:\d+:\d+/.exec(String((error as Error).stack)) === null ? "" : "main";
  }
};
await gives("the file's name in a stack trace", stack, [], "main");
const withField: Any = function f(): number {
  return withField.k + (withField.k ?? 0);
};
withField.k = 3;
await gives("a property of a function", withField, [], 6);
const Old: Any = function (this: Any, x: number) {
  this.x = x;
};
Old.prototype.get = function (this: Any): number {
  return this.x;
};
const Older: Any = function (this: Any) {
  Old.call(this, 4);
};
Object.setPrototypeOf(Older.prototype, Old.prototype);
await gives("a class without class", () => new Older().get(), [], 4);
const accessor = Object.getOwnPropertyDescriptor(Dog.prototype, "loud")!.get!;
const loudly = (get: Function): unknown => get.call({ speak: () => "a" });
await gives("a getter by itself", loudly, [accessor], "A");
await gives("a function in data", (o: Any) => o.f[0](2), [{ f: [nested] }], 39);

await refuses("a server", () => server.listen(0), [], /a Server/);
await refuses("a server, deep down", () => holder, [], / → \.list → \[1\]/);
class WithArrow {
  v = 1;
  arrow(): () => number {
    return () => this.v;
  }
}
await refuses("an arrow's this", new WithArrow().arrow(), [], /const self = this/);
await refuses("a WeakMap", () => weak.get({}), [], /WeakMap/);
await refuses("a unique symbol", () => unique, [], /symbol/);
await refuses("a Proxy", () => proxy.a, [], /a Proxy/);
await refuses("a Proxy of a function", new Proxy(nested, {}), [], /Proxy/);
await refuses("native code without a name", new Intl.NumberFormat().format, [], /native code/);
// Node 20 does not tell, and a bundler makes it a var.
if (!process.version.startsWith("v20") && !bundled) {
  await refuses("an uninitialised variable", () => tooLate, [], /tooLate: .*not initialised/);
}
const tooLate = 1;
await finish();
