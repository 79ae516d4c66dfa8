"""An answer is made once, for all who want it, and not for nobody."""

import asyncio

import pytest
from fastapi import Response

from winprob.serving.work.shared_answers import SharedAnswers


class Kitchen:
    """Makes answers when told to, and counts them."""

    def __init__(self) -> None:
        self.made = self.dropped = 0
        self.may_go_on = asyncio.Event()

    async def make(self) -> Response:
        try:
            await self.may_go_on.wait()
        except asyncio.CancelledError:
            self.dropped += 1
            raise
        self.made += 1
        return Response(b"answer", headers={"Content-Language": "en"}, media_type="text/plain")


def test_who_asks_the_same_gets_the_same_made_once() -> None:
    async def watch() -> None:
        answers, kitchen = SharedAnswers(), Kitchen()
        tasks = [asyncio.create_task(answers.get("question", kitchen.make)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()  # others still want it
        kitchen.may_go_on.set()
        first, *others = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(first, asyncio.CancelledError)
        others.append(await answers.get("question", kitchen.make))
        bodies = {other.body for other in others if isinstance(other, Response)}
        assert (kitchen.made, kitchen.dropped, bodies) == (1, 0, {b"answer"})
        assert await answers.get("other", kitchen.make)
        assert kitchen.made == 2

    asyncio.run(watch())


def test_headers_of_an_answer_are_its_own() -> None:
    async def watch() -> None:
        answers, kitchen = SharedAnswers(), Kitchen()
        kitchen.may_go_on.set()
        first = await answers.get("question", kitchen.make)
        first.headers["X-Mine"] = "1"
        second = await answers.get("question", kitchen.make)
        assert dict(second.headers) == {
            "content-language": "en",
            "content-length": "6",
            "content-type": "text/plain; charset=utf-8",
        }

    asyncio.run(watch())


def test_what_nobody_wants_any_more_is_not_made() -> None:
    async def watch() -> None:
        answers, kitchen = SharedAnswers(), Kitchen()
        tasks = [asyncio.create_task(answers.get("question", kitchen.make)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await asyncio.sleep(0.01)
        assert (kitchen.made, kitchen.dropped) == (0, 1)
        kitchen.may_go_on.set()
        assert (await answers.get("question", kitchen.make)).body == b"answer"

    asyncio.run(watch())


def test_errors_are_told_and_not_kept() -> None:
    async def fail() -> Response:
        raise ValueError("wrong")

    async def watch() -> None:
        answers, kitchen = SharedAnswers(), Kitchen()
        kitchen.may_go_on.set()
        with pytest.raises(ValueError, match="wrong"):
            await answers.get("question", fail)
        assert (await answers.get("question", kitchen.make)).status_code == 200

    asyncio.run(watch())


def test_no_more_is_kept_than_there_is_room_for() -> None:
    async def watch() -> None:
        answers, kitchen = SharedAnswers(most_bytes=12), Kitchen()
        kitchen.may_go_on.set()
        for question in ("a", "b", "c", "b", "c", "a"):
            await answers.get(question, kitchen.make)
        assert kitchen.made == 4
        small, kitchen = SharedAnswers(most_bytes=5), Kitchen()
        kitchen.may_go_on.set()
        for _ in range(2):
            await small.get("a", kitchen.make)
        assert kitchen.made == 2

    asyncio.run(watch())
