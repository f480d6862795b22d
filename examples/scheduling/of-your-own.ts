// A schedule of one's own: customers take turns, however many tasks each of them has queued.
import { type Policy, type Schedulable, ThreadPool } from "manyhands/multiprocessing";

class FairShare implements Policy {
  readonly #lines = new Map<number, Schedulable[]>();
  size = 0;

  push(task: Schedulable): void {
    // The number of the customer comes as the priority.
    const line = this.#lines.get(task.priority) ?? [];
    this.#lines.set(task.priority, [...line, task]);
    this.size++;
  }

  pop(): Schedulable | undefined {
    const [next] = this.#lines;
    if (next === undefined) return undefined;
    const [customer, [task, ...rest]] = next;
    // To the end of the round, if there is more.
    this.#lines.delete(customer);
    if (rest.length > 0) this.#lines.set(customer, rest);
    this.size--;
    return task;
  }
}

await using pool = new ThreadPool({ processes: 1, schedule: new FairShare() });
const served: string[] = [];
const work = (name: string): string => name;
const submit = (name: string, customer: number): Promise<string> =>
  pool.apply(work, [name], { priority: customer, callback: (each) => void served.push(each) });

await Promise.all([
  ...["a1", "a2", "a3", "a4"].map((name) => submit(name, 1)),
  ...["b1", "b2"].map((name) => submit(name, 2)),
  submit("c1", 3),
]);
console.log(served.join(" "));
