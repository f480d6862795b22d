/**
 * Who made a function or class that travels by value.
 *
 * Each gets an id where it is first sent from: a name of that thread, unique in the world, and a
 * counter. A receiver notes the id of what it rebuilt, so the same class sent again is the same class
 * there, and what returns to where it came from is itself again. Functions and module scopes are
 * held weakly: an id is forgotten with its object.
 */
import { randomBytes } from "node:crypto";
import type { FunctionShell } from "./function-carrier.ts";

let home = "";
let counter = 0;
const ids = new WeakMap<object, string>();
const objects = new Map<string, WeakRef<object>>();
const made = new WeakSet<object>();
const shells = new WeakMap<object, FunctionShell>();
const forget = new FinalizationRegistry<string>((id) => {
  if (objects.get(id)?.deref() === undefined) objects.delete(id);
});

function remember(object: object, id: string): void {
  ids.set(object, id);
  objects.set(id, new WeakRef(object));
  forget.register(object, id);
}

/** The object's id; a new one when it is sent for the first time. */
export function originOf(object: object): string {
  let id = ids.get(object);
  if (id === undefined) {
    home ||= randomBytes(12).toString("base64url");
    id = `${home}:${++counter}`;
    made.add(object);
    remember(object, id);
  }
  return id;
}

/** The object with this id, when it is known here. */
export function objectOfOrigin(id: string): object | undefined {
  return objects.get(id)?.deref();
}

/** Whether an object was first sent from here, and is therefore the original. */
export function isOriginal(object: object): boolean {
  return made.has(object);
}

/** Notes an object that was rebuilt from a message, and by what its variables can be set again. */
export function adopt(object: object, id: string, shell?: FunctionShell): void {
  remember(object, id);
  if (shell !== undefined) shells.set(object, shell);
}

export function shellOf(object: object): FunctionShell | undefined {
  return shells.get(object);
}

/**
 * For a child right after a fork: new ids must not be those of its parent and siblings. What was
 * sent before keeps its id, since the child inherited it.
 */
export function renewOrigins(): void {
  home = "";
}
