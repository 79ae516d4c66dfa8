"""Key persons: who decides at the customer, who of them was reached, and where they stand."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.catalogue import Family
from winprob.features.contract import ROLES, STANCES
from winprob.features.instant import NEVER, UNKNOWN, days_between
from winprob.features.message import message
from winprob.features.tally import Covering, Tally, superseded
from winprob.features.timeline import Flags, Floats, Integers, Timeline
from winprob.features.view import Table, View

SHARES_PER_UNIT = 1_000_000
"""Influence is counted in millionths: whole numbers add up exactly in any order."""


class KeyPersonView(View):
    """The buying group of opportunities at moments."""

    @cached_property
    def kept(self) -> Flags:
        """Whether key persons are recorded."""
        return self.recorded("key_persons")

    @cached_property
    def reach_kept(self) -> Flags:
        """Whether it is recorded who was reached: by all contacts, or by word of the CRM."""
        group, _, _, effective = self._contacts
        silent = np.setdiff1d(self._short, group[~np.isnan(effective)])
        return self.kept & self.recorded("activities") & ~np.isin(self.opportunity, silent)

    @cached_property
    def role(self) -> Integers:
        """Role of each row of ``key_persons``, a position in `ROLES`."""
        return self._table.codes("role", ROLES)

    @cached_property
    def stance(self) -> Integers:
        """Stance of each row: 1 for, 0 neutral, -1 against, and -2 where it is not recorded."""
        position = self._table.codes("stance", STANCES)
        return np.where(position >= 0, 1 - position, -2)

    @cached_property
    def influence(self) -> Integers:
        """Influence times the weight of the role, in millionths; an influence not recorded is 1."""
        weight: dict[str, float] = {role.code: role.weight for role in self.playbook.roles}
        stated = self._table.numbers("influence")
        of_role = np.array([weight.get(code, 1.0) for code in ROLES])[self.role]
        shares: Floats = np.where(np.isnan(stated), 1.0, stated) * of_role * SHARES_PER_UNIT
        return np.rint(shares).astype(np.int64)

    def identified(self, rows: Flags | None = None, weight: Integers | None = None) -> Integers:
        """Sum over the persons identified by the moment, as last described.

        Parameters
        ----------
        rows : numpy.ndarray of bool, optional
            Which rows of ``key_persons`` count; all if left out.
        weight : numpy.ndarray of int64, optional
            What each counts, 1 if left out.

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)
        """
        return self._identified.sum(_weights(rows, weight))

    def reached(self, rows: Flags | None = None, weight: Integers | None = None) -> Integers:
        """Sum over the persons identified and reached by the moment.

        Parameters
        ----------
        rows : numpy.ndarray of bool, optional
            Which rows of ``key_persons`` count; all if left out.
        weight : numpy.ndarray of int64, optional
            What each counts, 1 if left out.

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)
        """
        return self._reached.sum(_weights(rows, weight))

    def role_reached(self, code: str) -> Floats:
        """Whether anybody of a role was reached; missing where nobody was and of somebody it is not recorded.

        Parameters
        ----------
        code : str
            The role's code.

        Returns
        -------
        numpy.ndarray of float64, shape (n_moments,)
        """
        role = self.role == ROLES.index(code)
        met = self.reached(role) > 0
        said = met | (self.identified(role & self.unsaid) == 0)
        return self.where(self.reach_kept & said, met)

    @cached_property
    def unsaid(self) -> Flags:
        """Rows of ``key_persons`` on those of whom it is not recorded if they were reached."""
        group, person, _, effective = self._contacts
        told = self._pair(group, person)[(person >= 0) & ~np.isnan(effective)]
        described = self._table.timeline.group
        return np.isin(described, self._short) & ~np.isin(self._pair(described, self._persons), told)

    @cached_property
    def decision_maker_met(self) -> Integers:
        """Time of the last effective contact with a decision maker known as such, `UNKNOWN` where none."""
        group, person, time = self._effective
        pairs = self._pair(group, person)
        decides = self.role == ROLES.index("decision_maker")
        described = self._pair(self._table.timeline.group, self._persons)
        known_since = _first_time(described[decides], self._table.timeline.time[decides], pairs)
        counts = known_since != NEVER
        timeline = Timeline(group[counts], np.maximum(time, known_since)[counts])
        met = _latest_so_far(timeline.group, time[counts][timeline.order])
        rows = timeline.at(self.opportunity, self.moment).last_row(np.arange(len(met)))
        return np.append(met, UNKNOWN)[rows]

    @cached_property
    def _identified(self) -> Covering:
        return self._described_since(self._table.timeline.time)

    @cached_property
    def _reached(self) -> Covering:
        return self._described_since(np.maximum(self._table.timeline.time, self._first_effective))

    def _described_since(self, start: Integers) -> Covering:
        return Tally(self._table.timeline.group, start, self._replaced).at(self.opportunity, self.moment)

    @cached_property
    def _table(self) -> Table:
        return Table(self.history, "key_persons")

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return self.history.texts("key_persons", "person_id").levels

    @cached_property
    def _persons(self) -> Integers:
        return self._table.codes("person_id", self._names)

    @cached_property
    def _replaced(self) -> Integers:
        timeline = self._table.timeline
        return superseded(timeline.group, self._persons, timeline.time)

    @cached_property
    def _contacts(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Opportunity, person (-1 if not a key person), time and effect of the contacts, in no order."""
        history, name = self.history, "activities"
        person = history.texts(name, "person_id").positions(self._names)
        return history.owners(name), person, history.times(name, "at"), history.numbers(name, "effective")

    @cached_property
    def _effective(self) -> tuple[Integers, Integers, Integers]:
        """Opportunity, person and time of the effective contacts with key persons."""
        group, person, time, effective = self._contacts
        rows = (effective == 1) & (person >= 0)
        return group[rows], person[rows], time[rows]

    @cached_property
    def _short(self) -> Integers:
        """Opportunities of which not all contacts are recorded: a short form stands for them."""
        group, _, time, _ = self._contacts
        short: Integers = group[time == UNKNOWN]
        return short

    @cached_property
    def _first_effective(self) -> Integers:
        group, person, time = self._effective
        described = self._pair(self._table.timeline.group, self._persons)
        return _first_time(self._pair(group, person), time, described)

    def _pair(self, group: Integers, person: Integers) -> Integers:
        return group * len(self._names) + person


