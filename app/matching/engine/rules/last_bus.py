"""The way home: whether one can be gone before the last bus, by the hours of the slots that the person has time for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.person import is_reached_online
from app.matching.engine.rules.rule import Fact, Inputs, Rule, Verdicts, verdicts_of
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import SLOT_COUNT, Feature

SHORT_STAY: Final = 30
"""Minutes that somebody who leaves midway is there at least: for less nobody sets out."""

_MIDWAY: Final = 1 << Feature.LEAVE_MIDWAY
_SLOTS: Final = np.arange(SLOT_COUNT, dtype=np.int32)[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class _Slots:
    """Bools of shape (21, n), but for the answers on leaving midway, which are of shape (n,)."""

    # The slots that count for the person; of the others the verdict says nothing.
    counts: NDArray[np.bool_]
    ends_in_time: NDArray[np.bool_]
    ends_late: NDArray[np.bool_]
    short_is_enough: NDArray[np.bool_]
    midway_is_enough: NDArray[np.bool_]
    begins_late: NDArray[np.bool_]
    is_no: NDArray[np.bool_]

    @property
    def is_yes(self) -> NDArray[np.bool_]:
        """Slots from which one is gone in time."""
        return self.ends_in_time | self.short_is_enough | self.midway_is_enough


def _counting(given: Inputs) -> NDArray[np.bool_]:
    """The slots in which both have time. Where there are none, 曜日と時間 says so, and here all of the place count.

    Of a place whose slots are not known none count, whatever is known of its hours: they may be those of other days.
    """
    of_place = np.where(given.columns.slots != UNKNOWN, given.columns.slots, 0)
    free = given.profile.free_slots
    common = of_place if free is None else of_place & free
    return np.asarray((np.where(common != 0, common, of_place) >> _SLOTS & 1) != 0)


def _slots(given: Inputs) -> _Slots:
    columns, latest = given.columns, given.profile.leaves_by_minute or 0
    begins, ends = columns.slot_begins, columns.slot_ends
    shortest = columns.shortest_stay_minutes
    may_leave, may_not = (columns.features.yes & _MIDWAY) != 0, (columns.features.no & _MIDWAY) != 0
    begins_known, shortest_known = begins != UNKNOWN, shortest != UNKNOWN
    found = _Slots(
        counts=_counting(given),
        ends_in_time=(ends != UNKNOWN) & (ends <= latest),
        ends_late=ends > latest,
        short_is_enough=begins_known & shortest_known & (begins + shortest <= latest),
        midway_is_enough=begins_known & may_leave & (begins + SHORT_STAY <= latest),
        begins_late=begins >= latest,
        is_no=np.zeros(begins.shape, dtype=np.bool_),
    )
    # One has to stay to the end: it was said so, or what there is of a shorter stay begins too late as well.
    has_to_stay = (begins_known & (may_leave | may_not)) | (may_not & ~shortest_known)
    is_no = ~found.is_yes & (found.begins_late | (found.ends_late & has_to_stay))
    return replace(found, is_no=is_no)


def _judge(given: Inputs) -> Verdicts:
    slots, online = _slots(given), is_reached_online(given)
    yes = (slots.counts & slots.is_yes).any(axis=0) | online
    # A row without a slot is not known to be late.
    late = (~slots.counts | slots.is_no).all(axis=0) & slots.counts.any(axis=0)
    return verdicts_of(yes, late & ~yes)


def clock_words(minute: int) -> str:
    """「16:30」."""
    return f"{minute // 60}:{minute % 60:02}"


def _found(given: Inputs, row: int) -> Fact:
    """The slot that decides: one from which one is gone in time, else the one that ends first."""
    if is_reached_online(given)[row]:
        return Fact(None, "オンラインで参加できる")
    slots, columns = _slots(given), given.columns
    counted = slots.counts[:, row]
    first = _first(columns.slot_ends[:, row], counted)
    if (counted & slots.ends_in_time[:, row]).any():
        return Fact(first, f"{clock_words(first or 0)}に終わる")
    for enough, words in (
        (slots.short_is_enough, f"{int(columns.shortest_stay_minutes[row])}分だけでも参加できる"),
        (slots.midway_is_enough, "途中で帰れる"),
    ):
        begins = _first(columns.slot_begins[:, row], counted & enough[:, row])
        if begins is not None:
            return Fact(begins, f"{clock_words(begins)}から来て{words}")
    begins = _first(columns.slot_begins[:, row], counted & slots.begins_late[:, row])
    if begins is not None and bool((slots.begins_late[:, row] | ~counted).all()):
        return Fact(begins, f"{clock_words(begins)}に始まる")
    if first is None:
        return Fact(None, "いつ終わるかは不明")
    if bool((slots.is_no[:, row] | ~counted).all()):
        shorter = "短い参加でも間に合わない" if columns.features.yes[row] & _MIDWAY else "途中では帰れない"
        return Fact(first, f"終わるのが{clock_words(first)}で、{shorter}")
    return Fact(first, f"終わるのが{clock_words(first)}で、途中で帰れるかは不明")


def _first(minutes: NDArray[np.int16], counted: NDArray[np.bool_]) -> int | None:
    known = minutes[counted & (minutes != UNKNOWN)]
    return int(known.min()) if known.size else None


def _wanted(profile: NeedProfile) -> Fact:
    latest = profile.leaves_by_minute or 0
    return Fact(latest, f"{clock_words(latest)}までに出る")


LAST_BUS: Final = Rule(
    id=RuleId.LAST_BUS,
    name="帰りの足",
    side=Side.SUPPORT,
    fits="{found}ので、{wanted}ことができる",
    fails="{found}ので、{wanted}ことができない",
    asks="{wanted}ことができるか（{found}）",
    is_asked=lambda profile: profile.leaves_by_minute is not None,
    judge=_judge,
    wanted=_wanted,
    found=_found,
)
