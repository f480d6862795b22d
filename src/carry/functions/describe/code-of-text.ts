/** Whether this program may make code of text: functions that come by value are made so. */
let may: boolean | undefined;

export function mayMakeCode(): boolean {
  return (may ??= makesCode());
}

function makesCode(): boolean {
  try {
    // eslint-disable-next-line typescript/no-implied-eval
    return typeof new Function() === "function";
  } catch {
    return false;
  }
}
