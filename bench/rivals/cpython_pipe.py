"""multiprocessing.Pipe, measured: prints microseconds of a round trip, or messages a second."""

import sys
import time
from multiprocessing import Pipe, Process

ROUND_TRIPS = 10_000
MESSAGES = 200_000
PAYLOAD = b"x" * 64


def echo(end):
    while message := end.recv_bytes():
        end.send_bytes(message)


def count(end):
    seen = 0
    while end.recv_bytes():
        seen += 1
    end.send(seen)


def round_trip(effort):
    here, there = Pipe()
    peer = Process(target=echo, args=(there,), daemon=True)
    peer.start()
    trips = int(ROUND_TRIPS * effort)
    for index in range(trips + 500):
        if index == 500:
            start = time.perf_counter()
        here.send_bytes(PAYLOAD)
        here.recv_bytes()
    elapsed = time.perf_counter() - start
    here.send_bytes(b"")
    peer.join()
    return elapsed * 1e6 / trips


def throughput(effort):
    here, there = Pipe()
    peer = Process(target=count, args=(there,), daemon=True)
    peer.start()
    messages = int(MESSAGES * effort)
    start = time.perf_counter()
    for _ in range(messages):
        here.send_bytes(PAYLOAD)
    here.send_bytes(b"")
    assert here.recv() == messages
    elapsed = time.perf_counter() - start
    peer.join()
    return messages / elapsed


if __name__ == "__main__":
    measures = {"round-trip": round_trip, "throughput": throughput}
    print(measures[sys.argv[1]](float(sys.argv[2])))
