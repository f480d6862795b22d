/** What parties do; see `party.ts`. */
import { isMainThread } from "node:worker_threads";
import type { Connection } from "manyhands/multiprocessing";
import type { Queue } from "manyhands/queue";

/** Puts `count` numbered items of one producer. */
export function produce(queue: Queue, producer: number, count: number): void {
  for (let number = 0; number < count; number++) queue.putSync({ producer, number });
}

/** Puts numbered items, short and long ones, until it is killed. */
export function produceForever(queue: Queue, producer: number): void {
  for (let number = 0; ; number++) {
    const more = number % 5 === 0 ? new Uint8Array(number % 2 === 0 ? 3000 : 9000) : "short";
    queue.putSync({ producer, number, more });
  }
}

/** As `produce`, without blocking the thread. */
export async function produceLater(queue: Queue, producer: number, count: number): Promise<void> {
  for (let number = 0; number < count; number++) await queue.put({ producer, number });
}

/** Puts an item many times, and tells how often it was not refused for having no order. */
export function putMany(queue: Queue, counts: Queue, item: unknown, times: number): void {
  let taken = 0;
  for (let time = 0; time < times; time++) {
    try {
      queue.putSync(item);
      taken++;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  counts.putSync([item, taken]);
}

/** Passes items on until the queue is shut down. */
export async function passOn(from: Queue, to: Queue): Promise<void> {
  for await (const item of from) to.putSync(item);
}

/** Tells what it takes, one by one, and says when the next may come. */
export function takeAll(from: Queue, to: Queue): void {
  try {
    for (;;) to.putSync(from.getSync());
  } catch (error) {
    if ((error as Error).name !== "QueueShutDown") throw error;
  }
}

/** Takes one item and says so, and then takes no more. */
export function takeOne(from: Queue, to: Queue): void {
  to.putSync(from.getSync());
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Answers every object with itself. */
export function echoSync(connection: Connection): void {
  try {
    for (;;) connection.sendSync(connection.recvSync());
  } catch (error) {
    if ((error as Error).name !== "EndOfStreamError") throw error;
  }
}

/** The same in the event loop. */
export async function echo(connection: Connection): Promise<void> {
  for await (const value of connection) await connection.send(value);
}

/** Says that it is there, and dies when it is told to. */
export function fall(connection: Connection): void {
  connection.sendSync("here");
  connection.recvSync();
  if (isMainThread) process.kill(process.pid, "SIGKILL");
  process.exit(1);
}

/** Says that it is there, and keeps its end open until it is killed. */
export function sit(connection: Connection): void {
  connection.sendSync("here");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Takes a queue out of a queue and puts an item into it. */
export function answerThrough(queues: Queue<Queue>): void {
  const inner = queues.getSync();
  inner.putSync("through");
}

/** Reports every task done, after its answer. */
export function work(tasks: Queue<number>, answers: Queue<number>): void {
  for (let left = tasks.getSync(); left >= 0; left = tasks.getSync()) {
    answers.putSync(left * 2);
    tasks.taskDone();
  }
  tasks.taskDone();
}
