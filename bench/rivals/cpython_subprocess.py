"""Programs under CPython's subprocess: prints one figure. Blocking is its only way, so both of the
scenarios that run one program after the other are the same here."""

import math
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MEGABYTES = 32
measure, effort = sys.argv[1], float(sys.argv[2])


def run(program, data=None):
    return subprocess.run([program], input=data, capture_output=True)


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def one_by_one():
    count = math.ceil(50 * effort)
    return timed(lambda: [run("true") for _ in range(count)]) * 1000 / count


def many_at_once():
    waves = math.ceil(3 * effort)
    with ThreadPoolExecutor(50) as pool:
        wave = lambda: list(pool.map(lambda _: run("cat", b"x"), range(50)))
        return timed(lambda: [wave() for _ in range(waves)]) * 1000 / waves / 50


def through_cat():
    rounds = math.ceil(3 * effort)
    data = b"some bytes\n" * ((MEGABYTES << 20) // 11)
    return rounds * MEGABYTES / timed(lambda: [run("cat", data) for _ in range(rounds)])


measures = {"one-by-one": one_by_one, "many-at-once": many_at_once, "through-cat": through_cat}
run("true")
print(measures[measure]())
