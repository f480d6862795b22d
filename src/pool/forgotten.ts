/**
 * Pools and executors that were collected while they were open. Nobody can give them work any more,
 * so they are closed: what was begun is done, and then the workers end.
 */
import type { Crew } from "../crew/crew.ts";

interface Forgotten {
  readonly kind: string;
  readonly crew: Crew;
}

const collected = new FinalizationRegistry<Forgotten>(({ kind, crew }) => {
  if (crew.state !== "open") return;
  warnOnce(kind, crew);
  crew.close();
});
let warned = false;

/** Has the crew closed when its only way in is gone. */
export function closeWhenForgotten(face: WeakKey, kind: string, crew: Crew): void {
  collected.register(face, { kind, crew });
}

function warnOnce(kind: string, { options, workers }: Crew): void {
  if (warned) return;
  warned = true;
  const how = kind.endsWith("Executor") ? "shutdown()" : "close() or terminate()";
  process.emitWarning(
    `${options.name}, a ${kind} of ${workers.length} workers, was forgotten while it was open; ` +
      `end it by ${how}, or declare it with "await using"`,
    { type: "ResourceWarning", code: "MANYHANDS_FORGOTTEN_POOL" },
  );
}
