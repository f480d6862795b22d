/**
 * Decides how a function crosses: by name where every realm has it, by reference where the receiver
 * can import it, through its class where it is a method, and by value otherwise. Descriptions that
 * cannot change are kept.
 */
import type {
  BuiltinHeader,
  DescribeOptions,
  FunctionDescription,
  ModuleHeader,
  SourceDescription,
} from "../../function-carrier.ts";
import { types } from "node:util";
import { MODULE_URL } from "../../../platform/own-module.ts";
import { isNative } from "../../prototypes.ts";
import { Refusal } from "../../refusal.ts";
import { builtinName, isBuiltinGlobal } from "../modules/builtin-names.ts";
import { isImportable, referenceTo } from "./by-reference.ts";
import { describeByValue, refuseUnseen, type Subject } from "./by-value.ts";
import { mayMakeCode } from "./code-of-text.ts";
import { computedKeys } from "../source/computed-keys.ts";
import { contextOf, referenceOf } from "./explicit.ts";
import { hasFixedCaptures } from "./fixed-captures.ts";
import { describeRebuilt } from "./rebuilt.ts";
import { functionSource } from "../source/function-source.ts";
import { importedAs } from "../modules/imported-here.ts";
import { ImportedBinding } from "../modules/imported-binding.ts";
import { inspect, inspectorStatus, type CodeAnatomy } from "../inspector/inspect.ts";
import { currentRun } from "../modules/main-run.ts";
import { rememberReference } from "../rebuild/module-access.ts";
import { learnOwner, memberOf } from "./member-owner.ts";
import { isAllData, namespaceUrl } from "./namespace-url.ts";
import { ownProperties, propertyCount, prototypeProperties } from "../source/own-properties.ts";
import { scriptUrl } from "../inspector/script-urls.ts";
import { surroundings } from "../inspector/surroundings.ts";

interface Kept {
  readonly description: FunctionDescription;
  /** How many properties it had; a later one makes the description stale. */
  readonly properties: number;
}

let kept = new WeakMap<Function, Kept>();
const keptWithMain = new WeakMap<Function, Kept>();
/** For which run of the main script these descriptions are. */
let keptFor: string | undefined;
/** Functions that were described once, and those of which it is known that they may change. */
const once = new WeakSet<Function>();
const changing = new WeakSet<Function>();
/** Of functions that came from elsewhere or were made by such: messages renew their variables. */
const renewed = new WeakSet<FunctionDescription>();

/** See `FunctionCarrier.describe`. */
export function describe(fn: Function, options: DescribeOptions = {}): FunctionDescription {
  if (keptFor !== currentRun()) {
    keptFor = currentRun();
    kept = new WeakMap();
  }
  const cache = options.importMain === true ? keptWithMain : kept;
  const known = cache.get(fn);
  if (known !== undefined && known.properties === propertyCount(fn)) return known.description;
  const description = decide(fn, options);
  if (description.kind === "source" && !mayMakeCode()) {
    throw new Refusal(
      "it would be sent as text, which this program may not make code of " +
        "(--disallow-code-generation-from-strings); export it from a module instead",
    );
  }
  if (staysAsItIs(fn, description)) {
    cache.set(fn, { description, properties: propertyCount(fn) });
  }
  return description;
}

/** Whether it would be the same next time, except for the contents of captured objects. */
function staysAsItIs(fn: Function, description: FunctionDescription): boolean {
  if (description.kind === "bound") return false;
  if (description.kind !== "source") return true;
  const { captures, environment, own, prototypeProperties: added = [], heritage } = description;
  if (own.length > 0 || added.length > 0) return false;
  if (captures.length === 0 && environment === undefined) return true;
  // Most closures are sent once, and then it is not worth reading their file.
  if (!once.has(fn)) {
    once.add(fn);
    return false;
  }
  if (changing.has(fn)) return false;
  const isFixed =
    heritage === undefined &&
    contextOf(fn) === undefined &&
    !renewed.has(description) &&
    hasFixedCaptures(fn, description);
  if (isFixed === false) changing.add(fn);
  return isFixed === true;
}

function decide(fn: Function, options: DescribeOptions): FunctionDescription {
  const stated = referenceOf(fn) ?? requireMadeHere(fn) ?? describeInContext(fn);
  if (stated !== undefined) return stated;
  const rebuilt = describeRebuilt(fn);
  if (rebuilt !== undefined) return renewable(rebuilt);
  if (types.isProxy(fn)) throw new Refusal("it is a Proxy, which cannot be looked into");
  const native = isNative(fn) ? byName(fn) : undefined;
  if (native !== undefined) return native;
  if (!inspectorStatus().available) return byName(fn) ?? describeUninspected(fn);
  const anatomy = inspect(fn);
  if (anatomy.kind === "native") {
    throw new Refusal("it is native code; wrap it in a function of your own");
  }
  if (anatomy.kind === "code") return describeCode(fn, anatomy, options);
  learnOwner(anatomy.target, anatomy.self);
  return anatomy;
}

