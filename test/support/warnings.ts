/** The warnings that this process gives while something runs. */
export async function warningsOf(body: () => unknown): Promise<Error[]> {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  try {
    await body();
    await new Promise(setImmediate); // warnings are given in the next turn
  } finally {
    process.off("warning", note);
  }
  return warnings;
}
