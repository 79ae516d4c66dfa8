"""How scores become an answer: words for people, the largest contributions first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from winprob.features.catalogue import Feature
from winprob.features.company_features import family_names
from winprob.features.families import FAMILY_NAMES, UNEXPLAINED
from winprob.features.playbook import Language
from winprob.models.bundle.scoring import Scores
from winprob.models.closing.deadlines import month_ends
from winprob.models.closing.outlook import Outlook
from winprob.models.coaching.gains import CAUTION, Lever
from winprob.models.win.evaluation import COVERAGE
from winprob.models.win.explanation import UNRECORDED
from winprob.models.wording.contributions import (
    NOT_RECORDED,
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
    Rest,
    Rules,
)
from winprob.serving.scores.cautions import cautions
from winprob.serving.scores.closing import Timing
from winprob.serving.scores.detail import FULL, Detail
from winprob.serving.scores.scored_row import ScoredRow, rows_of
from winprob.serving.wire.request import ScoreRequest


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

    def answers(
        self,
        scores: Scores,
        requests: Sequence[ScoreRequest],
        levers: Sequence[Sequence[Lever]],
        language: Language,
        detail: Detail = FULL,
    ) -> list[Answer]:
        """Write the answers to documents.

        Parameters
        ----------
        scores : Scores
            One row for each document.
        requests : sequence of ScoreRequest
            The documents.
        levers : sequence of sequence of Lever
            What could be done about each.
        language : str
            Of the answers, unless a document says otherwise.
        detail : Detail
            How much is wanted.
        """
        rows = rows_of(scores, detail.listed != 0)
        outlook = scores.outlook if detail.with_dates else None
        timing = self._timing(outlook, rows, requests, detail)
        return [
            self._answer(number, row, request, own, timing, request.language or language, detail)
            for number, (row, request, own) in enumerate(zip(rows, requests, levers, strict=True))
        ]

    def _answer(
        self,
        number: int,
        row: ScoredRow,
        request: ScoreRequest,
        levers: Sequence[Lever],
        timing: Timing | None,
        language: Language,
        detail: Detail,
    ) -> Answer:
        probability, values = row.probability, row.values
        position = values["stage_position"]
        stage = position if isinstance(position, float) else None
        contributions, rest = self._contributions(row, language, detail)
        return Answer(
            opportunity_id=request.opportunity_id,
            as_of=request.as_of,
            language=language,
            probability=probability,
            log_odds=row.log_odds,
            range=Range(low=row.low, high=row.high, coverage=COVERAGE),
            closing=timing and timing.closing(number, probability, language),
            win_by=timing and timing.won_by(number, probability, stage),
            rules=Rules.model_validate(row.rules),
            base=Base(probability=row.base_probability, log_odds=row.base),
            contributions=contributions,
            rest=rest,
            families=self._families(row, language),
            levers=[_lever(lever, language) for lever in levers],
            levers_note=CAUTION.in_language(language) if detail.with_levers else "",
            model=self.model,
            warnings=cautions(request, values, self._bundle, language),
        )

    def _timing(
        self,
        outlook: Outlook | None,
        rows: Sequence[ScoredRow],
        requests: Sequence[ScoreRequest],
        detail: Detail,
    ) -> Timing | None:
        if outlook is None:
            return None
        expected = [row.values["days_to_expected_win"] for row in rows]
        playbook = self._bundle.playbook
        return Timing(
            outlook,
            [request.as_of for request in requests],
            [days if isinstance(days, float) else None for days in expected],
            [[*month_ends(one.as_of, detail.months, playbook.calendar), *one.win_by] for one in requests],
            playbook,
        )

    def _contributions(
        self, row: ScoredRow, language: Language, detail: Detail
    ) -> tuple[list[Contribution], Rest | None]:
        """What is recorded, feature by feature, and what is not, family by family; the largest first."""
        if detail.listed == 0:
            return [], _rest(len(self._features), row.log_odds - row.base, row)
        if UNEXPLAINED in row.contributions:
            return [_unexplained(row.contributions[UNEXPLAINED], row, language)], None
        recorded = [[feature] for feature in self._features.values() if row.values[feature.name] is not None]
        missing = [feature for feature in self._features.values() if row.values[feature.name] is None]
        pooled = [list(features) for _, features in groupby(sorted(missing, key=_family), key=_family)]
        added = [
            (sum(row.contributions[feature.name] for feature in features), features)
            for features in (*recorded, *pooled)
        ]
        added.sort(key=lambda one: -abs(one[0]))
        listed, others = added[: detail.listed], added[len(added[: detail.listed]) :]
        told = [self._told(features, log_odds, row, language) for log_odds, features in listed]
        if not others:
            return told, None
        count = sum(len(features) for _, features in others)
        return told, _rest(count, sum(log_odds for log_odds, _ in others), row)

    def _told(
        self, features: Sequence[Feature], log_odds: float, row: ScoredRow, language: Language
    ) -> Contribution:
        if row.values[features[0].name] is None:
            return self._unrecorded(features, log_odds, row, language)
        return self._contribution(features[0], row, language)

    def _contribution(self, feature: Feature, row: ScoredRow, language: Language) -> Contribution:
        value, log_odds = row.values[feature.name], row.contributions[feature.name]
        points = log_odds * row.slope
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
        self, features: Sequence[Feature], log_odds: float, row: ScoredRow, language: Language
    ) -> Contribution:
        family, text = features[0].family, NOT_RECORDED.in_language(language)
        words, points = self._family_names[family], log_odds * row.slope
        return Contribution(
            feature=f"{family}{UNRECORDED}",
            name=text,
            family=family,
            family_name=words.in_language(language),
            value=None,
            value_text=text,
            log_odds=log_odds,
            points=points,
            sentence=unrecorded_sentence(features, words, points, language),
            unrecorded=[feature.name for feature in features],
        )

    def _families(self, row: ScoredRow, language: Language) -> list[FamilyContribution]:
        log_odds: dict[str, float] = {}
        for name, added in row.contributions.items():
            family = self._family_of.get(name, UNEXPLAINED)
            log_odds[family] = log_odds.get(family, 0.0) + added
        families = [
            FamilyContribution(
                family=code,
                name=self._family_names[code].in_language(language),
                log_odds=added,
                points=added * row.slope,
            )
            for code, added in log_odds.items()
        ]
        return sorted(families, key=lambda one: -abs(one.points))


def _family(feature: Feature) -> str:
    return feature.family


def _rest(features: int, log_odds: float, row: ScoredRow) -> Rest:
    return Rest(features=features, log_odds=log_odds, points=log_odds * row.slope)


def _lever(lever: Lever, language: Language) -> LeverAnswer:
    return LeverAnswer(
        code=lever.code,
        action=lever.words.in_language(language),
        probability=lever.probability,
        points=lever.gain,
    )


def _unexplained(log_odds: float, row: ScoredRow, language: Language) -> Contribution:
    """All that moves the probability, of a model that gives no reasons."""
    name, points = FAMILY_NAMES[UNEXPLAINED].in_language(language), log_odds * row.slope
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
