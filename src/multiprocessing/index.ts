/** `manyhands/multiprocessing`: processes, and what they share. */
export * from "./api.ts";
export { type Context, getContext } from "./context.ts";
