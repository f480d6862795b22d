/** Run where the permission model denies the inspector: prints what still can be sent, as JSON. */
import { basename } from "node:path";
import { inspectorStatus } from "#internal/carry/functions/inspector/inspect.js";
import { referencedFunction, withContext } from "#internal/carry/index.js";
import { dump, load } from "../support/graph.ts";

async function there(fn: Function, ...args: unknown[]): Promise<unknown> {
  try {
    const [copy] = (await load(dump([fn]))) as [Function];
    return await copy(...args);
  } catch (error) {
    return (error as Error).message;
  }
}

const factor = 3;
const module = new URL("./deep.js", import.meta.url);
console.log(
  JSON.stringify({
    status: inspectorStatus(),
    nothingCaptured: await there((x: number) => Math.max(x, 2), 1),
    captured: await there((x: number) => x * factor, 2),
    named: await there(basename, "/a/b"),
    withContext: await there(
      withContext((x: number) => x * factor, { factor }),
      2,
    ),
    incomplete: await there(
      withContext((x: number) => x * factor, {}),
      2,
    ),
    referenced: await there(referencedFunction({ module, export: "deep" }), 2),
  }),
);
