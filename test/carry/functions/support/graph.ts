/**
 * A plain stand-in for the codec: values to a list of nodes that structured clone takes, and back.
 * Live parts of functions are written after everything else, so that functions exist by then.
 */
import { types } from "node:util";
import { located, Refusal } from "#internal/carry/refusal.js";
import { functionCarrier as carrier } from "#internal/carry/functions/carrier.js";

type Any = any; // oxlint-disable-line typescript/no-explicit-any

export interface Payload {
  root: Any;
  nodes: Any[];
}

function step(name: string, body: () => Any): Any {
  try {
    return body();
  } catch (error) {
    throw located(error, name);
  }
}

export function dump(value: unknown, options: { importMain?: boolean } = {}): Payload {
  const nodes: Any[] = [];
  const seen = new Map<unknown, number>();
  const scopes = new Map<object, Any>();
  const later: (() => void)[] = [];
  const payload: Payload = { root: encode(value, "value"), nodes };
  for (let next = later.shift(); next !== undefined; next = later.shift()) next();
  return payload;

  function add(v: unknown, node: Any): Any {
    seen.set(v, nodes.push(node) - 1);
    return { i: seen.get(v) };
  }

  function encode(v: Any, name: string): Any {
    return step(name, () => encodeHere(v));
  }

  function encodeHere(v: Any): Any {
    if (typeof v === "symbol") {
      const key = Symbol.keyFor(v);
      if (key !== undefined) return { symbol: key };
      throw new Refusal("it is a unique symbol");
    }
    if ((typeof v !== "object" && typeof v !== "function") || v === null) return { v };
    if (seen.has(v)) return { i: seen.get(v) };
    if (typeof v === "function") return encodeFunction(v);
    const header = carrier.describeObject(v);
    if (header !== undefined) return add(v, { t: "shell", header });
    if (types.isDate(v) || types.isRegExp(v) || ArrayBuffer.isView(v))
      return add(v, { t: "as", v });
    if (Array.isArray(v)) {
      const node: Any = { t: "array" };
      const ref = add(v, node);
      node.items = v.map((item, at) => encode(item, `[${at}]`));
      return ref;
    }
    if (types.isMap(v) || types.isSet(v)) {
      const node: Any = { t: types.isMap(v) ? "map" : "set" };
      const ref = add(v, node);
      node.items = [...v].map((item) => encode(item, "item"));
      return ref;
    }
    if (types.isPromise(v) || types.isWeakMap(v) || types.isProxy(v))
      throw new Refusal("it is a Proxy or a WeakMap");
    return encodeObject(v);
  }

  function encodeObject(v: Any): Any {
    const proto = Object.getPrototypeOf(v);
    const maker = Object.getOwnPropertyDescriptor(v, "constructor")?.value;
    if (typeof maker === "function" && maker.prototype === v) {
      return add(v, { t: "prototype", of: encode(maker, "constructor") });
    }
    const node: Any = { t: "object", error: types.isNativeError(v) };
    const ref = add(v, node);
    const usual = proto === Object.prototype;
    const around = usual || proto === null ? undefined : carrier.describeObject(proto);
    if (around !== undefined && !node.error)
      throw new Refusal(`it is native: ${JSON.stringify(around)}`);
    node.proto = usual ? undefined : encode(proto, "prototype");
    node.properties = properties(
      Reflect.ownKeys(v).map((key) => [key, Object.getOwnPropertyDescriptor(v, key)!]),
    );
    return ref;
  }

  function properties(list: readonly (readonly [string | symbol, PropertyDescriptor])[]): Any[] {
    return list.map(([key, descriptor]) => {
      const at = `.${String(key)}`;
      const flags: Any = { ...descriptor };
      const parts: Any = {};
      for (const part of ["value", "get", "set"] as const) {
        if (part in descriptor) parts[part] = encode(descriptor[part], at);
        delete flags[part];
      }
      return [encode(key, at), flags, parts];
    });
  }

  function encodeFunction(fn: Function): Any {
    const description = carrier.describe(fn, options) as Any;
    const node: Any = {};
    const ref = add(fn, node);
    if (description.kind === "bound") {
      node.t = "bound";
      later.push(() => {
        node.target = encode(description.target, "target");
        node.self = encode(description.self, "this");
        node.args = description.args.map((a: Any) => encode(a, "argument"));
      });
    } else if (description.kind === "member") {
      node.t = "member";
      node.owner = encode(description.owner, "owner");
      node.key = encode(description.key, "key");
      node.part = description.part;
    } else if (description.kind === "source") {
      const { captures, environment, heritage, own, prototypeProperties, ...header } = description;
      node.t = "shell";
      node.header = header;
      if (environment !== undefined) node.scope = scopeFor(environment);
      later.push(() =>
        step(fn.name || "function", () => {
          node.captures = captures.map(([name, v]: Any) => [name, encode(v, name)]);
          for (const [name, v] of environment?.captures ?? []) {
            nodes[node.scope].variables.push([name, encode(v, name)]);
          }
          if ("heritage" in description) node.heritage = encode(heritage, "extends");
          node.own = properties(own);
          node.onPrototype = properties(prototypeProperties ?? []);
        }),
      );
    } else {
      node.t = "shell";
      node.header = description;
    }
    return ref;
  }

  function scopeFor(environment: Any): number {
    let at = scopes.get(environment.key);
    if (at === undefined) {
      at = nodes.push({ t: "scope", header: environment.header, variables: [] }) - 1;
      scopes.set(environment.key, at);
    }
    return at;
  }
}

