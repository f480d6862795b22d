/** What headers carry besides the fields that the codec knows: `SourceHeader.extra`. */
import type { NameInMain } from "../modules/main-run.ts";

export interface SourceExtra {
  /** Where the source begins in its file, from 0, so that stack traces tell the right place. */
  readonly line: number;
  readonly column: number;
  readonly strict: boolean;
  /** The names it uses from its module's scope. */
  readonly moduleNames: readonly string[];
  /** Whether no code of its file assigns to any of these; absent where that was not looked for. */
  readonly areFixed?: boolean;
  readonly derived: boolean;
  /** For those who have the main script too. */
  readonly main?: NameInMain;
  /** Expressions for the computed keys of a class's methods. */
  readonly keys: readonly string[];
}

/** Names in `SourceHeader.names` that are no variables; neither can be the name of one. */
export const PROTOTYPE = "[[Prototype]]";
export const PROTOTYPE_OF_PROTOTYPE = "prototype.[[Prototype]]";
