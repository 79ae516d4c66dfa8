"""Who is champion in a real MLflow registry, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from registries import champion_of, files_of, tags_of
from trainings import against, clairvoyant, trained_model, trained_without

from winprob.features.digests import digest_of
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import MANIFEST
from winprob.models.registry.access import DIGEST
from winprob.training.fit import Trained
from winprob.training.track import champion
from winprob.training.track.champion import Change, changes, promote, rollback
from winprob.training.track.comparison import RegisteredVersion
from winprob.training.track.promotion import Decision, decide
from winprob.training.track.registry import open_registry, quiet_mlflow
from winprob.training.track.tracking import Logged, log


def test_a_version_says_why_it_is_champion(first: Logged) -> None:
    with quiet_mlflow():
        version = open_registry().get_model_version("winprob", first.version)
    assert version.run_id == first.run_id
    assert version.tags == {
        "promotion": "champion",
        "promotion.reason": first.decision.reason,
        DIGEST: digest_of(files_of(first)),
    }


def test_the_same_model_again_is_refused(ready: Logged) -> None:
    again = log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))
    assert int(again.version) > int(ready.version)
    assert not again.decision.promoted
    assert again.sentence.startswith(f"winprob version {again.version} is logged, but not champion: not bet")
    assert f"that of the champion, version {ready.version}" in again.sentence
    assert champion_of() == ready.version
    tags = tags_of(again.version)
    assert tags.items() >= {"promotion": "refused", "promotion.reason": again.decision.reason}.items()


def test_a_better_model_is_champion_and_only_one_version_says_so(ready: Logged) -> None:
    better = log(clairvoyant(trained_model()))
    assert better.decision.promoted
    assert champion_of() == better.version
    with quiet_mlflow():
        client = open_registry()
        versions = client.search_model_versions("name = 'winprob'")
        trail = changes(client, "winprob")
        lead = client.get_run(better.run_id).data.metrics["lead.champion"]
    champions = [str(each.version) for each in versions if each.tags["promotion"] == "champion"]
    assert champions == [better.version]
    assert tags_of(ready.version)["promotion"] == "former champion"
    assert trail[-1] == Change(
        version=better.version,
        before=ready.version,
        at=trail[-1].at,
        by=trail[-1].by,
        why=better.decision.reason,
        kind="promotion",
    )
    assert better.decision.lead is not None
    assert lead == pytest.approx(better.decision.lead.value)


def test_rolling_back_goes_one_champion_back_each_time(ready: Logged) -> None:
    second, third = (log(clairvoyant(trained_model())).version for _ in range(2))
    assert champion_of() == second
    promote(third, "tried by hand as well")
    assert rollback("it was worse").version == second
    assert champion_of() == second
    back = rollback("so was that")
    assert (back.version, back.before, back.kind) == (ready.version, second, "rollback")
    assert back.why == "so was that"
    assert "@" in back.by
    assert [tags_of(version)["promotion"] for version in (ready.version, second, third)] == [
        "champion",
        "former champion",
        "former champion",
    ]


def test_a_change_needs_a_reason() -> None:
    for change in (lambda: promote("1", "  "), lambda: rollback("")):
        with pytest.raises(Mistake, match="why: expected a reason, found none"):
            change()


def test_there_must_be_something_to_roll_back_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    with pytest.raises(
        Mistake, match="expected a champion before the present one to roll back to, found none"
    ):
        rollback("why not")


def test_a_champion_that_changes_during_the_comparison_is_compared_with(
    ready: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = log(clairvoyant(trained_model()))
    promote(ready.version, "before another training")
    opponents = []

    def slow(trained: Trained, rival: RegisteredVersion | None) -> Decision:
        assert rival is not None
        opponents.append(rival.version)
        decision = decide(trained, rival)
        if len(opponents) == 1:  # meanwhile, another training on another machine
            with quiet_mlflow():
                open_registry().set_registered_model_alias("winprob", "champion", best.version)
        return decision

    monkeypatch.setattr(champion, "decide", slow)
    log(clairvoyant(trained_model()))
    assert opponents == [ready.version, best.version]


def test_a_person_decides_where_numbers_cannot(ready: Logged) -> None:
    other = log(clairvoyant(trained_without("company_size")))
    assert not other.decision.promoted
    assert champion_of() == ready.version
    assert other.sentence.endswith(
        "cannot be compared with it: it knows attributes that these data lack (company_size). Serve it with "
        f"--model models:/winprob/{other.version}, or make it champion with "
        f"winprob promote {other.version} --why REASON."
    )
    promote(other.version, "company size is not asked any more")
    assert champion_of() == other.version
    with pytest.raises(Mistake, match="expected another one than the champion"):
        promote(other.version, "again")


def test_no_person_can_choose_a_version_that_is_not_there(ready: Logged) -> None:
    with pytest.raises(Mistake, match="expected a registered version, found no version '99' in sqlite"):
        promote("99", "why not")
    assert champion_of() == ready.version


def test_a_champion_that_cannot_be_used_stays_until_a_person_decides(ready: Logged) -> None:
    manifest = files_of(ready) / MANIFEST
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace(trained_model().bundle.manifest.features["age"], "0" * 64), "utf-8")
    try:
        better = log(clairvoyant(trained_model()))
    finally:
        manifest.write_text(text, "utf-8")
    assert not better.decision.promoted
    assert "it cannot be used any more (manifest.json: exp" in better.decision.reason