def _weights(rows: Flags | None, weight: Integers | None) -> Integers | None:
    """What rows count, 0 where they do not."""
    if rows is None:
        return weight
    return rows.astype(np.int64) if weight is None else rows * weight


def _first_time(keys: Integers, times: Integers, wanted: Integers) -> Integers:
    """Earliest time of each wanted key, `NEVER` where the key does not occur."""
    order = np.lexsort((times, keys))
    distinct, first = np.unique(keys[order], return_index=True)
    index = np.searchsorted(distinct, wanted)
    found = np.append(distinct, UNKNOWN)[index] == wanted
    return np.where(found, np.append(times[order][first], NEVER)[index], NEVER)


def _latest_so_far(group: Integers, time: Integers) -> Integers:
    """The latest time of each row and those of its group before it; rows are sorted by group."""
    different, rank = np.unique(time, return_inverse=True)
    offset = group * (len(different) + 1)
    return different[np.maximum.accumulate(offset + rank) - offset] if len(time) else time


FAMILY = Family("key_persons", message("key persons"), KeyPersonView)


@FAMILY.feature(message("key persons identified"), lever=True)
def key_persons_identified(view: KeyPersonView) -> Floats:
    """Members of the buying group identified so far."""
    return view.where(view.kept, view.identified())


@FAMILY.feature(message("key-person coverage"), kind="share", direction=1, lever=True)
def key_person_coverage(view: KeyPersonView) -> Floats:
    """Influence of those reached over influence of those identified (domain: coverage)."""
    identified = view.identified(weight=view.influence)
    covered = view.reached(weight=view.influence) / np.maximum(identified, 1)
    said = view.reach_kept & (view.identified(view.unsaid) == 0)
    return view.where(said & (identified > 0), covered)


@FAMILY.feature(message("decision maker identified"), kind="flag", direction=1, lever=True)
def decision_maker_identified(view: KeyPersonView) -> Floats:
    """Whether a decision maker is identified."""
    return view.where(view.kept, view.identified(view.role == ROLES.index("decision_maker")) > 0)


@FAMILY.feature(message("decision maker reached"), kind="flag", direction=1, lever=True)
def decision_maker_reached(view: KeyPersonView) -> Floats:
    """Whether a decision maker was reached: had an effective contact."""
    return view.role_reached("decision_maker")


@FAMILY.feature(
    message("days since the decision maker was met"),
    phrase=message("{value} since the decision maker was met"),
    unit="days",
    direction=-1,
    lever=True,
)
def days_since_decision_maker(view: KeyPersonView) -> Floats:
    """Days since the last effective contact with a decision maker; missing before the first."""
    return days_between(view.decision_maker_met, view.moment)


@FAMILY.feature(message("recommender reached"), kind="flag", direction=1, lever=True)
def recommender_reached(view: KeyPersonView) -> Floats:
    """Whether a recommender was reached."""
    return view.role_reached("recommender")


@FAMILY.feature(message("facilitator reached"), kind="flag", direction=1, lever=True)
def facilitator_reached(view: KeyPersonView) -> Floats:
    """Whether a facilitator was reached."""
    return view.role_reached("facilitator")


@FAMILY.feature(message("coach reached"), kind="flag", direction=1, lever=True)
def coach_reached(view: KeyPersonView) -> Floats:
    """Whether a coach inside the customer was reached."""
    return view.role_reached("coach")


@FAMILY.feature(message("stance of the key persons"), direction=1, lever=True)
def key_person_stance(view: KeyPersonView) -> Floats:
    """Mean stance, weighted by influence, of those who have one recorded: 1 for us, 0 neutral, -1 against."""
    stated = view.stance > -2
    weight = view.identified(stated, view.influence)
    leaning = view.identified(stated, view.influence * view.stance)
    return view.where(view.kept & (weight > 0), leaning / np.maximum(weight, 1))


@FAMILY.feature(message("key persons against us"), direction=-1, lever=True)
def key_persons_against(view: KeyPersonView) -> Floats:
    """Key persons whose stance is against us; missing where no stance is recorded."""
    stated = view.identified(view.stance > -2)
    return view.where(view.kept & (stated > 0), view.identified(view.stance == -1))
