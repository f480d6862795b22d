"""multiprocessing.Pool and ProcessPoolExecutor as the pool benchmark measures pools.

Arguments: pool | executor, measure, effort. Prints one number.
"""
import os
import statistics
import sys
import time
import tracemalloc
from array import array


def nothing():
    pass


def identity(value):
    return value


def burn(rounds):
    state = 1
    for number in range(rounds):
        state = ((state * 48271) ^ number) & 0xFFFFFFFF
    return state


class PoolFace:
    def __init__(self, workers):
        from multiprocessing import Pool

        self.pool = Pool(workers)

    def call(self, function, *args):
        return self.pool.apply(function, args)

    def submit(self, function, *args):
        return self.pool.apply_async(function, args)

    def results(self, submitted):
        return [each.get() for each in submitted]

    def map(self, function, items):
        return self.pool.map(function, items)

    def close(self):
        self.pool.terminate()


class ExecutorFace:
    def __init__(self, workers):
        from concurrent.futures import ProcessPoolExecutor

        self.executor = ProcessPoolExecutor(workers)

    def call(self, function, *args):
        return self.executor.submit(function, *args).result()

    def submit(self, function, *args):
        return self.executor.submit(function, *args)

    def results(self, submitted):
        return [each.result() for each in submitted]

    def map(self, function, items):
        return list(self.executor.map(function, items, chunksize=len(items) // 8))

    def close(self):
        self.executor.shutdown(cancel_futures=True)


def warm(face):
    for _ in range(10):
        face.results([face.submit(nothing) for _ in range(20)])


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def round_trips(face, count, idle_s=0):
    samples = []
    for _ in range(count):
        if idle_s:
            time.sleep(idle_s)
        samples.append(timed(lambda: face.call(nothing)) * 1e6)
    return statistics.median(samples)


def family_cpu_ns():
    """Nanoseconds that this process and its children have used, from /proc."""
    pids = [str(os.getpid())]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                parent = stat.read().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == pids[0]:
            pids.append(pid)
    total = 0
    for pid in pids:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat") as schedstat:
                total += int(schedstat.read().split()[0])
    return total


def idle(face, effort):
    time.sleep(0.5)
    before, started = family_cpu_ns(), time.perf_counter_ns()
    time.sleep(5 * effort)
    return (family_cpu_ns() - before) / (time.perf_counter_ns() - started) * 100


def tiny_tasks(face, effort):
    count = 20_000
    return statistics.median(
        count / timed(lambda: face.results([face.submit(nothing) for _ in range(count)]))
        for _ in range(max(2, int(3 * effort)))
    )


def map_items(face, effort):
    items = list(range(100_000))
    return statistics.median(
        len(items) / timed(lambda: face.map(identity, items))
        for _ in range(max(3, int(15 * effort)))
    )


def large(face, effort):
    numbers = array("d", range(8 * 1024 * 1024))
    samples = [timed(lambda: face.call(identity, numbers)) for _ in range(3 + int(7 * effort))]
    return statistics.median(samples[2:]) * 1000


def cores(make, effort):
    rounds = int(300_000 * effort)

    def run(face):
        return timed(lambda: face.results([face.submit(burn, rounds) for _ in range(16)]))

    times = []
    for workers in (1, 2):
        face = make(workers)
        warm(face)
        times.append(run(face))
        face.close()
    return times[0] / times[1]


def queued_bytes(face, effort):
    count = int(100_000 * effort)
    tracemalloc.start()
    results = [face.submit(identity, index) for index in range(count)]
    held = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    face.results(results)
    return held


ONE_WORKER = {
    "roundTrip": lambda face, effort: round_trips(face, int(2_000 * effort)),
    "roundTripAfterIdle": lambda face, effort: round_trips(face, int(100 * effort), 0.01),
    "large": large,
}
TWO_WORKERS = {
    "idle": idle,
    "tinyTasks": tiny_tasks,
    "mapItems": map_items,
    "queuedBytes": queued_bytes,
    "firstResult": lambda face, effort: face.call(nothing),
}

if __name__ == "__main__":
    make = {"pool": PoolFace, "executor": ExecutorFace}[sys.argv[1]]
    measure, effort = sys.argv[2], float(sys.argv[3])
    if measure == "cores":
        print(cores(make, effort))
    else:
        face = make(1 if measure in ONE_WORKER else 2)
        if measure != "firstResult":
            warm(face)
        answer = {**ONE_WORKER, **TWO_WORKERS}[measure](face, effort)
        print(answer, flush=True)
        face.close()
