/** What every pool must do, written once. */
import { poolCalls } from "./pool-calls.js";
import type { PoolClause } from "./pool-clause.js";
import { poolMaps } from "./pool-maps.js";
import { poolStreams } from "./pool-streams.js";

export const poolContract: readonly PoolClause[] = [...poolCalls, ...poolMaps, ...poolStreams];
