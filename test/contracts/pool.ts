/** What every pool must do, written once. */
import { poolCalls } from "./pool-calls.js";
import type { PoolClause } from "./pool-clause.js";
import { poolEnds } from "./pool-ends.js";
import { poolMaps } from "./pool-maps.js";
import { poolStreamEnds } from "./pool-stream-ends.js";
import { poolStreamsLeft } from "./pool-streams-left.js";
import { poolStreams } from "./pool-streams.js";

export const poolContract: readonly PoolClause[] = [
  ...poolCalls,
  ...poolEnds,
  ...poolMaps,
  ...poolStreams,
  ...poolStreamEnds,
  ...poolStreamsLeft,
];
