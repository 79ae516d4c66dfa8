"""What is served and since when, in an answer."""

from bundles import simulated_history, trained_bundle

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.serving.engines import Engines, make_engines
from winprob.serving.follow.rejected import Rejected
from winprob.serving.follow.status import Status
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer


class Simulated:
    def history(self, _: Playbook) -> History:
        return simulated_history()


def test_a_model_alone() -> None:
    engines = Engines(Scorer(ServedModel(trained_bundle(), "7")))
    rejected = Rejected.because("model", "8", Mistake("no"))
    found = Status.of(engines, (rejected,))
    assert (found.model.name, found.model.version) == ("winprob", "7")
    assert found.model.since == engines.model_since
    assert found.history is None
    assert found.rejected == [rejected]


def test_a_model_with_a_history() -> None:
    engines = make_engines(ServedModel(trained_bundle(), "7"), Simulated())
    found = Status.of(engines, ())
    assert found.history is not None
    assert found.history.since == engines.history_since
    assert found.history.until == simulated_history().last_event
    assert Status.model_validate_json(found.model_dump_json()) == found
