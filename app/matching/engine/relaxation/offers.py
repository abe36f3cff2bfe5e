"""What hosts and programmes could change of their places, as changes of columns. What is not known stays unknown
unless the change itself makes it known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.relaxation.step import PlaceChange
from app.resources.engine.columns import UNKNOWN, CandidateColumns, YesNo
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    AccessItem,
    Cover,
    Feature,
    Recognition,
    Scale,
    TakingPart,
)


def one_more_seat(columns: CandidateColumns) -> CandidateColumns:
    """A seat where all are taken, in the hours that the place has."""
    seats = columns.free_seats
    return replace(columns, free_seats=np.where(seats == 0, 1, seats).astype(seats.dtype))


def welcome_all(columns: CandidateColumns) -> CandidateColumns:
    """狭間の人も可."""
    return replace(columns, gap_welcome=np.ones_like(columns.gap_welcome))


def wider_ages(years: int) -> PlaceChange:
    """A target that begins earlier and ends later by some years; an end that is open stays open."""

    def change(columns: CandidateColumns) -> CandidateColumns:
        low, high = columns.age_from, columns.age_to
        closed = (high != UNKNOWN) & (high != AGE_UNLIMITED)
        return replace(
            columns,
            age_from=np.where(low == UNKNOWN, low, np.maximum(low - years, 0)).astype(low.dtype),
            age_to=np.where(closed, high + years, high).astype(high.dtype),
        )

    return change


def one_more_slot(slot: int) -> PlaceChange:
    """A place that opens in one more slot of the week; its seats are another matter."""

    def change(columns: CandidateColumns) -> CandidateColumns:
        slots, bit = columns.slots, 1 << slot
        return replace(columns, slots=np.where(slots == UNKNOWN, bit, slots | bit).astype(slots.dtype))

    return change


def more_weeks(times: int) -> PlaceChange:
    """A place that opens more often in a month."""
    return lambda columns: replace(columns, weeks_per_month=columns.weeks_per_month + times)


def longer_session(minutes: int) -> PlaceChange:
    """A place that stays open longer each time."""
    return lambda columns: replace(columns, session_minutes=_known_plus(columns.session_minutes, minutes))


def shorter_stay(minutes: int) -> PlaceChange:
    """A place that takes people in for a shorter time."""
    return lambda columns: replace(
        columns, shortest_stay_minutes=_known_plus(columns.shortest_stay_minutes, -minutes)
    )


def earlier_end(minutes: int) -> PlaceChange:
    """A place that ends earlier in each of its slots."""
    return lambda columns: replace(columns, slot_ends=_known_plus(columns.slot_ends, -minutes))


def smaller_group(people: int) -> PlaceChange:
    """A time with fewer people."""
    return lambda columns: replace(columns, people=_known_plus(columns.people, -people))


def gentler(scale: Scale, levels: int) -> PlaceChange:
    """An environment that is gentler by some levels."""

    def change(columns: CandidateColumns) -> CandidateColumns:
        changed = columns.levels.copy()
        level = changed[scale]
        changed[scale] = np.where(level == UNKNOWN, level, np.maximum(level - levels, 1))
        return replace(columns, levels=changed)

    return change


def also(kind: TakingPart) -> PlaceChange:
    """A place with one more kind of taking part."""

    def change(columns: CandidateColumns) -> CandidateColumns:
        kinds, bit = columns.taking_part, 1 << kind
        return replace(columns, taking_part=np.where(kinds == UNKNOWN, bit, kinds | bit).astype(kinds.dtype))

    return change


def allows(feature: Feature, answer: bool = True) -> PlaceChange:
    """A place that has a feature, or that does without it."""
    return lambda columns: replace(columns, features=_answered(columns.features, 1 << feature, answer))


def equips(item: AccessItem) -> PlaceChange:
    """A place that has something put in, or another way around."""
    return lambda columns: replace(columns, access=_answered(columns.access, 1 << item, True))


def insures(columns: CandidateColumns) -> CandidateColumns:
    """A cover where one is missing."""
    cover = columns.cover
    return replace(columns, cover=np.where(cover == Cover.MISSING, Cover.VALID, cover).astype(cover.dtype))


def recognises(columns: CandidateColumns) -> CandidateColumns:
    """認定 where it is missing."""
    state = columns.recognition
    changed = np.where(state == Recognition.MISSING, Recognition.RECOGNISED, state)
    return replace(columns, recognition=changed.astype(state.dtype))


def _known_plus(values: NDArray[Any], change: int) -> NDArray[Any]:
    return np.where(values == UNKNOWN, values, np.maximum(values + change, 0)).astype(values.dtype)


def _answered(known: YesNo, bit: int, answer: bool) -> YesNo:
    mask = np.uint32(bit)
    if answer:
        return YesNo(known.yes | mask, known.no & ~mask)
    return YesNo(known.yes & ~mask, known.no | mask)
