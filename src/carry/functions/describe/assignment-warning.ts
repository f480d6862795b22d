/**
 * A function that assigns to a captured variable changes the copy that went with it. That is seldom
 * what was meant, so each such variable is named once.
 */
const warned = new Set<string>();

/** Warns, the first time, that `variable` of the file `url` is assigned to by `fn`. */
export function warnOfAssignment(fn: Function, variable: string, url: string): void {
  const key = `${url} ${variable}`;
  if (warned.has(key)) return;
  warned.add(key);
  const name = fn.name === "" ? "a function" : `the function '${fn.name}'`;
  process.emitWarning(
    `${name} assigns to the captured variable '${variable}': where it runs elsewhere, it changes ` +
      "a copy, and the original keeps its value. Return the new value, share it as a Value, or " +
      "put it into a queue.",
    { type: "CapturedAssignmentWarning", detail: url },
  );
}
