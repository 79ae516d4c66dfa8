"""What is newer is found, loaded and checked; whatever is wrong with it, what is served goes on."""

from __future__ import annotations

import shutil
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bundles import trained_bundle
from successors import out_of_range, successor

from winprob.models.bundle.bundle import Bundle
from winprob.serving.engines import Engines
from winprob.serving.follow.follower import Follower, Poll
from winprob.serving.load.fetch import ModelNotFetched
from winprob.serving.load.served_model import ServedModel


class Registry:
    """A source whose champion can be moved, and that may not answer."""

    def __init__(self, **bundles: Bundle | Exception) -> None:
        self.bundles = {name.removeprefix("v"): bundle for name, bundle in bundles.items()}
        self.champion: Hashable = "7"
        self.state: Hashable = "7"
        self.unanswered: str | None = None
        self.opened: list[Hashable] = []

    def poll(self, asked: bool = False) -> None:  # noqa: ARG002
        if self.unanswered is not None:
            raise ModelNotFetched(self.unanswered)
        self.state = self.champion

    def open(self) -> ServedModel:
        self.opened.append(self.state)
        bundle = self.bundles[str(self.state)]
        if isinstance(bundle, Exception):
            raise bundle
        return ServedModel(bundle, str(self.state))


def no_check(_: Engines) -> None:
    pass


@pytest.fixture
def registry() -> Registry:
    return Registry(
        v7=trained_bundle(), v8=successor(), v9=out_of_range(), v10=ModelNotFetched("the files are gone")
    )


@pytest.fixture
def history(history_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(history_folder, tmp_path / "history"))


def drop_last(history: Path, rows: int = 1) -> None:
    """Leave out the last opportunities that are open, and all that is recorded of them."""
    table = pd.read_csv(history / "opportunities.csv")
    gone = table.loc[table["outcome"].isna(), "opportunity_id"].tail(rows).tolist()
    for file in history.glob("*.csv"):
        table = pd.read_csv(file, dtype=str)
        table[~table["opportunity_id"].isin(gone)].to_csv(file, index=False)


def break_contract(history: Path) -> None:
    (history / "opportunities.csv").write_text("opportunity_id,created_at\nA,soon\n")


def deals(poll: Poll | Engines) -> int:
    engines = poll.engines if isinstance(poll, Poll) else poll
    assert engines.forecasts is not None
    return len(engines.forecasts.history)


def versions(poll: Poll) -> tuple[str, list[tuple[str, str | None]]]:
    return poll.engines.scorer.model.version, [(each.part, each.version) for each in poll.rejected]


def test_nothing_new_changes_nothing(registry: Registry) -> None:
    follower = Follower(registry, None)
    engines = follower.open()
    for asked in (False, True):
        assert follower.poll(asked) == Poll(engines, (), ())
    assert registry.opened == ["7"]


def test_it_opens_before_it_looks(registry: Registry) -> None:
    for ask in (Follower.poll, Follower.opened):
        with pytest.raises(RuntimeError, match="call open first"):
            ask(Follower(registry, None))


def test_a_new_champion_is_loaded_whole(registry: Registry) -> None:
    follower = Follower(registry, None)
    before = follower.open()
    registry.champion = "8"
    assert follower.opened() is before
    poll = follower.poll()
    assert (poll.swapped, poll.rejected) == (("model",), ())
    assert follower.opened() is poll.engines
    assert poll.engines.scorer.served.bundle is successor()
    assert poll.engines is not before
    assert follower.poll() == Poll(poll.engines, (), ())
    assert registry.opened == ["7", "8"]


def test_a_champion_that_fails_the_canary_set_is_tried_once(registry: Registry) -> None:
    follower = Follower(registry, None)
    before = follower.open()
    registry.champion = "9"
    poll = follower.poll()
    assert poll.engines is before
    [rejected] = poll.rejected
    assert (rejected.part, rejected.version) == ("model", "9")
    assert rejected.reason.startswith("canary set, opportunity A-1001: expected contributions that add up")
    assert follower.poll() == poll
    assert registry.opened == ["7", "9"]


def test_it_is_tried_again_if_somebody_asks(registry: Registry) -> None:
    follower = Follower(registry, None)
    follower.open()
    registry.champion = "9"
    follower.poll()
    registry.bundles["9"] = successor()
    assert follower.poll().swapped == ()
    poll = follower.poll(asked=True)
    assert (poll.swapped, versions(poll)) == (("model",), ("9", []))


def test_a_champion_that_was_rejected_is_forgotten_once_another_is_there(registry: Registry) -> None:
    follower = Follower(registry, None)
    follower.open()
    registry.champion = "9"
    follower.poll()
    registry.champion = "7"
    assert versions(follower.poll()) == ("7", [])
    registry.champion = "8"
    assert versions(follower.poll()) == ("8", [])


def test_a_champion_whose_files_cannot_be_had_is_rejected(registry: Registry) -> None:
    follower = Follower(registry, None)
    follower.open()
    registry.champion = "10"
    poll = follower.poll()
    assert versions(poll) == ("7", [("model", "10")])
    assert poll.rejected[0].reason == "the files are gone"


def test_a_fault_in_a_model_is_told_by_its_kind(registry: Registry) -> None:
    registry.bundles["8"] = ZeroDivisionError("inside")
    follower = Follower(registry, None)
    follower.open()
    registry.champion = "8"
    assert [each.reason for each in follower.poll().rejected] == ["ZeroDivisionError: inside"]


