"""How scores become an answer: words for people, the largest contributions first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from winprob.features.catalogue import Feature
from winprob.features.company_features import family_names
from winprob.features.families import FAMILY_NAMES, UNEXPLAINED
from winprob.features.playbook import Language, Playbook
from winprob.models.bundle.scoring import Scores
from winprob.models.closing.deadlines import month_ends
from winprob.models.closing.outlook import Outlook
from winprob.models.coaching.gains import CAUTION, Lever
from winprob.models.win.calibrated import COVERAGE
from winprob.models.win.explanation import UNRECORDED, Explanation
from winprob.models.wording.contributions import (
    NOT_RECORDED,
    Value,
    sentence,
    unexplained_sentence,
    unrecorded_sentence,
    value_text,
)
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.answer import (
    Answer,
    Base,
    Contribution,
    FamilyContribution,
    LeverAnswer,
    ModelName,
    Range,
    Rules,
)
from winprob.serving.scores.cautions import cautions
from winprob.serving.scores.closing import Closing, WonBy, closing, won_by
from winprob.serving.wire.request import ScoreRequest

MONTHS = 12
"""Months at whose ends an answer says what has become of the opportunity."""


class AnswerWriter:
    """Writes the answers of one model.

    Parameters
    ----------
    served : ServedModel
        The model, and which version it is.

    Attributes
    ----------
    model : ModelName
        What every answer calls the model.
    """

    def __init__(self, served: ServedModel) -> None:
        bundle = served.bundle
        self._bundle = bundle
        self._features = {feature.name: feature for feature in bundle.features}
        self._family_of = {name: feature.family for name, feature in self._features.items()}
        self._family_names = family_names(bundle.playbook)
        self.model = ModelName(name=bundle.manifest.name, version=served.version)

    def answer(
        self, scores: Scores, row: int, request: ScoreRequest, levers: Sequence[Lever], language: Language
    ) -> Answer:
        """Write one answer.

        Parameters
        ----------
        scores : Scores
        row : int
            Which row of `scores`.
        request : ScoreRequest
            The document that was scored there.
        levers : sequence of Lever
            What could be done.
        language : str
        """
        why = scores.explanation[row]
        values = _plain(scores.features.iloc[row])
        probability = float(scores.probability.iloc[row])
        closes, by = _timing(
            scores.outlook, row, probability, request, values, language, self._bundle.playbook
        )
        return Answer(
            opportunity_id=request.opportunity_id,
            as_of=request.as_of,
            language=language,
            probability=probability,
            log_odds=float(why.log_odds.iloc[0]),
            range=Range(coverage=COVERAGE, **_plain(scores.ranges.iloc[row])),
            closing=closes,
            win_by=by,
            rules=Rules.model_validate(_plain(scores.rules.iloc[row])),
            base=Base(probability=why.base_probability, log_odds=why.base),
            contributions=self._contributions(why, scores.features.iloc[[row]], values, language),
            families=self._families(why, language),
            levers=[_lever(lever, language) for lever in levers],
            levers_note=CAUTION.in_language(language),
            model=self.model,
            warnings=cautions(request, values, self._bundle, language),
        )

    def _contributions(
        self, why: Explanation, X: pd.DataFrame, values: Mapping[str, Value], language: Language
    ) -> list[Contribution]:
        """What is recorded, feature by feature, and what is not, family by family."""
        log_odds, points = _first_rows(why.pooled(X, self._family_of))
        if UNEXPLAINED in log_odds:
            return [_unexplained(log_odds[UNEXPLAINED], points[UNEXPLAINED], language)]
        recorded = [
            self._contribution(feature, values[name], log_odds[name], points[name], language)
            for name, feature in self._features.items()
            if values[name] is not None
        ]
        missing = [feature for name, feature in self._features.items() if values[name] is None]
        pooled = [
            self._unrecorded(family, list(features), log_odds, points, language)
            for family, features in groupby(sorted(missing, key=_family), key=_family)
        ]
        return sorted([*recorded, *pooled], key=lambda one: -abs(one.points))

    def _contribution(
        self, feature: Feature, value: Value, log_odds: float, points: float, language: Language
    ) -> Contribution:
        return Contribution(
            feature=feature.name,
            name=feature.words.in_language(language),
            family=feature.family,
            family_name=self._family_names[feature.family].in_language(language),
            value=bool(value) if feature.kind == "flag" else value,
            value_text=value_text(feature, value, language),
            log_odds=log_odds,
            points=points,
            sentence=sentence(feature, value, points, language),
        )

    def _unrecorded(
        self,
        family: str,
        features: Sequence[Feature],
        log_odds: Mapping[str, float],
        points: Mapping[str, float],
        language: Language,
    ) -> Contribution:
        code, words = f"{family}{UNRECORDED}", self._family_names[family]
        text = NOT_RECORDED.in_language(language)
        return Contribution(
            feature=code,
            name=text,
            family=family,
            family_name=words.in_language(language),
            value=None,
            value_text=text,
            log_odds=log_odds[code],
            points=points[code],
            sentence=unrecorded_sentence(features, words, points[code], language),
            unrecorded=[feature.name for feature in features],
        )

    def _families(self, why: Explanation, language: Language) -> list[FamilyContribution]:
        log_odds, points = _first_rows(why.by_family(self._family_of))
        families = [
            FamilyContribution(
                family=code,
                name=self._family_names[code].in_language(language),
                log_odds=log_odds[code],
                points=points[code],
            )
            for code in log_odds
        ]
        return sorted(families, key=lambda one: -abs(one.points))


def _family(feature: Feature) -> str:
    return feature.family


def _timing(
    outlook: Outlook | None,
    row: int,
    probability: float,
    request: ScoreRequest,
    values: Mapping[str, Value],
    language: Language,
    playbook: Playbook,
) -> tuple[Closing | None, list[WonBy] | None]:
    if outlook is None:
        return None, None
    expected = values["days_to_expected_win"]
    days = expected if isinstance(expected, float) else None
    position = values["stage_position"]
    dates = [*month_ends(request.as_of, MONTHS, playbook.calendar), *request.win_by]
    return (
        closing(outlook[row], probability, request.as_of, days, language, playbook),
        won_by(
            outlook[row],
            probability,
            request.as_of,
            dates,
            playbook,
            position if isinstance(position, float) else None,
        ),
    )


def _lever(lever: Lever, language: Language) -> LeverAnswer:
    return LeverAnswer(
        code=lever.code,
        action=lever.words.in_language(language),
        probability=lever.probability,
        points=lever.gain,
    )


def _first_rows(why: Explanation) -> tuple[dict[str, float], dict[str, float]]:
    """Log-odds and points of the first row by column."""
    names = [str(name) for name in why.contributions.columns]
    log_odds, points = why.contributions.to_numpy()[0].tolist(), why.points.to_numpy()[0].tolist()
    return dict(zip(names, log_odds, strict=True)), dict(zip(names, points, strict=True))


def _unexplained(log_odds: float, points: float, language: Language) -> Contribution:
    """All that moves the probability, of a model that gives no reasons."""
    name = FAMILY_NAMES[UNEXPLAINED].in_language(language)
    return Contribution(
        feature=UNEXPLAINED,
        name=name,
        family=UNEXPLAINED,
        family_name=name,
        value=None,
        value_text=name,
        log_odds=log_odds,
        points=points,
        sentence=unexplained_sentence(points, language),
    )


def _plain(row: pd.Series[Any]) -> dict[str, Value]:
    """Read a row as floats and texts, missing as None."""
    return {
        str(name): None if pd.isna(value) else value if isinstance(value, str) else float(value)
        for name, value in row.items()
    }