function byName(fn: object): BuiltinHeader | undefined {
  const path = builtinName(fn);
  return path === undefined ? undefined : { kind: "builtin", path };
}

function describeCode(
  fn: Function,
  anatomy: CodeAnatomy,
  options: DescribeOptions,
): FunctionDescription {
  const url = scriptUrl(fn, anatomy);
  // V8 does not list all of Node's own scripts.
  const named = url.startsWith("file:") ? undefined : byName(fn);
  if (named !== undefined) return named;
  if (url.startsWith("node:")) {
    throw new Refusal(`it is internal to Node (${url}); make it inside the function that uses it`);
  }
  const source = functionSource(fn);
  const around = surroundings(anatomy, url);
  if (isImportable(url, options.importMain)) {
    const place = { url, scriptId: anatomy.scriptId, around };
    const reference = referenceTo(fn, source, place);
    if (reference !== undefined) {
      rememberReference(reference, fn);
      return reference;
    }
  }
  if (source === undefined) {
    throw new Refusal("its source cannot be read on its own; export it from a module instead");
  }
  const needsClass = source.free.privates.size > 0 || source.free.used.has("super");
  if (
    source.form !== "class" &&
    (needsClass || (source.form !== "expression" && isImportable(url)))
  ) {
    const member = memberOf(fn, around);
    if (member !== undefined) return member;
  }
  const subject: Subject = { fn, source, url, anatomy, around };
  const description = describeByValue(subject);
  return around.top.kind === "carried" ? renewable(description) : description;
}

function renewable(description: SourceDescription): SourceDescription {
  renewed.add(description);
  return description;
}

/** `require` of a file elsewhere. */
function requireMadeHere(fn: Function): ModuleHeader | undefined {
  const header = importedAs(fn);
  return header?.cjs === true && header.name === "require" ? header : undefined;
}

/** By value with the captures that `withContext` named. */
function describeInContext(fn: Function): SourceDescription | undefined {
  const context = contextOf(fn);
  if (context === undefined) return undefined;
  return describeStated(fn, context, (name) => {
    return `it uses '${name}', which is neither in its withContext nor a global`;
  });
}

/** Without the inspector only a function that captures nothing can go by value. */
function describeUninspected(fn: Function): SourceDescription {
  const { reason, remedy } = inspectorStatus();
  return describeStated(fn, {}, (name) => `it captures '${name}', and ${reason!}; ${remedy!}`);
}

function describeStated(
  fn: Function,
  context: Readonly<Record<string, unknown>>,
  refusal: (name: string) => string,
): SourceDescription {
  const source = functionSource(fn);
  if (source === undefined) throw new Refusal("its source cannot be read on its own");
  refuseUnseen(source);
  const captures: [string, unknown][] = [];
  for (const name of source.free.used) {
    if (Object.hasOwn(context, name)) captures.push([name, context[name]]);
    else if (!isBuiltinGlobal(name)) throw new Refusal(refusal(name));
  }
  const derived = source.classSource?.derived === true;
  return {
    kind: "source",
    form: source.form,
    source: source.text,
    name: fn.name,
    url: "",
    importMeta: source.importMeta,
    names: captures.map(([name]) => name),
    extra: {
      line: 0,
      column: 0,
      strict: true,
      moduleNames: [],
      derived,
      keys: computedKeys(fn, source),
    },
    captures,
    ...(derived ? { heritage: Object.getPrototypeOf(fn) as unknown } : {}),
    own: ownProperties(fn, source),
    prototypeProperties: prototypeProperties(fn, source),
  };
}

const moduleAt = (url: string): ModuleHeader => {
  return { kind: "module", url, ...(url.endsWith(".cjs") ? { cjs: true } : {}) };
};

/** See `FunctionCarrier.describeObject`. */
export function describeObject(object: object): BuiltinHeader | ModuleHeader | undefined {
  if (object instanceof ImportedBinding) return object.header;
  const named = byName(object);
  if (named !== undefined) return named;
  const { [MODULE_URL]: module } = object as { readonly [MODULE_URL]?: unknown };
  if (typeof module === "string") return moduleAt(module);
  if (!types.isModuleNamespaceObject(object)) return undefined;
  const imported = importedAs(object);
  if (imported !== undefined) return imported;
  const url = namespaceUrl(object);
  if (url !== undefined) return { kind: "module", url };
  if (isAllData(object)) return undefined;
  throw new Refusal("it is a module as a whole; import it inside the function that needs it");
}
