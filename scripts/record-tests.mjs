// A reporter of node:test for run-tests.mjs, which counts from it: one JSON line for each finished
// test. The reporters that Node brings differ from version to version.
export default async function* record(events) {
  for await (const { type, data } of events) {
    const outcome = outcomeOf(type, data);
    if (outcome === undefined) continue;
    const error = data.details?.error;
    const message =
      outcome === "failed" ? String(error?.cause?.message ?? error?.message) : undefined;
    yield (
      JSON.stringify({ outcome, name: data.name, reason: data.skip ?? data.todo, message }) + "\n"
    );
  }
}

function outcomeOf(type, data) {
  if (type === "test:pass") {
    if (data.details?.type === "suite") return undefined;
    return data.skip === undefined && data.todo === undefined ? "passed" : "skipped";
  }
  // A parent that fails for its subtests' sake only would be counted twice.
  if (type !== "test:fail" || data.details?.error?.failureType === "subtestsFailed")
    return undefined;
  return "failed";
}
