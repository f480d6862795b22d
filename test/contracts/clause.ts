import type { StartMethod } from "manyhands/multiprocessing";

/** One thing that every start method must do. */
export interface Clause {
  readonly name: string;
  run(method: StartMethod): Promise<void>;
}
