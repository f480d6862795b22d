/**
 * The object that stands for this process or thread in it: of the user's own class where a subclass
 * with `run` was started, else made by the face that asks first.
 */
let current: object | null = null;

export function adoptCurrent(self: object): void {
  current = self;
}

export function currentObject(): object | null {
  return current;
}
