from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from feature_modules import CONTACTS, HEAD, MODULE, module, write
from histories import histories, times
from hypothesis import given
from pandas.testing import assert_frame_equal
from small import GRADES, history

from winprob.features import company_features
from winprob.features.build import build, open_snapshots
from winprob.features.company_features import families_of, family_names, in_terms_of, with_features
from winprob.features.event_table import EventTable
from winprob.features.families import FAMILIES
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.record import document_of, history_of, snapshots_of

KNOWN = GRADES.with_features((MODULE,))
NAMES = ["contacts_of_the_week", "region_letter"]


@given(histories(KNOWN), times)
def test_the_future_cannot_move_the_past(found: History, at: pd.Timestamp) -> None:
    snapshots = open_snapshots(found, at)
    past = found.until(at)
    whole, then = build(found, snapshots=snapshots)[NAMES], build(past, as_of=at)[NAMES]
    assert_frame_equal(whole.astype("str"), then.astype("str"))


@given(histories(KNOWN), times)
def test_a_served_document_has_the_features_of_its_history(found: History, at: pd.Timestamp) -> None:
    matrix = build(found, as_of=at)[NAMES]
    documents = [document_of(found, int(row), at) for row in found.open_at(at)]
    served = history_of(documents, found.playbook, found.attributes)
    assert_frame_equal(
        build(served, snapshots=snapshots_of(documents))[NAMES].astype("str"), matrix.astype("str")
    )


def test_a_history_gets_the_features_of_a_file(tmp_path: Path) -> None:
    made = history()
    known = with_features(made, write(tmp_path))
    assert list(build(known))[-2:] == NAMES
    assert not made.playbook.feature_modules
    assert families_of(known.playbook)[:-1] == FAMILIES
    assert family_names(known.playbook)["service"].zh == "服务"


def test_a_file_takes_the_place_of_a_module_of_its_name(tmp_path: Path) -> None:
    other = module(CONTACTS)
    known = with_features(with_features(history(), write(tmp_path)), write(tmp_path, other))
    assert known.playbook.feature_modules == (other,)
    assert with_features(known) is known


def test_installed_packages_bring_features(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = module(CONTACTS.replace("week", "day"), name="acme")
    installed = type(installed)("acme", installed.source.replace('"service"', '"acme"', 1))
    monkeypatch.setattr(company_features, "installed_modules", lambda: (installed,))
    known = with_features(history(), write(tmp_path))
    assert known.playbook.feature_modules == (installed, MODULE)
    assert "contacts_of_the_day" in build(known)


@pytest.mark.parametrize(
    ("source", "what"),
    [(HEAD.replace('"service"', '"other"', 1) + CONTACTS, "feature"), (HEAD + CONTACTS, "family")],
)
def test_two_modules_that_declare_the_same_are_refused(tmp_path: Path, source: str, what: str) -> None:
    first = with_features(history(), write(tmp_path))
    (tmp_path / "more.py").write_text(source, encoding="utf-8")
    with pytest.raises(Mistake, match=rf"^features of my_features, more: expected each {what} once, found "):
        with_features(first, tmp_path / "more.py")


def test_the_source_is_no_part_of_a_playbooks_file() -> None:
    assert KNOWN != GRADES
    assert KNOWN.model_dump() == GRADES.model_dump()
    assert KNOWN.model_copy(update={"pass_mark": None}).feature_modules == (MODULE,)


def test_a_history_can_be_looked_at_in_the_terms_of_an_older_model() -> None:
    events = {"tickets": EventTable(features=("count",)), "visits": EventTable(features=("count",))}
    newer = KNOWN.model_copy(update={"events": events})
    made = history(newer, events_visits=[{"at": "2026-02-01"}])
    assert list(build(in_terms_of(GRADES, made))) == list(build(history()))
    assert in_terms_of(newer, made) is made
    back = build(in_terms_of(newer, history()))
    assert back[["events.tickets.count", "events.visits.count"]].isna().all(axis=None)
    assert build(made)["events.visits.count"].tolist() == [1]
