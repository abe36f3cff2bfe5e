"""The rows of which weeks are made, and what a set of them is worth, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.geo.points import distances_m
from app.matching.engine.matcher import Match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.person import WEEKS_A_MONTH, is_reached_online
from app.matching.engine.rules.rule import verdicts_of
from app.matching.engine.travel import RADIUS_M, Ways
from app.matching.engine.verdicts import judge
from app.matching.vocabulary import RuleId, TravelMode, Verdict
from app.resources.engine.columns import PRECISIONS, UNKNOWN
from app.resources.engine.traits import ALL_SLOTS, SLOT_COUNT, mask_of


@dataclass(frozen=True)
class WeekWish:
    """What the week as a whole shall hold: hours a week and weeks of a month, None where nobody asked."""

    hours: float | None = None
    weeks: float | None = None

    @classmethod
    def of(cls, profile: NeedProfile) -> WeekWish:
        """The wish of a need."""
        return cls(profile.min_hours_per_week, profile.min_weeks_per_month)

    @property
    def minutes(self) -> int:
        """The hours as whole minutes, 0 where nobody asked."""
        return round((self.hours or 0.0) * 60)

    @property
    def tenths(self) -> int:
        """The weeks of a month as tenths, 0 where nobody asked."""
        return round((self.weeks or 0.0) * 10)


def for_a_week(profile: NeedProfile) -> NeedProfile:
    """The profile by which single places are judged for a week: hours and weeks are asked of the places together."""
    return replace(profile, min_hours_per_week=None, min_weeks_per_month=None)


def ways_home(outcome: Match, rows: Sequence[int]) -> NDArray[np.uint8]:
    """Whether one is gone from each slot before the last bus: `Verdict` codes of shape (21, n), YES where nobody asked.

    A place passes when one is gone in time from any of its slots; a week takes one of them and has to ask of that.
    """
    rule = next((rule for rule in outcome.verdicts.rules if rule.id is RuleId.LAST_BUS), None)
    if rule is None:
        return np.full((SLOT_COUNT, len(rows)), Verdict.YES, dtype=np.uint8)
    given = outcome.given.take(np.array(rows, dtype=np.intp))
    return np.array(
        [
            judge(rule, replace(given, profile=replace(given.profile, free_slots=1 << slot)))
            for slot in range(SLOT_COUNT)
        ]
    )


def slots_to_take(outcome: Match, row: int, home: NDArray[np.uint8]) -> int:
    """The slots that a row can take in a week: those shared from which one also gets home (its column of `ways_home`)."""
    shared = shared_slots(outcome, row)
    return sum(1 << slot for slot in range(SLOT_COUNT) if shared >> slot & 1 and home[slot] != Verdict.NO)


def shared_slots(outcome: Match, row: int) -> int:
    """The slots in which a row is open, or has a seat, and the person has time; 0 where its hours are not known."""
    mask, free = int(outcome.columns.slots[row]), outcome.profile.free_slots
    return 0 if mask == UNKNOWN else mask & (ALL_SLOTS if free is None else free)


@dataclass(frozen=True, eq=False)
class Pool:
    """The rows of which sets are made, best first, with what a set of them is worth. Arrays have shape (n,)."""

    outcome: Match
    wish: WeekWish
    rows: tuple[int, ...]

    @cached_property
    def resources(self) -> tuple[int, ...]:
        """The place of each row."""
        return tuple(self.outcome.columns.resource_id[list(self.rows)].tolist())

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """The slots in which both have time and from which one gets home."""
        return tuple(
            slots_to_take(self.outcome, row, self.home[:, place]) for place, row in enumerate(self.rows)
        )

    @cached_property
    def home(self) -> NDArray[np.uint8]:
        """Whether one gets home from each slot, shape (21, n)."""
        return ways_home(self.outcome, self.rows)

    @cached_property
    def minutes(self) -> NDArray[np.int64]:
        """Minutes a week in one slot, as far as the person can stay; -1 not known."""
        columns, longest = self.outcome.columns, self.outcome.profile.longest_stay_minutes
        stay = columns.session_minutes[list(self.rows)].astype(np.float64)
        if longest is not None:
            stay = np.where(stay == UNKNOWN, stay, np.minimum(stay, longest))
        weeks = columns.weeks_per_month[list(self.rows)] / WEEKS_A_MONTH
        known = (stay != UNKNOWN) & ~np.isnan(weeks)
        return np.where(known, np.rint(stay * np.where(known, weeks, 0.0)), UNKNOWN).astype(np.int64)

    @cached_property
    def tenths(self) -> NDArray[np.int64]:
        """Times a month in tenths; -1 not known."""
        weeks = self.outcome.columns.weeks_per_month[list(self.rows)]
        return np.where(np.isnan(weeks), UNKNOWN, np.rint(np.nan_to_num(weeks) * 10)).astype(np.int64)

    @cached_property
    def served(self) -> NDArray[np.uint32]:
        """Masks of the wished purposes that are known to be served."""
        wanted = np.uint32(mask_of(self.outcome.profile.purposes))
        return self.outcome.columns.purposes.yes[list(self.rows)] & wanted

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """Twice the middle of each score."""
        scores, rows = self.outcome.scores, list(self.rows)
        return np.asarray(scores.total_low[rows] + scores.total_high[rows], dtype=np.int64)

    @cached_property
    def between(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the most minutes from each row to each other, NaN not known, shape (n, n)."""
        columns, rows = self.outcome.columns, list(self.rows)
        lon, lat = columns.lon[rows], columns.lat[rows]
        radius = np.array([RADIUS_M[PRECISIONS[code]] for code in columns.precision[rows].tolist()])
        metres = np.array([distances_m(lon[at], lat[at], lon, lat) for at in range(len(rows))])
        ways = Ways(
            np.rint(metres.reshape(len(rows), len(rows))), radius[:, None] + radius, self.outcome.given.rules
        )
        return ways.minutes(self.outcome.profile.travel_mode or TravelMode.WALK)

    @cached_property
    def links(self) -> NDArray[np.uint8]:
        """Whether one gets from row to row within a day's next part: `Verdict` codes, shape (n, n).

        The limit is that of any way of this person. Where somebody takes part from home there is no way.
        """
        profile = self.outcome.profile
        usual = self.outcome.given.rules.usual_minutes
        limit = usual if profile.travel_minutes is None else profile.travel_minutes
        least, most = self.between
        online = is_reached_online(self.outcome.given)[list(self.rows)]
        if profile.travel_mode is None:
            found = np.full(least.shape, Verdict.UNKNOWN, dtype=np.uint8)
        else:
            found = verdicts_of(most <= limit, least > limit)
        found[online, :] = found[:, online] = Verdict.YES
        return found

    def worth(self, sets: NDArray[np.intp]) -> tuple[NDArray[np.int64], ...]:
        """What counts of sets of one size, the weightiest first and more being better: arrays of shape (sets,).

        `sets` has shape (sets, size) and holds places in the pool.
        """
        weights = self.outcome.profile.purposes
        served = np.bitwise_or.reduce(self.served[sets], axis=1)
        covered = np.zeros(len(sets), dtype=np.int64)
        for purpose, weight in weights.items():
            covered += weight * (served >> np.uint32(purpose) & 1)
        filled = np.minimum(np.maximum(self.minutes, 0)[sets].sum(axis=1), self.wish.minutes)
        often = np.minimum(np.maximum(self.tenths, 0)[sets].sum(axis=1), self.wish.tenths)
        # One place more has to bring more of what was wished; points alone it brings always.
        fewer = np.full(len(sets), -sets.shape[1], dtype=np.int64)
        return filled, often, covered, fewer, self.points[sets].sum(axis=1)
