/**
 * The graph of who waits for whom, read from the owners of locks and the queued records, without
 * stopping anybody. What is read may be out of date by the time it is used; so a cycle counts only
 * if a second reading finds the same owners and the same waits: then all of them were waiting at
 * the moment between the two, and whoever only waits does not change an edge.
 */
import { atomics } from "../core/atomics.ts";
import { HEADER_WORDS, holderOf, kindOf } from "../core/blocks.ts";
import type { Member } from "../core/member.ts";
import {
  BLOCKING,
  GRANTED,
  W_FLOW,
  W_KEY,
  W_MODE,
  W_STATE,
  W_TICKET,
  eachRecord,
} from "../core/queues.ts";
import { ownerWithId, show } from "./holders.ts";
import { KIND_LOCK, KIND_RLOCK } from "./kinds.ts";
import { GONE, flowOf, ownerOf } from "./lock-word.ts";
import { BARE, SYNC } from "./owner-flow.ts";

/** One step of a cycle: the lock `block` is held by `owner` and wanted by `waiter`. */
export interface Edge {
  readonly block: number;
  readonly owner: number;
  readonly ownerFlow: number;
  readonly waiter: number;
  readonly waiterFlow: number;
  /** Which wait of the waiter it is. */
  readonly ticket: number;
}

interface Wait {
  readonly block: number;
  readonly waiter: number;
  readonly waiterFlow: number;
  readonly blocks: boolean;
  readonly ticket: number;
}

function allWaits({ arena }: Member): Wait[] {
  const { words } = arena;
  const waits: Wait[] = [];
  eachRecord(arena, (record) => {
    const key = atomics.load(words, record + W_KEY);
    if (key === 0 || atomics.load(words, record + W_STATE) === GRANTED) return;
    // Keys that are not blocks are second queues of other primitives.
    if (key % 16 !== HEADER_WORDS) return;
    const kind = kindOf(arena, key);
    if (kind !== KIND_LOCK && kind !== KIND_RLOCK) return;
    waits.push({
      block: key,
      waiter: holderOf(arena, record),
      waiterFlow: atomics.load(words, record + W_FLOW),
      blocks: atomics.load(words, record + W_MODE) === BLOCKING,
      ticket: atomics.load(words, record + W_TICKET),
    });
  });
  return waits;
}

/** Whether who holds something as `heldAs` cannot go on before this wait ends. */
function isStoppedBy(wait: Wait, owner: number, heldAs: number): boolean {
  if (wait.waiter !== owner) return false;
  // A thread that blocks stops all its flows.
  if (wait.blocks) return true;
  if (heldAs === BARE || wait.waiterFlow === BARE) return false;
  const scope = wait.waiterFlow & ~SYNC;
  return scope !== 0 && scope === (heldAs & ~SYNC);
}

function search(member: Member, block: number, flow: number): Edge[] | undefined {
  const waits = allWaits(member);
  const own = waits.find(
    (wait) => wait.waiter === member.id && wait.block === block && wait.waiterFlow === flow,
  );
  if (own === undefined) return undefined;
  const seen = new Set<Wait>();
  const path: Edge[] = [];
  const follow = (wait: Wait): boolean => {
    seen.add(wait);
    const { waiter, waiterFlow, ticket } = wait;
    const owner = ownerOf(member, wait.block);
    if (owner === 0 || owner === GONE) return false;
    const ownerFlow = flowOf(member, wait.block);
    path.push({ block: wait.block, owner, ownerFlow, waiter, waiterFlow, ticket });
    if (isStoppedBy(own, owner, ownerFlow)) return true;
    for (const next of waits) {
      if (!seen.has(next) && isStoppedBy(next, owner, ownerFlow) && follow(next)) return true;
    }
    path.pop();
    return false;
  };
  return follow(own) ? path : undefined;
}

/** The cycle that this thread's wait for `block`, which is queued, closes; undefined if none. */
export function findCycle(member: Member, block: number, flow: number): Edge[] | undefined {
  const found = search(member, block, flow);
  if (found === undefined) return undefined;
  const again = search(member, block, flow);
  return again !== undefined && isSame(found, again) ? again : undefined;
}

function isSame(a: readonly Edge[], b: readonly Edge[]): boolean {
  const text = (edges: readonly Edge[]): string =>
    edges.map(({ block, owner, ownerFlow, ticket }) => [block, owner, ownerFlow, ticket]).join(";");
  return text(a) === text(b);
}

/** A thread, and the flow in it where that is known. */
export function showActor(member: Member, id: number, flow: number): string {
  const who = show(ownerWithId(member, id));
  const scope = flow === BARE ? 0 : flow & ~SYNC;
  return scope === 0 ? who : `${who} in flow ${scope}`;
}
