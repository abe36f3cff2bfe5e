"""Laws of free seats: none is invented, a facility's own users come first, and a month's cap holds week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.resources.engine.seats import (
    SeatUse,
    SlotFacts,
    free_seats_from,
    monday_of,
)
from app.resources.vocabulary import ResourceState, SeatReason

FIRST = date(2026, 10, 1)
DAYS = st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number))
COUNTS = st.integers(0, 6)
MAYBE = st.none() | COUNTS
WEEKDAYS = st.integers(0, 6)


@st.composite
def slots(draw: st.DrawFn) -> SlotFacts:
    weekday = draw(WEEKDAYS)
    return SlotFacts(
        weekday=weekday,
        seats=draw(COUNTS),
        capacity=draw(MAYBE),
        original_users=draw(MAYBE),
        paused_until=draw(st.none() | DAYS),
        ended_on=draw(st.none() | DAYS),
        host_is_active=draw(st.sampled_from([True, True, True, False])),
        place=draw(st.sampled_from([ResourceState.ACTIVE] * 4 + list(ResourceState))),
        monthly_limit=draw(MAYBE),
        weekdays=frozenset({weekday, *draw(st.sets(WEEKDAYS))}),
    )


@st.composite
def seat_uses(draw: st.DrawFn) -> SeatUse:
    starts_on = draw(DAYS)
    lasts = draw(st.none() | st.integers(0, 60).map(lambda number: timedelta(days=number)))
    return SeatUse(
        slot_id=draw(st.integers(1, 3)),
        holder=draw(st.sampled_from("abcdefgh")),
        starts_on=starts_on,
        ends_on=None if lasts is None else starts_on + lasts,
    )


USES = st.lists(seat_uses(), max_size=12)


@given(slots(), USES, DAYS)
def test_there_are_never_less_than_none_and_never_more_than_are_offered(
    facts: SlotFacts, uses: list[SeatUse], on: date
) -> None:
    free = free_seats_from(facts, uses, on, slot_id=1)
    assert 0 <= free.count <= facts.offered <= facts.seats
    assert (free.why is None) == (free.count > 0)
    assert free.words


@given(slots(), USES, DAYS)
def test_with_what_is_in_use_on_any_later_day_they_fill_the_slot_at_most(
    facts: SlotFacts, uses: list[SeatUse], on: date
) -> None:
    free = free_seats_from(facts, uses, on, slot_id=1)
    if free.count:
        later = (free.on + timedelta(days=number) for number in range(200))
        most = max(sum(use.covers(day) for use in uses if use.slot_id == 1) for day in later)
        assert most + free.count <= facts.offered


@given(slots(), USES, DAYS, COUNTS)
def test_more_of_its_own_users_never_leave_more_for_others(
    facts: SlotFacts, uses: list[SeatUse], on: date, more: int
) -> None:
    crowded = replace(facts, original_users=(facts.original_users or 0) + more)
    before = free_seats_from(facts, uses, on, slot_id=1).count
    assert free_seats_from(crowded, uses, on, slot_id=1).count <= before


@given(slots(), USES, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_those_who_have_a_seat_changes_nothing(
    facts: SlotFacts, uses: list[SeatUse], on: date, chance: object
) -> None:
    shuffled = list(uses)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert free_seats_from(facts, shuffled, on, slot_id=1) == free_seats_from(facts, uses, on, slot_id=1)


@given(slots(), USES, DAYS, seat_uses())
def test_one_more_who_has_a_seat_never_frees_one(
    facts: SlotFacts, uses: list[SeatUse], on: date, one: SeatUse
) -> None:
    # Somebody new: a person who is known already may only begin earlier by it, in a month that was full anyway.
    newcomer = replace(one, holder="newcomer")
    before = free_seats_from(facts, uses, on, slot_id=1).count
    assert free_seats_from(facts, [*uses, newcomer], on, slot_id=1).count <= before


def _offers(day: date, weekdays: frozenset[int]) -> bool:
    return day.weekday() in weekdays


def _weeks(year: int, month: int, weekdays: frozenset[int]) -> list[date]:
    """The Mondays of the weeks of a month, counted day by day: an account of its own."""
    mondays: set[date] = set()
    day = date(year, month, 1)
    while day.month == month:
        if _offers(day, weekdays):
            mondays.add(day - timedelta(days=day.weekday()))
        day += timedelta(days=1)
    return sorted(mondays)


def _begin_all(
    limit: int, weekdays: Sequence[int], asked: Sequence[tuple[int, int]]
) -> tuple[frozenset[int], list[SeatUse]]:
    """Let people ask one after the other for slots of an opening with seats in plenty; who gets one, begins."""
    offered = frozenset(weekdays)
    uses: list[SeatUse] = []
    for number, (slot, wait) in enumerate(asked):
        facts = SlotFacts(
            weekday=weekdays[slot % len(weekdays)], seats=99, monthly_limit=limit, weekdays=offered
        )
        slot_id = slot % len(weekdays)
        free = free_seats_from(facts, uses, FIRST + timedelta(days=wait), slot_id=slot_id)
        if free.count:
            uses.append(SeatUse(slot_id, f"person {number}", free.on))
    return offered, uses


LIMITS = st.integers(0, 9)
WEEKS = st.lists(WEEKDAYS, min_size=1, max_size=4, unique=True)
ASKED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 95)), max_size=60)


@given(LIMITS, WEEKS, ASKED)
def test_in_no_month_do_more_begin_than_the_cap_says_and_they_are_spread_over_its_weeks(
    limit: int, weekdays: list[int], asked: list[tuple[int, int]]
) -> None:
    offered, uses = _begin_all(limit, weekdays, asked)
    for year, month in {(use.starts_on.year, use.starts_on.month) for use in uses}:
        begun = [use.starts_on for use in uses if (use.starts_on.year, use.starts_on.month) == (year, month)]
        assert len(begun) <= limit
        mondays = _weeks(year, month, offered)
        quota = -(-limit // len(mondays))
        spare = 0
        for monday in mondays:
            in_week = sum(monday_of(day) == monday for day in begun)
            assert in_week <= quota + spare
            spare += quota - in_week


@given(LIMITS.filter(bool), WEEKS, ASKED)
def test_a_cap_that_is_reached_opens_again_by_itself(
    limit: int, weekdays: list[int], asked: list[tuple[int, int]]
) -> None:
    _, uses = _begin_all(limit, weekdays, asked)
    facts = SlotFacts(weekday=weekdays[0], seats=99, monthly_limit=limit, weekdays=frozenset(weekdays))
    free = free_seats_from(facts, uses, FIRST, slot_id=0)
    if free.why is SeatReason.WEEK_FULL:
        assert free.again_on is not None
        assert free.on < free.again_on
        # Any slot of the opening will do: the week that is named may not hold this weekday within the month.
        answers = [
            free_seats_from(replace(facts, weekday=day), uses, free.again_on, slot_id=slot)
            for slot, day in enumerate(weekdays)
        ]
        assert any(answer.count for answer in answers)
    year_later = free_seats_from(facts, uses, FIRST + timedelta(days=365), slot_id=0)
    assert year_later.count > 0


@given(LIMITS, WEEKS, ASKED, st.randoms(use_true_random=False))
def test_who_has_a_seat_is_not_touched_by_a_lower_cap(
    limit: int, weekdays: list[int], asked: list[tuple[int, int]], chance: object
) -> None:
    offered, uses = _begin_all(limit, weekdays, asked)
    if uses:
        one = chance.choice(uses)  # type: ignore[attr-defined]
        facts = SlotFacts(weekday=weekdays[one.slot_id], seats=99, monthly_limit=0, weekdays=offered)
        kept = free_seats_from(facts, uses, one.starts_on, slot_id=one.slot_id, holder=one.holder)
        assert kept.count > 0
