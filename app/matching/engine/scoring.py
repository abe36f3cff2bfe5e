"""A score as a sum of parts, each in whole points, each with a range where something is not known.

Points are integers: 10,000 of them make 1.0000. So parts sum to the total exactly and two machines agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.person import is_reached_online
from app.matching.engine.rules.rule import Inputs
from app.matching.vocabulary import PartId
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import SLOT_COUNT, mask_of
from app.text.terms import query_terms

FULL_POINTS: Final = 10_000

Values = NDArray[np.float64]
Points = NDArray[np.int32]


@dataclass(frozen=True)
class Weights:
    """Points that each part can give at most; together FULL_POINTS."""

    version: str
    points: Mapping[PartId, int]

    def __post_init__(self) -> None:
        if set(self.points) != set(PartId) or sum(self.points.values()) != FULL_POINTS:
            raise ValueError(f"weights name every part and sum to {FULL_POINTS}")
        if min(self.points.values()) < 0:
            raise ValueError("a weight cannot be negative")


WEIGHTS_VERSION: Final = "2026-11"

# The person's wish first (目的, 形: 4,000). Then what makes people stop coming by the catalogue of reasons of ending:
# environment, then time and the way. Common interests open a conversation but hold nobody alone. How fresh our own
# record is says little about the place: enough to part two that are otherwise alike.
WEIGHTS: Final = Weights(
    version=WEIGHTS_VERSION,
    points=MappingProxyType(
        {
            PartId.PURPOSE: 2200,
            PartId.KIND: 1800,
            PartId.TIME: 1500,
            PartId.TRAVEL: 1300,
            PartId.ENVIRONMENT: 1800,
            PartId.INTERESTS: 1000,
            PartId.FRESHNESS: 400,
        }
    ),
)


@dataclass(frozen=True)
class Idf:
    """How telling a term is, frozen with a version: a place that is added changes no weight and so nobody's order."""

    version: str
    weights: Mapping[str, float]
    # For a term that the frozen texts do not have: it is rare, so as telling as the rarest.
    unseen: float = 1.0

    def of_word(self, word: str) -> float:
        """The mean over the terms of a word, 0 for a word without any."""
        terms = query_terms(word)
        return sum(self.weights.get(term, self.unseen) for term in terms) / len(terms) if terms else 0.0


@dataclass(frozen=True, eq=False)
class Scores:
    """`low` and `high` are points of shape (parts, n); a part that nobody asked for is 0 for every row."""

    parts: tuple[PartId, ...]
    asked: frozenset[PartId]
    weights: Weights
    low: Points
    high: Points

    @cached_property
    def total_low(self) -> NDArray[np.int64]:
        """Sum over the parts if everything that is not known turned out badly, shape (n,)."""
        return np.asarray(self.low.sum(axis=0), dtype=np.int64)

    @cached_property
    def total_high(self) -> NDArray[np.int64]:
        """Sum over the parts if it turned out well, shape (n,)."""
        return np.asarray(self.high.sum(axis=0), dtype=np.int64)

    @property
    def attainable(self) -> int:
        """The points that a place could reach for this profile."""
        return sum(self.weights.points[part] for part in self.asked)


Range = tuple[Values, Values]


def _purpose_value(given: Inputs) -> Range:
    """The share of the weighed purposes that the place serves."""
    purposes, wanted = given.columns.purposes, given.profile.purposes
    low = np.zeros(len(given.columns))
    high = np.zeros(len(given.columns))
    for purpose, weight in sorted(wanted.items()):
        low += weight * (purposes.yes >> np.uint32(purpose) & 1)
        high += weight * (1 - (purposes.no >> np.uint32(purpose) & 1))
    total = sum(wanted.values())
    return low / total, high / total


TRY_VALUE: Final = 0.6
"""A kind that is worth a try, against 1 for one that is wished now."""


def _kind_value(given: Inputs) -> Range:
    """1 for a kind that is wished now, `TRY_VALUE` for one worth trying, else 0."""
    served = given.columns.taking_part
    now, to_try = (served & mask_of(kinds) for kinds in (given.profile.kinds_now, given.profile.kinds_to_try))
    value = np.where(now != 0, 1.0, np.where(to_try != 0, TRY_VALUE, 0.0))
    return np.where(served == UNKNOWN, 0.0, value), np.where(served == UNKNOWN, 1.0, value)


# The first common slot counts most: 0.6, 0.84, 0.94 … A second one gives a choice of days, a tenth gives nothing.
_SLOT_VALUE: Final = 1.0 - 0.4 ** np.arange(SLOT_COUNT + 1)


def _time_value(given: Inputs) -> Range:
    """Grows with the number of slots that the person and the place have in common."""
    slots, free = given.columns.slots, given.profile.free_slots or 0
    value = _SLOT_VALUE[np.bitwise_count(slots & free)]
    return np.where(slots == UNKNOWN, 0.0, value), value