const liveScopes = new Map<string, Any>();

export async function load({ root, nodes }: Payload): Promise<Any> {
  const headers = nodes.map((node) => node.header).filter((header) => header !== undefined);
  await carrier.prepare(headers.filter((h) => h.kind === "reference" || h.kind === "module"));
  return loadSync({ root, nodes });
}

export function loadSync({ root, nodes }: Payload): Any {
  const out: Any[] = [];
  const classes = new Map<number, Any>();
  const later: (() => void)[] = [];
  const value = decode(root);
  for (let next = later.shift(); next !== undefined; next = later.shift()) next();
  return value;

  function decode(ref: Any): Any {
    if ("i" in ref) {
      return (out[ref.i] ??= classes.get(ref.i)?.value ?? build(nodes[ref.i], ref.i));
    }
    return "symbol" in ref ? Symbol.for(ref.symbol) : ref.v;
  }

  function define(target: object, list: Any[]): void {
    for (const [key, flags, parts] of list) {
      const live: Any = {};
      for (const [part, ref] of Object.entries(parts)) live[part] = decode(ref);
      Object.defineProperty(target, decode(key), { ...flags, ...live });
    }
  }

  function build(node: Any, at: number): Any {
    switch (node.t) {
      case "as":
        return node.v;
      case "array":
        out[at] = [];
        for (const item of node.items) out[at].push(decode(item));
        return out[at];
      case "map":
        out[at] = new Map();
        for (const item of node.items) out[at].set(...(decode(item) as [Any, Any]));
        return out[at];
      case "set":
        out[at] = new Set();
        for (const item of node.items) out[at].add(decode(item));
        return out[at];
      case "prototype":
        return decode(node.of).prototype;
      case "object":
        out[at] = node.error ? new Error() : {};
        later.push(() => {
          if (node.proto !== undefined) Object.setPrototypeOf(out[at], decode(node.proto));
          define(out[at], node.properties);
        });
        return out[at];
      case "member":
        return Object.getOwnPropertyDescriptor(decode(node.owner), decode(node.key))![
          node.part as "value"
        ];
      case "bound":
        return decode(node.target).bind(decode(node.self), ...node.args.map(decode));
      default:
        return buildShell(node, at);
    }
  }

  function buildShell(node: Any, at: number): Any {
    const scope = node.scope === undefined ? undefined : scopeOf(nodes[node.scope]);
    const shell = carrier.shell(node.header, { scope });
    if (node.captures === undefined) return shell.value;
    const finish = (): void => {
      if (node.heritage !== undefined) shell.inherit(decode(node.heritage));
      define(shell.value, node.own);
      define((shell.value as Function).prototype as object, node.onPrototype);
    };
    const fill = (): void => {
      for (const [name, ref] of node.captures) shell.fill(name, decode(ref));
    };
    if (node.header.form === "class") {
      // Its computed keys need their variables when it is evaluated.
      classes.set(at, shell);
      for (const [name, ref] of nodes[node.scope]?.variables ?? []) scope.fill(name, decode(ref));
      fill();
    } else later.push(fill);
    out[at] = shell.value;
    later.push(finish);
    return out[at];
  }

  function scopeOf(node: Any): Any {
    const key = JSON.stringify(node.header);
    let scope = liveScopes.get(key);
    if (scope === undefined) liveScopes.set(key, (scope = carrier.scope(node.header)));
    if (!node.filled) {
      node.filled = true;
      later.push(() => {
        for (const [name, ref] of node.variables) scope.fill(name, decode(ref));
      });
    }
    return scope;
  }
}
