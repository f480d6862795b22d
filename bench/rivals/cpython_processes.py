"""Milliseconds for each start and join of a multiprocessing.Process: method, count."""
import multiprocessing
import statistics
import sys
import time


def nothing():
    pass


def once(context):
    process = context.Process(target=nothing)
    process.start()
    process.join()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    once(context)
    samples = []
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter()
        once(context)
        samples.append((time.perf_counter() - started) * 1000)
    print(statistics.median(samples))
