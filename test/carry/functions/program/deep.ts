export function deep(x: number): number {
  return x * 100;
}

export const config = { rate: 0.25, seen: [] as number[] };

export const limit = 7;
