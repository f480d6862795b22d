/** A short fingerprint of a function's source, to notice a module that differs elsewhere. */

const hashes = new WeakMap<Function, string>();

/** The same for equal source texts; 64 bits of FNV-1a, in two halves. */
export function sourceHash(fn: Function): string {
  const known = hashes.get(fn);
  if (known !== undefined) return known;
  const text = Function.prototype.toString.call(fn);
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 13), 0x01000193);
  }
  const hash = `${(low >>> 0).toString(36)}.${(high >>> 0).toString(36)}`;
  hashes.set(fn, hash);
  return hash;
}
