"""Work in threads, and what is said until the model is loaded."""

import asyncio
import threading
import weakref

import pytest
from fastapi import Response

from winprob.serving.engines import Engines, FirstAsked
from winprob.serving.scores.scorer import Scorer
from winprob.serving.service import FORECASTS, Service
from winprob.serving.wire.refusal import NoHistory, NotReady, Overloaded
from winprob.serving.work.job import Steps


def test_the_scorer_is_there_once_it_is_loaded(scorer: Scorer) -> None:
    may_open = threading.Event()

    def load_engines() -> Engines:
        may_open.wait()
        return Engines(scorer)

    async def watch() -> None:
        service = Service(load_engines)
        with pytest.raises(NotReady, match="The model is being loaded: try again in a few seconds"):
            _ = service.scorer
        may_open.set()
        await service.opening
        assert service.scorer is scorer
        with pytest.raises(NoHistory, match="start it with winprob serve --history HISTORY"):
            _ = service.forecasts
        await service.close()

    asyncio.run(watch())


def test_a_scorer_that_cannot_be_loaded_says_why() -> None:
    def load_engines() -> Engines:
        raise OSError("the disk is gone")

    async def watch() -> None:
        service = Service(load_engines)
        await asyncio.wait([service.opening])
        for _ in range(2):
            with pytest.raises(
                NotReady, match="The model or the history could not be loaded: the disk is gone"
            ) as refused:
                _ = service.scorer
            assert isinstance(refused.value.__cause__, OSError)
        await service.close()

    asyncio.run(watch())


def test_engines_are_swapped_whole_and_work_under_way_goes_on(scorer: Scorer) -> None:
    started, may_go_on = threading.Event(), threading.Event()
    other = Engines(Scorer(scorer.served))

    def work(mine: Scorer) -> Scorer:
        started.set()
        may_go_on.wait()
        return mine

    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        await service.opening
        first = weakref.ref(service.engines)
        asked = asyncio.create_task(service.run(work, service.scorer))
        await asyncio.sleep(0)
        assert started.wait(10)
        service.swap(other)
        assert service.engines is other
        assert first() is None  # nothing else holds it
        over = asyncio.create_task(service.work_under_way())
        await asyncio.sleep(0.01)
        assert not over.done()
        may_go_on.set()
        await over
        assert await asked is scorer
        await service.close()

    asyncio.run(watch())


