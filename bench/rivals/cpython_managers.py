"""multiprocessing's managers, measured: prints one figure."""

import sys
import time
from multiprocessing import Barrier, Manager, Process, Queue

ROUNDS = 10_000


def clock(shared, rounds):
    for number in range(500):
        shared["key"] = number
    start = time.perf_counter()
    for number in range(rounds):
        shared["key"] = number
        shared["key"]
    return rounds * 2 / (time.perf_counter() - start)


def one_client(effort):
    with Manager() as manager:
        return clock(manager.dict(), int(ROUNDS * effort))


def work(shared, gate, times, rounds):
    for number in range(500):
        shared["key"] = number
    gate.wait()
    start = time.time()
    for number in range(rounds):
        shared["key"] = number
        shared["key"]
    times.put((start, time.time()))


def two_clients(effort):
    rounds = int(ROUNDS * effort)
    with Manager() as manager:
        shared, gate, times = manager.dict(), Barrier(2), Queue()
        clients = [Process(target=work, args=(shared, gate, times, rounds)) for _ in range(2)]
        for client in clients:
            client.start()
        seen = [times.get() for _ in clients]
        for client in clients:
            client.join()
    elapsed = max(end for _, end in seen) - min(start for start, _ in seen)
    return rounds * 4 / elapsed


def start_and_shut_down(effort):
    samples = []
    for _ in range(max(3, int(10 * effort))):
        start = time.perf_counter()
        Manager().shutdown()
        samples.append(time.perf_counter() - start)
    return sorted(samples)[len(samples) // 2] * 1e3


MEASURES = {"one-client": one_client, "two-clients": two_clients, "start": start_and_shut_down}

if __name__ == "__main__":
    print(MEASURES[sys.argv[1]](float(sys.argv[2])))
