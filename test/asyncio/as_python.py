"""The scenarios of as-python.test.ts, played by CPython: prints what became of each."""

import asyncio
import json


async def outcome(awaitable):
    try:
        return await awaitable
    except BaseExceptionGroup as error:
        return sorted(str(one) for one in error.exceptions)
    except (Exception, asyncio.CancelledError) as error:
        return [type(error).__name__, str(error)]


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def cancelled_at_its_turn():
    lock = asyncio.Lock()
    await lock.acquire()
    first, second = [asyncio.create_task(lock.acquire()) for _ in range(2)]
    await turns()
    lock.release()
    first.cancel("first")
    return [await outcome(first), await outcome(second), lock.locked()]


async def item_for_a_cancelled_getter():
    queue = asyncio.Queue()
    getter = asyncio.create_task(queue.get())
    await turns()
    queue.put_nowait("item")
    getter.cancel("getter")
    return [await outcome(getter), queue.qsize()]


async def cancels_itself_at_the_end():
    async def body():
        asyncio.current_task().cancel("self")
        return 12

    task = asyncio.create_task(body())
    return [await outcome(task), task.cancelled()]


async def cancelled_before_it_began():
    ran = []

    async def body():
        ran.append(1)

    task = asyncio.create_task(body())
    task.cancel("early")
    return [await outcome(task), ran]


async def late_result_of_wait_for():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "late"

    return await outcome(asyncio.wait_for(stubborn(), 0.001))


async def stubborn_inside():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "went on"

    async def outer():
        return await asyncio.create_task(stubborn())

    task = asyncio.create_task(outer())
    await turns()
    task.cancel()
    return [await outcome(task), task.cancelled(), task.cancelling()]


async def gather_with_a_failure():
    async def fail():
        raise ValueError("first")

    async def work():
        await asyncio.sleep(0.005)
        return "goes on"

    sibling = asyncio.create_task(work())
    return [await outcome(asyncio.gather(sibling, fail())), await outcome(sibling)]


async def gather_of_a_cancelled():
    part = asyncio.create_task(asyncio.sleep(60))
    whole = asyncio.gather(part, asyncio.sleep(0))
    part.cancel("part")
    return (await outcome(whole))[0]


async def time_out_around_time_out():
    seen = []

    async def inner():
        try:
            async with asyncio.timeout(60):
                await asyncio.sleep(60)
        except BaseException as error:
            seen.append(type(error).__name__)
            raise

    async def outer():
        async with asyncio.timeout(0.001):
            await inner()

    return [(await outcome(outer()))[0], seen]


async def group_of_errors():
    async def fail_when_cancelled():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ValueError("child") from None

    async def body():
        async with asyncio.TaskGroup() as group:
            group.create_task(fail_when_cancelled())
            await turns()
            raise ValueError("body")

    return await outcome(body())


async def group_with_a_cancelled_child():
    async def body():
        async with asyncio.TaskGroup() as group:
            child = group.create_task(asyncio.sleep(60))
            await turns()
            child.cancel()
        return child.cancelled()

    return await outcome(body())


async def event_set_and_cleared():
    event = asyncio.Event()
    waiters = [asyncio.create_task(event.wait()) for _ in range(2)]
    await turns()
    event.set()
    event.clear()
    return [await asyncio.gather(*waiters), event.is_set()]


async def shielded():
    gate = asyncio.Event()
    inner = asyncio.create_task(gate.wait())

    async def body():
        return await asyncio.shield(inner)

    outer = asyncio.create_task(body())
    await turns()
    outer.cancel("outer")
    first = await outcome(outer)
    gate.set()
    return [first, await outcome(inner)]


def cleaning_up(seen):
    async def body():
        try:
            await asyncio.sleep(60)
        finally:
            try:
                await asyncio.sleep(0.001)
                seen.append("cleaned up")
            except asyncio.CancelledError:
                seen.append("interrupted")

    return body


async def cancelled_twice_in_a_turn():
    seen = []
    task = asyncio.create_task(cleaning_up(seen)())
    await turns()
    task.cancel("first")
    task.cancel("second")
    return [(await outcome(task))[0], seen, task.cancelling()]


async def cancelled_again_when_it_cleans_up():
    seen = []
    task = asyncio.create_task(cleaning_up(seen)())
    await turns()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    return [(await outcome(task))[0], seen, task.cancelling()]


async def cancelled_with_the_one_it_awaits():
    seen = []
    inner = asyncio.create_task(cleaning_up(seen)())

    async def wait_for_it():
        await inner

    outer = asyncio.create_task(wait_for_it())
    await turns()
    for task in [inner, outer]:
        task.cancel()
    return [(await outcome(outer))[0], inner.cancelled(), seen]


async def group_that_fails_when_a_child_was_cancelled():
    seen = []

    async def body():
        async with asyncio.TaskGroup() as group:
            child = group.create_task(cleaning_up(seen)())
            await turns()
            child.cancel()
            raise ValueError("body")

    return [await outcome(body()), seen]


async def cancelled_while_its_group_fails():
    seen = []
    gate = asyncio.Event()

    async def fail():
        await gate.wait()
        raise ValueError("child")

    async def body():
        async with asyncio.TaskGroup() as group:
            child = group.create_task(fail())
            child.add_done_callback(lambda _: task.cancel())
            await cleaning_up(seen)()

    task = asyncio.create_task(body())
    await turns()
    gate.set()
    return [await outcome(task), seen, task.cancelling()]


async def cancelled_with_a_time_out_inside():
    seen = []

    async def body():
        async with asyncio.timeout(60) as scope:
            scopes.append(scope)
            await cleaning_up(seen)()

    scopes = []
    task = asyncio.create_task(body())
    await turns()
    task.cancel()
    scopes[0].reschedule(0)
    return [(await outcome(task))[0], task.cancelled()]


SCENARIOS = [
    cancelled_at_its_turn,
    item_for_a_cancelled_getter,
    cancels_itself_at_the_end,
    cancelled_before_it_began,
    late_result_of_wait_for,
    stubborn_inside,
    gather_with_a_failure,
    gather_of_a_cancelled,
    time_out_around_time_out,
    group_of_errors,
    group_with_a_cancelled_child,
    event_set_and_cleared,
    shielded,
    cancelled_twice_in_a_turn,
    cancelled_again_when_it_cleans_up,
    cancelled_with_the_one_it_awaits,
    group_that_fails_when_a_child_was_cancelled,
    cancelled_while_its_group_fails,
    cancelled_with_a_time_out_inside,
]


async def main():
    return {scenario.__name__: await scenario() for scenario in SCENARIOS}


print(json.dumps(asyncio.run(main())))
