// Threads of an executor start when there is work for which none is idle, and are used again.
import { ThreadPoolExecutor } from "manyhands/futures";
import { currentThread } from "manyhands/threading";

await using executor = new ThreadPoolExecutor({ maxWorkers: 8, threadNamePrefix: "helper" });
console.log(await executor.submit(() => currentThread().name));
console.log(await executor.submit(() => currentThread().name));
console.log("threads:", executor.workers.length);
