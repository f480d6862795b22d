/** What a contract is run over: the same classes between threads or between processes. */
import * as multiprocessing from "manyhands/multiprocessing";
import * as threading from "manyhands/threading";
import { after } from "node:test";
import { Party, type Reach } from "./party.js";

export interface Backend {
  readonly name: Reach;
  readonly sync: typeof threading;
  /** Another thread or process, idle, that is ended with the test file at the latest. */
  readonly party: () => Party;
}

const parties: Party[] = [];
after(async () => {
  await Promise.all(parties.map((party) => party.kill()));
});

function backend(name: Reach, sync: typeof threading): Backend {
  return {
    name,
    sync,
    party() {
      const party = new Party(name);
      parties.push(party);
      return party;
    },
  };
}

export const threads: Backend = backend("thread", threading);
export const processes: Backend = backend(
  "process",
  multiprocessing as unknown as typeof threading,
);
