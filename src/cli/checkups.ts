/** The questions that `manyhands doctor` asks, in the order in which it prints the answers. */
import { availableParallelism, cpus, release } from "node:os";

/** The answer to one question. */
export interface Finding {
  readonly ok: boolean;
  /** What was found, in a few words. */
  readonly detail: string;
  /** Why it does not work, and what to do about it. */
  readonly why?: string;
}

/** One question about this machine. */
export interface Checkup {
  readonly name: string;
  check(): Finding | Promise<Finding>;
}

const OLDEST_NODE = [20, 19] as const;

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const detail = `Node.js ${process.versions.node}`;
  return ok ? { ok, detail } : { ok, detail, why: `at least ${OLDEST_NODE.join(".")} is needed` };
}

function platform(): Finding {
  return { ok: true, detail: `${process.platform} ${release()} on ${process.arch}` };
}

function processors(): Finding {
  const allowed = availableParallelism();
  return { ok: true, detail: `${allowed} of ${cpus().length} may be used by this process` };
}

export const checkups: readonly Checkup[] = [
  { name: "Node.js", check: nodeVersion },
  { name: "platform", check: platform },
  { name: "processors", check: processors },
];
