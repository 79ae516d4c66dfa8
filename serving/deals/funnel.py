"""The funnel of a deal: its stages and check points, who leads, and the buyer's steps beside ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from winprob.features.buyer_steps import positions_beside
from winprob.features.calendar import Calendar
from winprob.features.document import Document
from winprob.features.message import Wording
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import Checkpoint, Stage


@dataclass(frozen=True)
class Check:
    """A check point.

    Attributes
    ----------
    code : str
    name : Wording
    met_on : datetime.date, optional
        When it was met, in the company's time zone; none while it is not.
    """

    code: str
    name: Wording
    met_on: date | None


@dataclass(frozen=True)
class FunnelStage:
    """A stage of the seller's funnel.

    Attributes
    ----------
    stage : Stage
        As the playbook has it: name, fixed percentage, entry standard and who leads.
    win_rate : float, optional
        How many of the opportunities in this stage were won in the past; none where no one was there.
    entered_on : datetime.date, optional
        When the deal came to it, the last time.
    checks : tuple of Check
    is_present, is_next : bool
        Whether the deal is in it, or would be in it next.
    buyer : Wording, optional
        The buyer's step that belongs beside it.
    buyer_on : datetime.date, optional
        When the buyer came to that step.
    """

    stage: Stage
    win_rate: float | None
    entered_on: date | None
    checks: tuple[Check, ...]
    is_present: bool
    is_next: bool
    buyer: Wording | None
    buyer_on: date | None


@dataclass(frozen=True)
class Funnel:
    """All stages, in their order.

    Attributes
    ----------
    stages : tuple of FunnelStage
    checks_recorded : bool
        Whether check points are kept at all.
    """

    stages: tuple[FunnelStage, ...]
    checks_recorded: bool

    @property
    def present(self) -> FunnelStage | None:
        """Where the deal is; none before the first stage."""
        return next((stage for stage in self.stages if stage.is_present), None)

    @property
    def following(self) -> FunnelStage | None:
        """The stage that comes next; none in the last."""
        return next((stage for stage in self.stages if stage.is_next), None)

    @property
    def open_checks(self) -> tuple[Check, ...]:
        """What is missing for the next stage: check points of the present one, and of those before."""
        reached = [stage for stage in self.stages if not stage.is_next][: self._place + 1]
        return tuple(check for stage in reached for check in stage.checks if check.met_on is None)

    @property
    def _place(self) -> int:
        return next((place for place, stage in enumerate(self.stages) if stage.is_present), -1)


def funnel_of(
    document: Document, playbook: Playbook, win_rates: dict[int, float], calendar: Calendar
) -> Funnel:
    """Put a deal into the funnel.

    Parameters
    ----------
    document : Document
        Its rows are in the order in which they count.
    playbook : Playbook
    win_rates : dict of int to float
        By the position of a stage, see `winprob.models.measure.rules.StageWinRates`.
    calendar : Calendar
        Whose days are told.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> playbook = load_playbook()
    >>> rows = [{"at": "2026-03-01", "stage": "shortlisted"}]
    >>> document = Document.model_validate({"as_of": "2026-03-31", "stage_changes": rows})
    >>> funnel = funnel_of(document, playbook, {2: 0.31}, playbook.calendar)
    >>> funnel.present.stage.code, funnel.present.win_rate, funnel.following.stage.code
    ('shortlisted', 0.31, 'intent')
    """
    entered = {row.stage: row.at for row in document.stage_changes or ()}
    present = _present(document, playbook)
    place = playbook.stage_codes.index(present) if present in playbook.stage_codes else -1
    met = {row.checkpoint: row.at for row in reversed(document.checkpoints or ())}
    buyer = {row.stage: row.at for row in document.buyer_stage_changes or ()}

    def day(moment: datetime | None) -> date | None:
        return None if moment is None else calendar.day(moment)

    def checks(points: tuple[Checkpoint, ...]) -> tuple[Check, ...]:
        return tuple(Check(point.code, point.name, day(met.get(point.code))) for point in points)

    beside = positions_beside(playbook.stages, playbook.buyer_stages)
    steps = [
        next((step for step, last in zip(playbook.buyer_stages, beside, strict=True) if last >= number), None)
        for number in range(len(playbook.stages))
    ]
    stages = (
        FunnelStage(
            stage,
            win_rates.get(number),
            day(entered.get(stage.code)),
            checks(stage.checkpoints),
            number == place,
            number == place + 1,
            None if step is None else step.name,
            None if step is None else day(buyer.get(step.code)),
        )
        for number, (stage, step) in enumerate(zip(playbook.stages, steps, strict=True))
    )
    return Funnel(tuple(stages), document.checkpoints is not None)


def _present(document: Document, playbook: Playbook) -> str | None:
    """The stage that the seller recorded last, else what the check points give: as for the features."""
    if document.stage_changes:
        return document.stage_changes[-1].stage
    met = {row.checkpoint for row in document.checkpoints or ()}
    return playbook.stage_from_checkpoints(met & set(playbook.checkpoint_codes))
