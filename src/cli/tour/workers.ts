import { whyNoPlatform } from "../../platform/load.ts";
import { Process, Queue, Value, getStartMethod } from "../../multiprocessing/index.ts";
import { Thread } from "../../threading/index.ts";
import type { Guide, Stop } from "./guide.ts";

const factors = [6, 7] as const;

const multiply = (): number => factors[0] * factors[1];

export const workers: Stop = {
  title: "threads and processes: the same function elsewhere",
  text: `
A Thread or a Process runs any function, with what it captures, and gives back what it returned. A
process that is killed says so; what it had to say of itself is its exit code.`,
  async run(guide) {
    const thread = new Thread({ target: multiply });
    await thread.start();
    guide.equal("a thread multiplied what it captured", await thread.result(), 42);
    await thread.join();
    const child = new Process({ target: multiply });
    await child.start();
    guide.equal(`so did a process (${getStartMethod()})`, await child.result(), 42);
    await child.join();
    guide.equal("and it ended well", child.exitCode, 0);
    const idle = new Process({ target: () => new Promise(() => setInterval(() => {}, 1000)) });
    await idle.start();
    idle.kill();
    await idle.join();
    guide.equal("one that was killed", idle.exitCode, -9);
    if (whyNoPlatform() === null) await share(guide);
    else guide.say("Processes share no memory here, so there are no queues between them to show.");
  },
};

/** Items through a queue, and a number that two processes raise under its lock. */
async function share(guide: Guide): Promise<void> {
  const queue = new Queue<string>();
  const total = new Value("i", 0);
  const add = async (name: string): Promise<void> => {
    for (let i = 0; i < 100; i++) total.withLockSync(() => total.value++);
    await queue.put(name);
  };
  const children = ["one", "two"].map((name) => new Process({ target: add, args: [name] }));
  for (const child of children) await child.start();
  const names = [await queue.get({ timeoutMs: 20_000 }), await queue.get({ timeoutMs: 20_000 })];
  for (const child of children) await child.join();
  guide.equal("both sent their names", names.sort(), ["one", "two"]);
  guide.equal("and no addition was lost", total.value, 200);
}
