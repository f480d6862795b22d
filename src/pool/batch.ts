/**
 * The chunks of one map, and the array that they become.
 *
 * A map ends when all its chunks have ended, also when some failed: then with the error that
 * arrived first. Nothing here is done once for each item.
 */
import type { Callable } from "../crew/callable.ts";
import type { Crew } from "../crew/crew.ts";
import type { EachResult, Mode } from "../crew/task.ts";
import { DroppableTask, type ErrorFor } from "./droppable-task.ts";
import type { MapOptions } from "./options.ts";
import type { Settlement, Work } from "./settlement.ts";
import { eachInTheWhole, inTheWhole } from "./whole-path.ts";
import { warn } from "./unseen-failure.ts";

/** What is asked of a map. */
export interface BatchRequest {
  readonly callable: Callable;
  readonly mode: Mode;
  readonly items: readonly unknown[];
  readonly chunkSize: number;
  readonly options: MapOptions<never>;
}

export class Batch implements Work {
  readonly crew: Crew;
  readonly chunks: readonly ChunkTask[];
  readonly #settlement: Settlement<unknown[]>;
  readonly #options: MapOptions<never>;
  readonly #values: (readonly unknown[])[];
  readonly #total: number;
  #done = 0;
  #left: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(crew: Crew, request: BatchRequest, settlement: Settlement<unknown[]>) {
    this.crew = crew;
    this.#settlement = settlement;
    this.#options = request.options;
    this.#total = request.items.length;
    this.chunks = chunksOf(this, request);
    this.#left = this.chunks.length;
    this.#values = Array.from({ length: this.#left });
  }

  get started(): boolean {
    return this.chunks.some((chunk) => chunk.ended || this.crew.started(chunk));
  }

  /** Parts of a map may have run by the time that the others are taken back. */
  withdraw(): boolean {
    if (this.started) return false;
    return this.chunks.every((chunk) => this.crew.withdraw(chunk));
  }

  interrupt(reason: unknown): void {
    for (const chunk of this.chunks) if (!chunk.ended) this.crew.interrupt(chunk, reason);
  }

  succeeded(chunk: ChunkTask, { values, failures }: EachResult): void {
    if (failures !== null)
      for (const error of failures.values()) {
        this.#failure ??= { error };
        break;
      }
    this.#values[chunk.index] = values;
    this.#end(chunk);
  }

  failed(chunk: ChunkTask, error: unknown): void {
    this.#failure ??= { error };
    this.#end(chunk);
  }

  #end(chunk: ChunkTask): void {
    this.#left--;
    this.#done += chunk.length;
    if (!this.#settlement.done) this.#report();
    if (this.#left > 0) return;
    if (this.#failure !== undefined) this.#settlement.settle("rejected", this.#failure.error);
    else this.#settlement.settle("fulfilled", joined(this.#values));
  }

  #report(): void {
    try {
      this.#options.onProgress?.({ done: this.#done, total: this.#total });
    } catch (error) {
      warn(`The onProgress of ${this.#settlement.label} failed`, error);
    }
  }
}

/** More arguments than this may be too many for a call. */
const MOST_ARGUMENTS = 1000;

function joined(parts: readonly (readonly unknown[])[]): unknown[] {
  if (parts.length === 1) return parts[0] as unknown[];
  return parts.length > MOST_ARGUMENTS ? parts.flat() : ([] as unknown[]).concat(...parts);
}

function chunksOf(batch: Batch, request: BatchRequest): ChunkTask[] {
  const { items, chunkSize } = request;
  const chunks: ChunkTask[] = [];
  for (let start = 0; start < items.length; start += chunkSize) {
    chunks.push(new ChunkTask(batch, chunks.length, start, request));
  }
  return chunks;
}

class ChunkTask extends DroppableTask {
  readonly index: number;
  /** How many items it has. */
  readonly length: number;
  ended = false;
  readonly #batch: Batch;
  readonly #start: number;

  constructor(batch: Batch, index: number, start: number, request: BatchRequest) {
    const { callable, mode, options } = request;
    const items = request.items.slice(start, start + request.chunkSize);
    super(callable, mode, items, options.priority, options.cost);
    this.#batch = batch;
    this.#start = start;
    this.index = index;
    this.length = items.length;
  }

  override refusal(error: unknown): unknown {
    return inTheWhole(error, this.#start);
  }

  override succeed(value: unknown): void {
    this.ended = true;
    this.#batch.succeeded(this, eachInTheWhole(value as EachResult, this.#start));
  }

  override fail(error: unknown): void {
    this.ended = true;
    this.#batch.failed(this, inTheWhole(error, this.#start));
  }

  override dropped(errorFor: ErrorFor): void {
    this.fail(errorFor(this.name));
  }
}
