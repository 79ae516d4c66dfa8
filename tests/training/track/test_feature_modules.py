"""Models with features of a company's own beside others, and in the registry."""

from __future__ import annotations

from dataclasses import replace

from feature_modules import CONTACTS, HEAD, MODULE, trained_with_features
from small import GRADES
from trainings import trained_before, trained_model

from winprob.features.event_table import EventTable
from winprob.features.feature_module import FeatureModule
from winprob.models.bundle.bundle import Bundle
from winprob.training.fit import train
from winprob.training.track.comparison import compare, incomparable
from winprob.training.track.pyfunc import requirements


def with_events(bundle: Bundle, **tables: EventTable) -> Bundle:
    return replace(bundle, playbook=GRADES.model_copy(update={"events": tables}))


def test_a_champion_is_asked_with_the_features_that_it_knows() -> None:
    champion = train(trained_with_features().history, "2024-03-31").bundle
    assert champion.playbook.feature_modules == (MODULE,)
    challenger = trained_model()
    assert incomparable(challenger.bundle, champion) == ""
    found = compare(challenger, champion, None)
    assert found.opportunities > 0
    assert found.rows["champion"].notna().all()


def test_a_challenger_may_know_further_features() -> None:
    challenger, champion = trained_with_features(), trained_before().bundle
    assert incomparable(challenger.bundle, champion) == ""
    assert compare(challenger, champion, None).rows["champion"].notna().all()


def test_a_champion_cannot_be_asked_of_data_without_its_events() -> None:
    bundle = trained_model().bundle
    count, last = EventTable(features=("count",)), EventTable(values="text", features=("last",))
    champion = with_events(bundle, tickets=count)
    assert incomparable(with_events(bundle, tickets=count, visits=last), champion) == ""
    for newer in (bundle, with_events(bundle, tickets=last)):
        expected = "it knows events that these data lack, or have with other values (tickets)"
        assert incomparable(newer, champion) == expected


def test_the_libraries_of_a_module_come_with_the_model() -> None:
    bundle = trained_model().bundle
    source = f"{HEAD}{CONTACTS}\nimport rich.table\nimport winprob\n"
    module = FeatureModule("my_features", source)
    more = replace(bundle, playbook=bundle.playbook.with_features((module,)))
    found = {*requirements(more)} - {*requirements(bundle)}
    assert {line.partition("==")[0] for line in found} == {"rich"}
