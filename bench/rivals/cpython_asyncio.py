"""asyncio, measured: prints milliseconds of a crowd of tasks, or microseconds of one pair."""

import asyncio
import sys
import time

TASKS = 100_000
PAIRS = 200_000
HANDOVERS = 100_000


async def answer():
    return 1


async def answer_after_a_turn():
    await asyncio.sleep(0)
    return 1


async def crowd(body, tasks):
    start = time.perf_counter()
    await asyncio.gather(*[asyncio.create_task(body()) for _ in range(tasks)])
    return (time.perf_counter() - start) * 1e3


async def create_and_gather(effort):
    tasks = int(TASKS * effort)
    await crowd(answer, tasks)
    return await crowd(answer, tasks)


async def create_turn_and_gather(effort):
    tasks = int(TASKS * effort)
    await crowd(answer_after_a_turn, tasks)
    return await crowd(answer_after_a_turn, tasks)


async def queue_pair(effort):
    queue = asyncio.Queue()
    pairs = int(PAIRS * effort)
    start = time.perf_counter()
    for item in range(pairs):
        await queue.put(item)
        await queue.get()
    return (time.perf_counter() - start) * 1e6 / pairs


async def queue_handover(effort):
    queue = asyncio.Queue(1)
    items = int(HANDOVERS * effort)

    async def produce():
        for item in range(items):
            await queue.put(item)

    start = time.perf_counter()
    producer = asyncio.create_task(produce())
    for _ in range(items):
        await queue.get()
    await producer
    return (time.perf_counter() - start) * 1e6 / items


async def lock_pair(effort):
    lock = asyncio.Lock()
    pairs = int(PAIRS * effort)
    start = time.perf_counter()
    for _ in range(pairs):
        await lock.acquire()
        lock.release()
    return (time.perf_counter() - start) * 1e6 / pairs


if __name__ == "__main__":
    print(asyncio.run(globals()[sys.argv[1]](float(sys.argv[2]))))
