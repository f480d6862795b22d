"""multiprocessing's shared data, measured: prints one figure."""

import sys
import time
from multiprocessing import Array, Process, Queue, Value

ROUNDS = 200_000
BYTES = 64 * 2**20


def increment(effort):
    value = Value("i", 0)
    rounds = int(ROUNDS * effort)
    start = time.perf_counter()
    for _ in range(rounds):
        with value.get_lock():
            value.value += 1
    return (time.perf_counter() - start) * 1e9 / rounds


def count(value, ready, go, times):
    ready.put(1)
    go.get()
    for _ in range(times):
        with value.get_lock():
            value.value += 1
    ready.put(1)


def contended(effort):
    value, ready, go = Value("i", 0), Queue(), Queue()
    times = int(100_000 * effort)
    processes = [Process(target=count, args=(value, ready, go, times)) for _ in range(4)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.get()
    start = time.perf_counter()
    for _ in processes:
        go.put(1)
    for _ in processes:
        ready.get()
    elapsed = time.perf_counter() - start
    for process in processes:
        process.join()
    assert value.value == times * 4
    return elapsed * 1e3


def take(there, back, times):
    for _ in range(times):
        back.put(there.get()[0])


def hand_over(effort):
    there, back = Queue(), Queue()
    times = int(8 * effort) + 2
    process = Process(target=take, args=(there, back, times))
    process.start()
    data = bytes(BYTES)
    samples = []
    for index in range(times):
        start = time.perf_counter()
        there.put(data)
        back.get()
        if index > 1:
            samples.append(time.perf_counter() - start)
    process.join()
    return sorted(samples)[len(samples) // 2] * 1e3


def make_arrays(effort):
    times = int(500 * effort)
    start = time.perf_counter()
    for _ in range(times):
        Array("d", 1_000)
    return (time.perf_counter() - start) * 1e6 / times


MEASURES = {
    "increment": increment,
    "contended": contended,
    "hand-over": hand_over,
    "make-arrays": make_arrays,
}

if __name__ == "__main__":
    print(MEASURES[sys.argv[1]](float(sys.argv[2])))
