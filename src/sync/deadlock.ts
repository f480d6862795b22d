import type { Member } from "../core/member.ts";
import type { Waitable } from "../core/waitable.ts";
import type { Lock } from "./lock.ts";
export const isDetecting = (_m: Member): boolean => false;
export function noteRelease(_l: Lock): void {}
export function noteTaken(_l: Lock, _f: number, _t: number): void {}
export function checkDeadlock(_l: Lock, _w: Waitable, _r: number): number {
  return -1;
}
