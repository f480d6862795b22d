/** A task of a pool or an executor: it can be taken out of the queue and dropped. */
import { Task } from "../crew/task.ts";

/** Makes the error of work that was dropped, which is called `name`. */
export type ErrorFor = (name: string) => Error;

export abstract class DroppableTask extends Task {
  /** It was taken back before it began, and never runs. */
  abstract dropped(errorFor: ErrorFor): void;
}
