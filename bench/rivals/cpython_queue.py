"""multiprocessing.Queue, measured: prints items a second, or milliseconds for 64 MB."""

import sys
import time
from multiprocessing import Process, Queue

MEGABYTE = bytes(2**20)
LARGE = bytes(2**26)
ITEMS = {
    "integers": (lambda index: index, 200_000),
    "objects": (lambda index: {"id": index, "name": "task", "args": [index, 2]}, 100_000),
    "megabytes": (lambda index: MEGABYTE, 1_000),
    "large64": (lambda index: LARGE, 10),
}


def put(queue, kind, count):
    make = ITEMS[kind][0]
    for index in range(count):
        queue.put(make(index))


def throughput(kind, effort):
    count = max(2, int(ITEMS[kind][1] * effort))
    queue = Queue(1000 if kind in ("integers", "objects") else 4)
    producer = Process(target=put, args=(queue, kind, count), daemon=True)
    producer.start()
    queue.get()
    start = time.perf_counter()
    for _ in range(count - 1):
        queue.get()
    elapsed = time.perf_counter() - start
    producer.join()
    return (count - 1) / elapsed


if __name__ == "__main__":
    kind = sys.argv[1]
    rate = throughput(kind, float(sys.argv[2]))
    print(1000 / rate if kind == "large64" else rate)
