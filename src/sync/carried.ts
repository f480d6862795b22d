/**
 * How primitives cross: as a handle, two numbers, which a message that carries them counts, so that
 * what is on the way is not freed. The receiver gets its own object for it, each time the same.
 */
import { type HandleContext, type SendingContext, registerHandle } from "../carry/handles.ts";
import { Refusal } from "../carry/refusal.ts";
import { type Handle, countMessage, isForgotten } from "../core/blocks.ts";
import { NOBODY } from "../core/layout.ts";
import { Barrier } from "./barrier.ts";
import { type MemberOf, type SharedObject, adopt } from "./shared-object.ts";

type SharedClass = new () => SharedObject;

interface Sent extends Handle {
  /** What a barrier runs. */
  readonly action?: (() => unknown) | undefined;
}

function send(object: SharedObject, { onRefusal }: SendingContext): Sent {
  const { handle, member } = object;
  countMessage(member.arena, handle.block, 1);
  onRefusal(() => arrived(object.memberOf, handle));
  return object instanceof Barrier ? { ...handle, action: object.action } : { ...handle };
}

/** A message that carried the handle was read, or will never be. */
function arrived(memberOf: MemberOf, handle: Handle): void {
  const member = memberOf();
  countMessage(member.arena, handle.block, -1);
  if (isForgotten(member.arena, handle.block)) member.destroy(handle, NOBODY);
}

function receive(type: SharedClass, memberOf: MemberOf, { block, stamp, action }: Sent): object {
  const object = adopt(type, memberOf, { block, stamp });
  arrived(memberOf, object.handle);
  if (object instanceof Barrier) object.action ??= action;
  return object;
}

/**
 * Lets the classes of a face cross to other threads, and to other processes if their memory does.
 * A subclass crosses as the class of the face that it extends.
 */
export function carry(module: string, memberOf: MemberOf, types: readonly SharedClass[]): void {
  const crosses = module === "multiprocessing";
  for (const type of types) {
    registerHandle<SharedObject, Sent>(`${module}.${type.name}`, {
      is: (value): value is SharedObject => value instanceof type,
      toHandle(object, context) {
        const { destination } = context;
        if (destination === "thread" || (crosses && destination !== "foreign")) {
          return send(object, context);
        }
        throw new Refusal(
          `is a ${module}.${type.name}, which only ${crosses ? "this family" : "this process"} can ` +
            `use; ${crosses ? "a Manager's" : `multiprocessing.${type.name}`} goes further`,
        );
      },
      fromHandle: (value: Sent, _context: HandleContext) =>
        receive(type, memberOf, value) as SharedObject,
    });
  }
}
