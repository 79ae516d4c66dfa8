"""Two versions of a registry on rows of which neither has learned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from trainings import against, clairvoyant, trained_before, trained_model

from winprob.features.mistake import Mistake
from winprob.models.measure.metrics import log_loss
from winprob.training.track import run_facts
from winprob.training.track.compared_versions import compare_versions
from winprob.training.track.comparison import compare
from winprob.training.track.lead import leads
from winprob.training.track.tracking import log


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A model of some months before, one of now, and one that knew what would happen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("home"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(run_facts, "past_forecasts", lambda _: np.empty(0))
        log(trained_before())
        log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))
        log(clairvoyant(trained_model()))
        yield


@pytest.mark.usefixtures("registry")
def test_two_versions_are_compared_by_their_tests() -> None:
    compared = compare_versions("3", "2", None)
    comparison = compared.comparison
    rows = trained_model().evaluation.rows
    assert len(comparison.rows) == len(rows)
    lead = comparison.measures.better_by
    theirs = log_loss(rows["won"], rows["model"], rows["weight"])
    assert lead.value == pytest.approx(theirs + np.log(0.99))
    assert lead.low > 0
    assert [each.respect for each in compared.leads] == ["calibration"]
    assert compared.leads[0].by.low > 0
    assert compared.forecasts is None
    assert compare_versions("2", "3", None).comparison.measures.better_by.value == pytest.approx(-lead.value)


@pytest.mark.usefixtures("registry")
def test_what_cannot_be_compared_is_named() -> None:
    with pytest.raises(Mistake, match="expected a registered version, found no version '7'"):
        compare_versions("7", "2", None)
    with pytest.raises(Mistake, match="that closed after both had learned, found none"):
        compare_versions("3", "2", trained_model().history)


@pytest.mark.usefixtures("registry")
def test_where_nothing_has_closed_since_the_older_is_asked_of_the_test_of_the_newer() -> None:
    """As the gate does when the newer one is trained, but for its dates."""
    trained, older = trained_model(), trained_before().bundle
    gate = compare(trained, older, None)
    found = compare_versions("2", "1", trained.history)
    own = found.comparison.rows
    assert own.index.equals(gate.rows.index)
    for name in ("won", "weight", "model", "champion"):
        assert own[name].to_numpy() == pytest.approx(gate.rows[name].to_numpy())
    margins = trained.bundle.playbook.promotion
    told = [(lead.respect, lead.name.en) for lead in leads(gate, margins) if lead.respect != "dates"]
    assert [(lead.respect, lead.name.en) for lead in found.leads] == told
    other = compare_versions("1", "2", trained.history).comparison
    assert other.measures.better_by.value == pytest.approx(-found.comparison.measures.better_by.value)


@pytest.mark.usefixtures("registry")
def test_what_has_closed_since_both_had_learned_is_asked_of_both() -> None:
    """The oldest beside itself: equal in all, dates and forecasts too."""
    found = compare_versions("1", "1", trained_model().history)
    known = trained_before().bundle.manifest.data.as_of
    deals = trained_model().history.opportunities.set_index("opportunity_id")
    ids = found.comparison.rows.index.get_level_values("opportunity_id")
    assert (deals.loc[ids, "closed_at"] > known).all()
    assert {lead.respect for lead in found.leads} >= {"stage", "calibration", "dates"}
    assert {lead.by.value for lead in found.leads} == {0.0}
    assert found.forecasts is not None
    assert found.forecasts.model == found.forecasts.champion
