"""Up to three places that fill a week without a clash: the exact best of the places that fit one by one.

Every set of places is looked at, none is passed over for its looks: with forty rows there are some ten thousand of
them. What a set is worth does not hang on which of its slots are taken, so the sets are put in their order first and
the first one whose slots can stand beside each other is the best there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.matcher import Match
from app.matching.engine.week_pool import Pool, WeekWish, shared_slots
from app.matching.vocabulary import Verdict
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import SLOT_COUNT, Purpose
from app.resources.vocabulary import DayPart

MOST_PLACES: Final = 3
"""More than three places a week are a plan of somebody else's making."""
MOST_ROWS: Final = 40
"""The best rows among which sets are sought; rows whose place is pinned come in besides."""
MOST_SETS: Final = 3

_PARTS: Final = len(DayPart)


class WeekState(StrEnum):
    """Why there are combinations or none."""

    FOUND = "found"
    AS_IS = "as_is"
    NO_PLACE = "no_place"
    NO_SLOT = "no_slot"
    PINS_CLASH = "pins_clash"


@dataclass(frozen=True)
class Entry:
    """One place of a week: its row and the slot that it takes."""

    row: int
    slot: int

    @property
    def weekday(self) -> int:
        """0 for Monday."""
        return self.slot // _PARTS

    @property
    def part(self) -> DayPart:
        """The part of the day."""
        return tuple(DayPart)[self.slot % _PARTS]