def test_a_registry_that_does_not_answer_is_told_until_it_does(registry: Registry) -> None:
    follower = Follower(registry, None)
    before = follower.open()
    registry.unanswered = "no answer"
    first = follower.poll()
    assert first.engines is before
    assert [(each.part, each.version, each.reason) for each in first.rejected] == [
        ("model", None, "no answer")
    ]
    assert follower.poll() == first  # since when, too
    registry.unanswered, registry.champion = None, "8"
    assert versions(follower.poll()) == ("8", [])


def test_what_was_rejected_stays_told_while_the_registry_does_not_answer(registry: Registry) -> None:
    follower = Follower(registry, None)
    follower.open()
    registry.champion = "9"
    follower.poll()
    registry.unanswered = "no answer"
    assert versions(follower.poll()) == ("7", [("model", None), ("model", "9")])
    registry.unanswered = None
    assert versions(follower.poll()) == ("7", [("model", "9")])
    assert registry.opened == ["7", "9"]


def test_a_replaced_history_is_read_once_it_stays(registry: Registry, history: Path) -> None:
    follower = Follower(registry, history, no_check)
    before = follower.open()
    drop_last(history)
    assert follower.poll().engines is before
    poll = follower.poll()
    assert (poll.swapped, poll.rejected) == (("history",), ())
    assert deals(poll) == deals(before) - 1
    assert poll.engines.model_since == before.model_since
    assert poll.engines.history_since > before.history_since
    assert registry.opened == ["7"]


def test_a_history_that_breaks_the_contract_is_not_taken(registry: Registry, history: Path) -> None:
    follower = Follower(registry, history, no_check)
    before = follower.open()
    whole = (history / "opportunities.csv").read_text()
    break_contract(history)
    poll = follower.poll(asked=True)
    assert poll.engines is before
    [rejected] = poll.rejected
    assert (rejected.part, rejected.version) == ("history", None)
    assert "row 2, opportunity A, column created_at: expected " in rejected.reason
    assert follower.poll() == poll
    (history / "opportunities.csv").write_text(whole)
    assert [follower.poll().swapped for _ in range(3)] == [(), ("history",), ()]


def test_a_history_that_is_gone_is_not_taken(registry: Registry, history: Path) -> None:
    follower = Follower(registry, history, no_check)
    before = follower.open()
    shutil.rmtree(history)
    assert [len(follower.poll().rejected) for _ in range(2)] == [0, 1]
    poll = follower.poll()
    assert poll.engines is before
    assert "found nothing of this name" in poll.rejected[0].reason


def test_a_new_model_takes_the_history_as_it_was_read(registry: Registry, history: Path) -> None:
    follower = Follower(registry, history, no_check)
    before = follower.open()
    drop_last(history)
    registry.champion = "8"
    poll = follower.poll()  # half a copy, perhaps: the folder has to stay as it is first
    assert poll.swapped == ("model",)
    assert before.forecasts is not None
    assert poll.engines.forecasts is not None
    assert poll.engines.forecasts.history is before.forecasts.history
    assert poll.engines.history_since == before.history_since
    assert follower.poll().swapped == ("history",)


def test_a_model_with_another_playbook_has_the_history_read_anew(registry: Registry, history: Path) -> None:
    bundle = successor()
    playbook = bundle.playbook.model_copy(update={"code": "another"})
    registry.bundles["8"] = replace(bundle, playbook=playbook)
    follower = Follower(registry, history, no_check)
    follower.open()
    registry.champion = "8"
    poll = follower.poll()
    assert poll.swapped == ("model",)
    assert poll.engines.forecasts is not None
    assert poll.engines.forecasts.history.playbook == playbook


@pytest.mark.parametrize(
    ("champion", "broken", "served", "swapped", "rejected"),
    [
        ("8", False, "8", ("model", "history"), []),
        ("9", False, "7", ("history",), [("model", "9")]),
        ("10", False, "7", ("history",), [("model", "10")]),
        ("8", True, "8", ("model",), [("history", None)]),
        ("9", True, "7", (), [("model", "9"), ("history", None)]),
        ("10", True, "7", (), [("model", "10"), ("history", None)]),
    ],
)
def test_of_two_that_are_new_the_one_that_is_good_is_taken(
    registry: Registry,
    history: Path,
    champion: str,
    broken: bool,
    served: str,
    swapped: tuple[str, ...],
    rejected: list[tuple[str, str | None]],
) -> None:
    def only_good(engines: Engines) -> None:
        if engines.scorer.model.version == "9":
            raise ValueError("not as it should be")

    follower = Follower(registry, history, only_good)
    follower.open()
    registry.champion = champion
    (break_contract if broken else drop_last)(history)
    poll = follower.poll(asked=True)
    assert (poll.swapped, versions(poll)) == (swapped, (served, rejected))
    assert follower.poll() == Poll(poll.engines, (), poll.rejected)
    reasons = {each.part: each.reason for each in poll.rejected}
    if "model" in reasons:
        assert reasons["model"] in ("ValueError: not as it should be", "the files are gone")
    if "history" in reasons:
        assert "breaks the input contract" in reasons["history"]


def test_a_rejected_model_is_tried_with_every_new_history(registry: Registry, history: Path) -> None:
    follower = Follower(registry, history, no_check)
    follower.open()
    registry.champion = "10"
    follower.poll()
    registry.bundles["10"] = successor()
    drop_last(history)
    assert [follower.poll().swapped for _ in range(2)] == [(), ("model", "history")]
