// What run-tests.mjs says at its very end about the files that failed. Logs of long runs are often
// kept only in part, and their end is what is kept: so it tells which tests failed, and why, in few
// lines for each.
/** Of a message its beginning, and its end, where the difference to what was expected stands. */
const FIRST_LINES = 4;
const LAST_LINES = 8;
const OUTPUT_LINES = 12;

const REPORTERS_OWN = /^\s*(?:[ℹ✔▶﹣✖]|$)/u;

/**
 * One failed file in words.
 *
 * @param tests the failed tests of the file, each with its `name` and `message`
 * @param faults what is wrong with the file as a whole
 * @param output everything that it printed
 */
export function describeFailure(name, tests, faults, output) {
  const lines = [`FAIL ${name}`];
  for (const { name: test, message } of tests) {
    lines.push(`  ✖ ${test}`, ...shortened(message).map((line) => `      ${line}`));
  }
  lines.push(...faults.map((fault) => `  ${fault}`));
  const leftBehind = blockUnder(output, "left behind:");
  lines.push(...leftBehind.map((line) => `    ${line}`));
  if (tests.length === 0 && leftBehind.length === 0) {
    lines.push(...lastLines(output, OUTPUT_LINES).map((line) => `    | ${line}`));
  }
  return lines.join("\n");
}

function shortened(text) {
  const lines = String(text)
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length <= FIRST_LINES + LAST_LINES) return lines;
  return [...lines.slice(0, FIRST_LINES), "…", ...lines.slice(-LAST_LINES)];
}

/** The last lines that the program itself printed, not the reporter. */
function lastLines(output, count) {
  return output
    .split("\n")
    .filter((line) => !REPORTERS_OWN.test(line))
    .slice(-count);
}

/** A line that is `heading`, and the indented ones under it. */
function blockUnder(output, heading) {
  const lines = output.split("\n");
  const start = lines.findIndex((line) => line.trim() === heading);
  if (start < 0) return [];
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith("  "));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length);
}
