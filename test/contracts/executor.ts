/** What every executor must do, written once. */
import type { ExecutorClause } from "./executor-clause.js";
import { ending } from "./executor-ending.js";
import { mapping } from "./executor-mapping.js";
import { submitting } from "./executor-submitting.js";

export const executorContract: readonly ExecutorClause[] = [...submitting, ...mapping, ...ending];
