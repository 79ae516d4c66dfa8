"""Bodies that are read at the same time share a bound."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from winprob.serving.http.bodies import FREE_BYTES, BodiesInFlight
from winprob.serving.wire.refusal import Overloaded

MIB = 1 << 20
POST: Scope = {"type": "http", "method": "POST"}


async def read_all(_: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "answered"})


def body(*parts: int, stalled: asyncio.Event | None = None) -> Receive:
    """A body in parts of so many bytes; the last comes when its client likes."""
    left = list(parts)

    async def receive() -> Message:
        if len(left) == 1 and stalled is not None:
            await stalled.wait()
        size = left.pop(0)
        return {"type": "http.request", "body": bytes(size), "more_body": bool(left)}

    return receive


async def ignore(message: Message) -> None:
    assert message


def watched(watch: Callable[[BodiesInFlight], "asyncio.Future[None] | object"]) -> None:
    async def run() -> None:
        await watch(BodiesInFlight(read_all, most=4 * MIB))  # type: ignore[misc]

    asyncio.run(run())


def test_a_body_too_much_is_refused_and_others_are_read() -> None:
    async def watch(bodies: BodiesInFlight) -> None:
        stalled = asyncio.Event()
        first = asyncio.create_task(bodies(POST, body(3 * MIB, 1, stalled=stalled), ignore))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="bodies of 4 MiB are being read or wait already") as refused:
            await bodies(POST, body(MIB, MIB, MIB), ignore)
        assert refused.value.retry_after == 10
        await bodies(POST, body(FREE_BYTES), ignore)
        stalled.set()
        await first
        await bodies(POST, body(MIB, MIB, MIB), ignore)

    watched(watch)


def test_small_bodies_are_read_however_many_large_ones_there_are() -> None:
    async def watch(bodies: BodiesInFlight) -> None:
        stalled = asyncio.Event()
        full = 4 * MIB + FREE_BYTES
        first = asyncio.create_task(bodies(POST, body(full, 0, stalled=stalled), ignore))
        await asyncio.sleep(0)
        for _ in range(9):
            await bodies(POST, body(FREE_BYTES), ignore)
        with pytest.raises(Overloaded):
            await bodies(POST, body(FREE_BYTES, 1), ignore)
        stalled.set()
        await first

    watched(watch)


def test_what_was_refused_or_given_up_takes_no_room() -> None:
    async def watch(bodies: BodiesInFlight) -> None:
        for _ in range(3):
            left = asyncio.create_task(bodies(POST, body(4 * MIB, 1, stalled=asyncio.Event()), ignore))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.wait([left])
        await bodies(POST, body(4 * MIB), ignore)

    watched(watch)