def test_nobody_who_asks_waits_for_what_is_loaded(scorer: Scorer) -> None:
    may_go_on = threading.Event()

    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        await service.opening
        loading = [asyncio.create_task(service.run_loading(may_go_on.wait)) for _ in range(9)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(service.run(divmod, 7, 2), 10) == (3, 1)
        assert await asyncio.wait_for(service.run_forecast(divmod, 7, 2), 10) == (3, 1)
        may_go_on.set()
        await asyncio.gather(*loading)
        await service.close()

    asyncio.run(watch())


def test_work_is_done_in_a_thread_and_its_errors_come_back(scorer: Scorer) -> None:
    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        assert await service.run(threading.current_thread) is not threading.current_thread()
        with pytest.raises(ZeroDivisionError):
            await service.run(divmod, 1, 0)
        await service.close()

    asyncio.run(watch())


def test_forecasts_never_keep_scores_waiting(scorer: Scorer) -> None:
    may_go_on = threading.Event()

    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        most = FORECASTS.threads + FORECASTS.most_waiting
        slow = [asyncio.create_task(service.run_forecast(may_go_on.wait)) for _ in range(most)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="16 forecasts wait already; send the request again in 10 sec"):
            await service.run_forecast(divmod, 7, 2)
        assert await asyncio.wait_for(service.run(divmod, 7, 2), 10) == (3, 1)
        may_go_on.set()
        assert all(await asyncio.gather(*slow))
        await service.close()

    asyncio.run(watch())


def test_a_service_can_be_closed_while_it_opens(scorer: Scorer) -> None:
    may_open = threading.Event()

    def load_engines() -> Engines:
        may_open.wait()
        return Engines(scorer)

    async def watch() -> None:
        service = Service(load_engines)
        await asyncio.sleep(0)
        threading.Timer(0.05, may_open.set).start()
        await service.close()
        await asyncio.wait([service.opening])
        assert service.opening.cancelled()

    asyncio.run(watch())


def test_closing_waits_for_work_but_not_for_long(scorer: Scorer) -> None:
    started, may_go_on = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        may_go_on.wait()
        raise OSError("too late")

    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        await service.opening
        assert not service.at_work
        answer = asyncio.create_task(service.run(work))
        await asyncio.sleep(0)
        assert started.wait(10)
        await service.close()
        assert service.at_work
        may_go_on.set()
        with pytest.raises(OSError, match="too late"):
            await answer
        assert not service.at_work

    asyncio.run(watch())


class StandIn:
    """In the place of forecasts: what is asked of it can be counted."""

    notices = ()


def test_it_is_ready_once_what_is_asked_first_is_answered(scorer: Scorer) -> None:
    started, may_go_on = threading.Event(), threading.Event()
    made: list[str] = []

    def write(_: object, question: str) -> Response:
        started.set()
        may_go_on.wait()
        made.append(question)
        return Response(question)

    async def watch() -> None:
        engines = Engines(scorer, StandIn())  # type: ignore[arg-type]
        service = Service(lambda: engines, [FirstAsked("forecasts", write, ("first",))])
        while not started.is_set():
            await asyncio.sleep(0.01)
        assert service.engines is engines  # scores are answered meanwhile
        with pytest.raises(NotReady, match="the first forecast is being made: try again in a few seconds"):
            _ = service.ready_engines
        may_go_on.set()
        await service.opening
        assert service.ready_engines is engines
        assert (await service.answer_forecast(write, "first")).body == b"first"
        assert made == ["first"]
        assert (await service.answer_forecast(write, "second")).body == b"second"
        await service.close()

    asyncio.run(watch())
    assert made == ["first", "second"]


def test_a_first_answer_that_cannot_be_made_keeps_nobody_waiting(
    scorer: Scorer, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> Response:
        raise OSError("the disk is gone")

    async def watch() -> None:
        service = Service(lambda: Engines(scorer, StandIn()), [FirstAsked("forecasts", fail, ())])  # type: ignore[arg-type]
        await service.opening
        assert service.ready_engines
        with pytest.raises(OSError, match="the disk is gone"):
            await service.answer_forecast(fail)
        await service.close()

    asyncio.run(watch())
    assert "could not be answered beforehand: the disk is gone" in caplog.text


def test_what_replaces_engines_has_answered_first(scorer: Scorer) -> None:
    made: list[object] = []

    def write(forecasts: object) -> Response:
        made.append(forecasts)
        return Response(b"made")

    async def watch() -> None:
        service = Service(lambda: Engines(scorer), [FirstAsked("forecasts", write, ())])
        await service.opening
        assert made == []
        other = Engines(scorer, StandIn())  # type: ignore[arg-type]
        await service.prepare(other)
        service.swap(other)
        await service.answer_forecast(write)
        assert made == [other.forecasts]
        await service.close()

    asyncio.run(watch())


def test_a_batch_lets_single_scores_go_first_and_is_dropped_with_its_task(scorer: Scorer) -> None:
    told: list[int] = []
    started, may_go_on = threading.Event(), threading.Event()

    def steps() -> Steps[None]:
        for number in range(9):
            told.append(number)
            started.set()
            may_go_on.wait()
            yield

    async def watch() -> None:
        service = Service(lambda: Engines(scorer))
        batch = asyncio.create_task(service.run_batch(steps()))
        await asyncio.sleep(0)
        assert await asyncio.to_thread(started.wait, 10)
        assert await service.run(divmod, 7, 2) == (3, 1)
        batch.cancel()
        await asyncio.wait([batch])
        may_go_on.set()
        await service.work_under_way()
        await service.close()

    asyncio.run(watch())
    assert told == [0]


def test_what_is_asked_of_deals_is_answered_once_for_each_history(scorer: Scorer) -> None:
    made: list[tuple[object, str]] = []

    def write(deals: object, question: str) -> Response:
        made.append((deals, question))
        return Response(question)

    async def watch() -> None:
        first, second = (Engines(scorer, StandIn(), StandIn()) for _ in range(2))  # type: ignore[arg-type]
        service = Service(lambda: first)
        await service.opening
        for question in ("one", "two", "one"):
            assert (await service.answer_deal(write, question)).body == question.encode()
        service.swap(second)
        await service.answer_deal(write, "one")
        assert made == [(first.deals, "one"), (first.deals, "two"), (second.deals, "one")]
        service.swap(Engines(scorer))
        with pytest.raises(NoHistory, match="start it with winprob serve --history HISTORY"):
            await service.answer_deal(write, "one")
        await service.close()

    asyncio.run(watch())
