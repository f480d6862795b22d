/** One object of each class that has methods for users, at work where there is work. */
import * as asyncio from "manyhands/asyncio";
import * as futures from "manyhands/futures";
import * as multiprocessing from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
import * as queue from "manyhands/queue";
import * as sched from "manyhands/sched";
import * as subprocess from "manyhands/subprocess";
import * as threading from "manyhands/threading";

const one = () => 1;

/** By names for messages. What is to be called when they are not needed any more joins `ends`. */
export async function objects(ends: (() => unknown)[]): Promise<Record<string, object>> {
  const started = async <T extends { start(): Promise<unknown>; join(): Promise<unknown> }>(
    runner: T,
  ): Promise<T> => {
    await runner.start();
    ends.push(() => runner.join());
    return runner;
  };
  const used = <T extends AsyncDisposable>(object: T): T => {
    ends.push(() => object[Symbol.asyncDispose]());
    return object;
  };
  const closed = <T extends { close(): unknown }>(object: T): T => {
    ends.push(() => object.close());
    return object;
  };
  const pool = used(new multiprocessing.Pool(1));
  const threads = used(new multiprocessing.ThreadPool(1));
  const ended = used(new multiprocessing.ThreadPool(1));
  ended.close();
  const executor = used(new futures.ThreadPoolExecutor({ maxWorkers: 1 }));
  const manager = used(await multiprocessing.Manager());
  const server = await asyncio.startServer(({ writer }) => writer.close());
  const { reader, writer } = await asyncio.openConnection(server.port);
  ends.push(
    () => writer.close(),
    () => server.close(),
  );
  const [end, otherEnd] = multiprocessing.Pipe();
  closed(otherEnd);
  const process = await started(new multiprocessing.Process({ target: one }));
  return {
    ...synchronisers("threading", threading),
    ...synchronisers("multiprocessing", multiprocessing),
    ...synchronisers("asyncio", asyncio),
    ...queues("multiprocessing", multiprocessing),
    ...queues("queue", queue),
    ...queues("asyncio", asyncio),
    joinableQueue: closed(new multiprocessing.JoinableQueue()),
    simpleQueue: closed(new multiprocessing.SimpleQueue()),
    thread: await started(new threading.Thread({ target: one })),
    timer: await started(new threading.Timer(0, one)),
    process,
    sentinel: process.sentinel,
    dummyProcess: await started(new dummy.Process({ target: one })),
    end: closed(end),
    listener: closed(new multiprocessing.Listener()),
    pool,
    threads,
    ended,
    result: threads.applyAsync(one),
    results: threads.imap(one, []),
    resultsSync: threads.imapSync(one, []),
    executor,
    futureOfExecutor: executor.submit(one),
    future: new futures.Future(),
    manager,
    managedLock: await manager.Lock(),
    managedQueue: await manager.Queue(),
    base: new multiprocessing.BaseManager(),
    managerServer: new multiprocessing.BaseManager().getServer(),
    loop: asyncio.getRunningLoop(),
    taskGroup: new asyncio.TaskGroup(),
    server,
    reader,
    writer,
    popen: used(new subprocess.Popen(["true"])),
    scheduler: new sched.Scheduler(),
  };
}

type Synchronisers = Pick<
  typeof threading,
  "Lock" | "RLock" | "Semaphore" | "Condition" | "Event" | "Barrier"
>;

function synchronisers(
  label: string,
  module: { [K in Exclude<keyof Synchronisers, "RLock">]: new (parties: never) => object } & {
    RLock?: new () => object;
  },
): Record<string, object> {
  return {
    [`${label}.lock`]: new module.Lock(undefined as never),
    ...(module.RLock && { [`${label}.rLock`]: new module.RLock() }),
    [`${label}.semaphore`]: new module.Semaphore(1 as never),
    [`${label}.condition`]: new module.Condition(undefined as never),
    [`${label}.event`]: new module.Event(undefined as never),
    [`${label}.barrier`]: new module.Barrier(2 as never),
  };
}

type Type = new () => object;
const queues = (
  label: string,
  module: { Queue: Type; LifoQueue: Type; PriorityQueue: Type },
): Record<string, object> => ({
  [`${label}.queue`]: new module.Queue(),
  [`${label}.lifoQueue`]: new module.LifoQueue(),
  [`${label}.priorityQueue`]: new module.PriorityQueue(),
});
