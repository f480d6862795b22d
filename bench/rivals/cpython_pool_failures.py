"""What goes wrong in CPython's pools: pool | executor, case. Prints one line of JSON."""
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing import TimeoutError as PoolTimeout

LIMIT_S = 5


def identity(value):
    return value


def exits():
    os._exit(3)


def throws_later():
    def throw():
        raise RuntimeError("thrown later")

    threading.Timer(0.02, throw).start()
    return "answered"


def returns_function():
    return lambda x: x + 1


def takes_function(fn):
    return fn(1)


class QuotaError(ValueError):
    def __init__(self, message):
        super().__init__(message)
        self.code = "E_QUOTA"


def throws_own_error():
    raise QuotaError("too much") from TypeError("the reason")


class PoolFace:
    def __init__(self):
        from multiprocessing import Pool

        self.pool = Pool(1)

    def submit(self, function, *args):
        return self.pool.apply_async(function, args)

    def cancel(self, result):
        return None


class ExecutorFace:
    def __init__(self):
        from concurrent.futures import ProcessPoolExecutor

        self.executor = ProcessPoolExecutor(1)

    def submit(self, function, *args):
        return self.executor.submit(function, *args)

    def cancel(self, future):
        return future.cancel()


def get(result, limit=LIMIT_S):
    return result.get(limit) if hasattr(result, "get") else result.result(limit)


def outcome(work):
    try:
        value = get(work())
    except (PoolTimeout, FutureTimeout):
        return "never settles"
    except CancelledError:
        return "rejects: CancelledError"
    except BaseException as error:
        return f"rejects: {type(error).__name__}, {str(error).splitlines()[0][:90]}"
    return f"gives {json.dumps(value)}"


def with_queued(face):
    face.submit(exits)
    return outcome(lambda: face.submit(identity, "queued"))


def answered(face):
    seen = outcome(lambda: face.submit(throws_later))
    time.sleep(0.3)
    return seen


def abort(face, running):
    first = face.submit(time.sleep, 1.5)
    time.sleep(0.3)
    # One task is prefetched and counts as running too: what is cancelled is the one behind it.
    rest = [face.submit(identity, index) for index in range(3)]
    victim = first if running else rest[-1]
    cancelled = face.cancel(victim)
    if cancelled is None:
        return "(there is no way)"
    if not cancelled:
        return "not aborted: cancel() answers false"
    return outcome(lambda: victim)


def parts_of_error(face):
    try:
        get(face.submit(throws_own_error))
    except Exception as error:
        kept = {
            "class": isinstance(error, QuotaError),
            "message": str(error) == "too much",
            "code": getattr(error, "code", None) == "E_QUOTA",
            "cause": isinstance(getattr(error.__cause__, "__cause__", None), TypeError),
        }
        lost = [part for part, there in kept.items() if not there]
        return f"loses {', '.join(lost)}" if lost else "keeps all parts"
    return "gives no error"


def in_flight(face):
    results = [face.submit(identity, index) for index in range(70_000)]
    for result in results:
        get(result, 60)
    return "all settle"


def idle_killed(face):
    me = str(os.getpid())
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                parent = stat.read().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == me:
            os.kill(int(pid), signal.SIGKILL)
    time.sleep(0.2)
    return outcome(lambda: face.submit(identity, "after it"))


CASES = {
    "a task ends its worker": lambda face: outcome(lambda: face.submit(exits)),
    "the same, with another task queued": with_queued,
    "a task throws after its answer": answered,
    "a task returns a function": lambda face: outcome(lambda: face.submit(returns_function)),
    "a task takes a function": lambda face: outcome(
        lambda: face.submit(takes_function, lambda x: x + 41)
    ),
    "abort of a queued task": lambda face: abort(face, False),
    "abort of a running task": lambda face: abort(face, True),
    "an error of a class of its own": parts_of_error,
    "70,000 tasks in flight": in_flight,
    "an idle worker is killed": idle_killed,
}

if __name__ == "__main__":
    sys.stderr = open(os.devnull, "w")
    face = {"pool": PoolFace, "executor": ExecutorFace}[sys.argv[1]]()
    get(face.submit(identity, "warm"))
    case = CASES.get(sys.argv[2])
    seen = case(face) if case else "(there is no such thing)"
    after = outcome(lambda: face.submit(identity, "next"))
    answer = {"seen": seen, "next": "runs" if after == 'gives "next"' else after, "stray": []}
    print(json.dumps(answer), flush=True)
    os._exit(0)
