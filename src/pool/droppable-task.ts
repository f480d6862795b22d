/** A task of a pool or an executor: it can be taken out of the queue and dropped. */
import { Task } from "../crew/task.ts";

export abstract class DroppableTask extends Task {
  /** It was taken back before it began, and never runs. */
  abstract dropped(): void;
}
