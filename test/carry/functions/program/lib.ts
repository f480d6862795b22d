/* oxlint-disable import/no-default-export */
import { basename } from "node:path";
import { config, deep } from "./deep.ts";

interface Counted {
  libLoads?: number;
}

const counted = globalThis as Counted;
counted.libLoads = (counted.libLoads ?? 0) + 1;
let calls = 0;

export function exported(x: string): [string, number] {
  calls++;
  return [basename(`/a/${x}`), calls];
}

function hidden(x: number): number {
  return deep(x) + 1;
}

export const getHidden = (): typeof hidden => hidden;

export class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  norm(): number {
    return Math.hypot(this.x, this.y);
  }
  static origin(): Point {
    return new Point(0, 0);
  }
}

export default function (x: number): number {
  return x * 3;
}

export const makeAdder =
  (n: number) =>
  (x: number): number =>
    deep(x) + n;

export function remember(x: number): number {
  config.seen.push(x);
  return config.seen.length;
}

export const manufactured = (
  (n: number) => (x: number) =>
    x + n
)(5);