@dataclass(frozen=True)
class Leg:
    """The way from one place to the next in the adjoining part of a day; UNKNOWN is a question. Minutes or None."""

    first: int
    second: int
    verdict: Verdict
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Combination:
    """Places of one week, in the order of the week. `minutes` and `tenths` count only what is known.

    `tenths` are times a month in tenths; `open_rows` are rows of which length or rhythm is not known, `open_homes`
    those of which nobody knows whether one gets home from the slot that they take.
    """

    entries: tuple[Entry, ...]
    minutes: int
    tenths: int
    open_rows: tuple[int, ...]
    open_homes: tuple[int, ...]
    served: frozenset[Purpose]
    low: int
    high: int
    legs: tuple[Leg, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows, in the order of the week."""
        return tuple(entry.row for entry in self.entries)


@dataclass(frozen=True)
class Week:
    """The outcome. `lost_pins` are pinned places that do not fit, or whose days nobody knows.

    `undated` counts the places that fit and of which nobody knows when they are open: they can take no slot.
    """

    state: WeekState
    combinations: tuple[Combination, ...] = ()
    looked_at: int = 0
    undated: int = 0
    lost_pins: frozenset[int] = frozenset()


def combine(
    outcome: Match,
    wish: WeekWish,
    *,
    pinned: Collection[int] = (),
    left_out: Collection[int] = (),
    most: int = MOST_PLACES,
) -> Week:
    """Find the best sets of places for a week, at most `MOST_SETS`; `outcome` is one of a `for_a_week` profile.

    Best is, in this order: the wished hours, then the wished times a month filled as far as is known; the weights of
    the purposes served; fewer places; the sum of the middles of the scores; the places that rank higher. Each further
    set brings a place that none before it had, and shares one place at most with each of them, pins not counted.
    `pinned` and `left_out` are places (resource ids): the first stand in every set, the others in none.
    """
    if outcome.profile.wants_nothing:
        return Week(WeekState.AS_IS)
    ranked = [row for row in outcome.ranked.tolist() if outcome.key_of(row)[0] not in left_out]
    dated = [row for row in ranked if shared_slots(outcome, row)]
    places = {outcome.key_of(row)[0] for row in dated}
    undated = {outcome.key_of(row)[0] for row in ranked} - places
    lost = frozenset(pinned) - places
    kept = frozenset(pinned) & places
    if not dated:
        state = WeekState.NO_SLOT if ranked else WeekState.NO_PLACE
        return Week(state, undated=len(undated), lost_pins=lost)
    rows = [
        row for position, row in enumerate(dated) if position < MOST_ROWS or outcome.key_of(row)[0] in kept
    ]
    pool = Pool(outcome, wish, tuple(rows))
    found = tuple(_best_sets(pool, kept, most))
    return Week(
        state=WeekState.FOUND if found else WeekState.PINS_CLASH,
        combinations=found,
        looked_at=len(set(pool.resources)),
        undated=len(undated),
        lost_pins=lost,
    )


def _best_sets(pool: Pool, pinned: frozenset[int], most: int) -> Iterator[Combination]:
    taken: list[frozenset[int]] = []
    for members in _sets_in_order(pool, pinned, most):
        own = frozenset(pool.resources[member] for member in members) - pinned
        brings_nothing = bool(taken) and own <= frozenset().union(*taken)
        if brings_nothing or any(len(own & earlier) > 1 for earlier in taken):
            continue
        slots = _slots_for(pool, members)
        if slots is not None:
            taken.append(own)
            yield _combination(pool, members, slots)
            if len(taken) == MOST_SETS:
                return


def _sets_in_order(pool: Pool, pinned: frozenset[int], most: int) -> Iterator[tuple[int, ...]]:
    """Every set of distinct places that holds all that is pinned, best first, as places in the pool."""
    members: list[tuple[int, ...]] = []
    keys: list[NDArray[np.int64]] = []
    for size in range(max(1, len(pinned)), most + 1):
        sets = [
            chosen
            for chosen in combinations(range(len(pool.rows)), size)
            if len(own := {pool.resources[member] for member in chosen}) == size and pinned <= own
        ]
        if sets:
            array = np.array(sets, dtype=np.intp)
            padded = np.full((len(sets), MOST_PLACES), UNKNOWN, dtype=np.int64)
            padded[:, :size] = array
            worth = [-value for value in pool.worth(array)]
            keys.append(np.column_stack([*worth, padded]))
            members += sets
    if not members:
        return
    columns = np.concatenate(keys)
    # The last key of `lexsort` is the weightiest.
    for place in np.lexsort(columns.T[::-1]).tolist():
        yield members[place]


def _slots_for(pool: Pool, members: Sequence[int]) -> tuple[int, ...] | None:
    """A slot for each member, None when they cannot stand beside each other.

    Of several the one with the fewest ways, to the next place or home, that nobody knows; then the one with the fewest
    places on one day; then the earliest for the place that ranks highest.
    """
    best: tuple[tuple[int, int], tuple[int, ...]] | None = None
    for slots in _arrangements(pool, members, ()):
        cost = _cost(pool, members, slots)
        if best is None or cost < best[0]:
            best = cost, slots
        if cost == (0, 0):
            break
    return None if best is None else best[1]


def _arrangements(pool: Pool, members: Sequence[int], chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(chosen) == len(members):
        yield chosen
        return
    member = members[len(chosen)]
    for slot in range(SLOT_COUNT):
        if pool.slots[member] >> slot & 1 and all(
            slot != other and not (adjoin(slot, other) and pool.links[earlier, member] == Verdict.NO)
            for earlier, other in zip(members, chosen, strict=False)
        ):
            yield from _arrangements(pool, members, (*chosen, slot))


def adjoin(one: int, other: int) -> bool:
    """Whether two slots are parts of one day with nothing between them."""
    return one // _PARTS == other // _PARTS and abs(one - other) == 1


def _cost(pool: Pool, members: Sequence[int], slots: Sequence[int]) -> tuple[int, int]:
    """What speaks against an arrangement: ways that nobody knows, then pairs of places on one day."""
    same_day = 0
    unknown = sum(
        int(pool.home[slot, member] == Verdict.UNKNOWN) for slot, member in zip(slots, members, strict=True)
    )
    for first, second in combinations(range(len(slots)), 2):
        same_day += slots[first] // _PARTS == slots[second] // _PARTS
        link = pool.links[members[first], members[second]]
        unknown += adjoin(slots[first], slots[second]) and link == Verdict.UNKNOWN
    return unknown, same_day


def _combination(pool: Pool, members: Sequence[int], slots: Sequence[int]) -> Combination:
    in_order = sorted(zip(slots, members, strict=True))
    chosen = [member for _, member in in_order]
    served = int(np.bitwise_or.reduce(pool.served[chosen]))
    scores = pool.outcome.scores
    return Combination(
        entries=tuple(Entry(pool.rows[member], slot) for slot, member in in_order),
        minutes=int(np.maximum(pool.minutes[chosen], 0).sum()),
        tenths=int(np.maximum(pool.tenths[chosen], 0).sum()),
        open_rows=tuple(
            pool.rows[member]
            for member in chosen
            if pool.minutes[member] == UNKNOWN or pool.tenths[member] == UNKNOWN
        ),
        open_homes=tuple(
            pool.rows[member] for slot, member in in_order if pool.home[slot, member] == Verdict.UNKNOWN
        ),
        served=frozenset(purpose for purpose in pool.outcome.profile.purposes if served >> purpose & 1),
        low=int(sum(scores.total_low[pool.rows[member]] for member in chosen)),
        high=int(sum(scores.total_high[pool.rows[member]] for member in chosen)),
        legs=tuple(
            _leg(pool, first, second)
            for (slot, first), (next_slot, second) in pairwise(in_order)
            if adjoin(slot, next_slot)
        ),
    )


def _leg(pool: Pool, first: int, second: int) -> Leg:
    least, most = (float(minutes[first, second]) for minutes in pool.between)
    is_measured = not np.isnan(most) and pool.outcome.profile.travel_mode is not None
    return Leg(
        first=pool.rows[first],
        second=pool.rows[second],
        verdict=Verdict(int(pool.links[first, second])),
        least=int(np.ceil(least)) if is_measured else None,
        most=int(np.ceil(most)) if is_measured else None,
    )
