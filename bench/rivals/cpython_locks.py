"""multiprocessing's locks, measured: prints pairs of acquire and release per second."""

import sys
import time
from multiprocessing import Event, Lock, Process, RLock

PAIRS = 400_000
SECONDS = 0.5


def alone(lock, effort):
    pairs = int(PAIRS * effort)
    start = time.perf_counter()
    for _ in range(pairs):
        lock.acquire()
        lock.release()
    return pairs / (time.perf_counter() - start)


def hammer(lock, seconds):
    pairs = 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for _ in range(100):
            lock.acquire()
            lock.release()
        pairs += 100
    return pairs


def other(lock, ready, seconds, results):
    ready.set()
    results.send(hammer(lock, seconds))


def contended(effort):
    from multiprocessing import Pipe

    seconds = SECONDS * effort
    lock, ready = Lock(), Event()
    here, there = Pipe()
    peer = Process(target=other, args=(lock, ready, seconds, there), daemon=True)
    peer.start()
    ready.wait()
    pairs = hammer(lock, seconds) + here.recv()
    peer.join()
    return pairs / seconds


if __name__ == "__main__":
    measure, effort = sys.argv[1], float(sys.argv[2])
    if measure == "lock":
        print(alone(Lock(), effort))
    elif measure == "rlock":
        print(alone(RLock(), effort))
    else:
        print(contended(effort))