USUAL_MINUTES: Final = 60
"""The far end of the scale for somebody who named no limit."""


def _travel_value(given: Inputs) -> Range:
    """1 at the door, falling evenly to 0 at the limit; by the most and the least minutes that the way may take."""
    profile = given.profile
    assert profile.travel_mode is not None
    least, most = given.ways.minutes(profile.travel_mode)
    limit = max(USUAL_MINUTES if profile.travel_minutes is None else profile.travel_minutes, 1)
    online, unknown = is_reached_online(given), np.isnan(most)
    low = np.where(unknown, 0.0, np.clip(1 - most / limit, 0.0, 1.0))
    high = np.where(unknown, 1.0, np.clip(1 - least / limit, 0.0, 1.0))
    return np.where(online, 1.0, low), np.where(online, 1.0, high)


def _environment_value(given: Inputs) -> Range:
    """The mean over the scales that matter to the person, each as near to the wish as it is.

    Without a wish the gentlest level is the aim. A place as full as the limit allows is worth half.
    """
    profile, columns = given.profile, given.columns
    aims = {scale: profile.wishes.get(scale, 1) for scale in sorted({*profile.limits, *profile.wishes})}
    low = np.zeros(len(columns))
    high = np.zeros(len(columns))
    for scale, aim in aims.items():
        level = columns.levels[scale]
        value = 1 - np.maximum(level - aim, 0) / 2
        low += np.where(level == UNKNOWN, 0.0, value)
        high += np.where(level == UNKNOWN, 1.0, value)
    count = len(aims)
    if profile.people_limit is not None:
        value = np.clip(1 - columns.people / (2 * max(profile.people_limit, 1)), 0.0, 1.0)
        low += np.where(columns.people == UNKNOWN, 0.0, value)
        high += np.where(columns.people == UNKNOWN, 1.0, value)
        count += 1
    return low / count, high / count


FULL_INTERESTS: Final = 2
"""Two words in common are a full match: nobody looks for a place that shares all six of their interests."""


def _interest_value(given: Inputs, idf: Idf) -> Range:
    """The weight of the interests that the place's text holds, over that of the person's most telling ones."""
    weights = {word: idf.of_word(word) for word in dict.fromkeys(given.profile.interests)}
    full = sum(sorted(weights.values(), reverse=True)[:FULL_INTERESTS])
    held = np.zeros(len(given.columns))
    for word, weight in weights.items():
        held += weight * given.columns.terms.holds_all(query_terms(word))
    value = np.minimum(held / full, 1.0)
    return value, np.where(given.columns.has_terms, value, 1.0)


FRESH_DAYS, STALE_DAYS = 30, 365


def _freshness_value(given: Inputs) -> Range:
    """1 up to 30 days after the last confirmation, falling evenly to 0 after a year.

    No confirmation on record is 0 and no range: that nobody has confirmed is something we know.
    """
    days = given.columns.confirmed_days
    value = np.clip((STALE_DAYS - days) / (STALE_DAYS - FRESH_DAYS), 0.0, 1.0)
    value = np.where(days == UNKNOWN, 0.0, value)
    return value, value


def _value_of(part: PartId, given: Inputs, idf: Idf) -> Range:
    if part is PartId.INTERESTS:
        return _interest_value(given, idf)
    return {
        PartId.PURPOSE: _purpose_value,
        PartId.KIND: _kind_value,
        PartId.TIME: _time_value,
        PartId.TRAVEL: _travel_value,
        PartId.ENVIRONMENT: _environment_value,
        PartId.FRESHNESS: _freshness_value,
    }[part](given)


def asked_parts(profile: NeedProfile, idf: Idf) -> frozenset[PartId]:
    """Parts for which the profile says anything; the others count for nobody."""
    asked = {
        PartId.PURPOSE: bool(profile.purposes),
        PartId.KIND: bool(profile.kinds),
        PartId.TIME: profile.free_slots is not None,
        PartId.TRAVEL: profile.travel_mode is not None and profile.origin is not None,
        PartId.ENVIRONMENT: bool(profile.limits or profile.wishes) or profile.people_limit is not None,
        PartId.INTERESTS: any(idf.of_word(word) > 0 for word in profile.interests),
        PartId.FRESHNESS: True,
    }
    return frozenset(part for part, is_asked in asked.items() if is_asked)


def score_all(given: Inputs, *, idf: Idf, weights: Weights = WEIGHTS) -> Scores:
    """Points of every part for every row."""
    parts = tuple(PartId)
    shape = (len(parts), len(given.columns))
    low, high = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    asked = asked_parts(given.profile, idf)
    for place, part in enumerate(parts):
        if part in asked:
            least, most = _value_of(part, given, idf)
            low[place] = np.rint(least * weights.points[part])
            high[place] = np.rint(most * weights.points[part])
    return Scores(parts, asked, weights, low, high)
