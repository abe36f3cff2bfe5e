"""A score as a sum of parts, each in whole points, each with a range where something is not known.

Points are integers: 10,000 of them make 1.0000. So parts sum to the total exactly and two machines agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.person import is_reached_online
from app.matching.engine.rules.rule import Inputs
from app.matching.engine.weights import Weights
from app.matching.engine.words import Idf
from app.matching.vocabulary import PartId
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import SLOT_COUNT, mask_of
from app.text.terms import query_terms

Values = NDArray[np.float64]
Points = NDArray[np.int32]


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


def _kind_value(given: Inputs) -> Range:
    """1 for a kind that is wished now, what the town set for one worth trying, else 0."""
    served = given.columns.taking_part
    now, to_try = (served & mask_of(kinds) for kinds in (given.profile.kinds_now, given.profile.kinds_to_try))
    value = np.where(now != 0, 1.0, np.where(to_try != 0, given.rules.try_percent / 100, 0.0))
    return np.where(served == UNKNOWN, 0.0, value), np.where(served == UNKNOWN, 1.0, value)


def _time_value(given: Inputs) -> Range:
    """Grows with the number of slots in common, the first counting most: 0.6, 0.84, 0.94 … as the product has it."""
    slots, free = given.columns.slots, given.profile.free_slots or 0
    by_count = 1.0 - ((100 - given.rules.first_slot_percent) / 100) ** np.arange(SLOT_COUNT + 1)
    value = by_count[np.bitwise_count(slots & free)]
    return np.where(slots == UNKNOWN, 0.0, value), value


def _travel_value(given: Inputs) -> Range:
    """1 at the door, falling evenly to 0 at the limit; by the most and the least minutes that the way may take."""
    profile = given.profile
    assert profile.travel_mode is not None
    least, most = given.ways.minutes(profile.travel_mode)
    limit = max(given.rules.usual_minutes if profile.travel_minutes is None else profile.travel_minutes, 1)
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


def interest_weights(profile: NeedProfile, idf: Idf) -> dict[str, float]:
    """How telling each word of interest is, 0..1, the most telling first."""
    weights = {word: idf.of_word(word) for word in dict.fromkeys(profile.interests)}
    return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _interest_value(given: Inputs, idf: Idf) -> Range:
    """The weight of the interests that the place's text holds, over that of the person's most telling ones."""
    weights = interest_weights(given.profile, idf)
    full = sum(list(weights.values())[: given.rules.full_interests])
    held = np.zeros(len(given.columns))
    for word, weight in weights.items():
        held += weight * given.columns.terms.holds_all(query_terms(word))
    value = np.minimum(held / full, 1.0)
    return value, np.where(given.columns.has_terms, value, 1.0)


def _freshness_value(given: Inputs) -> Range:
    """1 while the last confirmation is fresh, falling evenly to 0 where it is stale.

    No confirmation on record is 0 and no range: that nobody has confirmed is something we know.
    """
    days, rules = given.columns.confirmed_days, given.rules
    value = np.clip((rules.stale_days - days) / (rules.stale_days - rules.fresh_days), 0.0, 1.0)
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


def score_all(given: Inputs, *, idf: Idf) -> Scores:
    """Points of every part for every row, weighed as the town set it; a part without weight counts for nobody."""
    weights = given.rules.weights
    parts = tuple(PartId)
    shape = (len(parts), len(given.columns))
    low, high = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    asked = frozenset(part for part in asked_parts(given.profile, idf) if weights.points[part])
    for number, part in enumerate(parts):
        if part in asked:
            least, most = _value_of(part, given, idf)
            low[number] = np.rint(least * weights.points[part])
            high[number] = np.rint(most * weights.points[part])
    return Scores(parts, asked, weights, low, high)
