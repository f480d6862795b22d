// Compiled only, never run: that a wait can be named, and handed on as it was given.
import { expectTypeOf } from "expect-type";
import * as asyncio from "manyhands/asyncio";
import type { Binary, WorkerInfo } from "manyhands/multiprocessing";
import type * as multiprocessing from "manyhands/multiprocessing";
import type * as dummy from "manyhands/multiprocessing/dummy";
import type * as futures from "manyhands/futures";
import type * as queue from "manyhands/queue";
import type * as subprocess from "manyhands/subprocess";
import type * as threading from "manyhands/threading";

expectTypeOf<threading.Wait>().toEqualTypeOf<{ timeoutMs?: number; signal?: AbortSignal }>();
expectTypeOf<threading.SyncWait>().toEqualTypeOf<{ timeoutMs?: number }>();
expectTypeOf<multiprocessing.Wait>().toEqualTypeOf<threading.Wait>();
expectTypeOf<multiprocessing.SyncWait>().toEqualTypeOf<threading.SyncWait>();
expectTypeOf<dummy.Wait>().toEqualTypeOf<threading.Wait>();
expectTypeOf<dummy.SyncWait>().toEqualTypeOf<threading.SyncWait>();
expectTypeOf<queue.Wait>().toEqualTypeOf<threading.Wait>();
expectTypeOf<queue.SyncWait>().toEqualTypeOf<threading.SyncWait>();
expectTypeOf<futures.Wait>().toEqualTypeOf<threading.Wait>();
expectTypeOf<futures.SyncWait>().toEqualTypeOf<threading.SyncWait>();
expectTypeOf<subprocess.Wait>().toEqualTypeOf<threading.Wait>();
expectTypeOf<subprocess.SyncWait>().toEqualTypeOf<threading.SyncWait>();
expectTypeOf<asyncio.Wait>().toEqualTypeOf<threading.Wait>();

expectTypeOf<Parameters<queue.Queue["shutdown"]>[0]>().toEqualTypeOf<
  queue.ShutdownOptions | undefined
>();
expectTypeOf<queue.ShutdownOptions>().toEqualTypeOf<multiprocessing.ShutdownOptions>();
expectTypeOf<queue.ShutdownOptions>().toEqualTypeOf<asyncio.ShutdownOptions>();
expectTypeOf<multiprocessing.Pool["workers"]>().toEqualTypeOf<readonly WorkerInfo[]>();
expectTypeOf<futures.WorkerInfo>().toEqualTypeOf<WorkerInfo>();
expectTypeOf<Parameters<multiprocessing.Connection["sendBytes"]>[0]>().toEqualTypeOf<Binary>();

type AnyLock = threading.Lock | multiprocessing.Lock | asyncio.Lock | asyncio.Condition;

export async function handedOn(lock: AnyLock, wait?: threading.Wait): Promise<boolean> {
  using _ = await lock.hold(wait);
  const event = new asyncio.Event();
  return (await event.wait(wait)) && (await lock.acquire(wait));
}

export async function known(lock: AnyLock): Promise<void> {
  expectTypeOf(await lock.acquire()).toEqualTypeOf<true>();
  expectTypeOf(await lock.acquire({ timeoutMs: 1 })).toEqualTypeOf<boolean>();
}
