"""How old a confirmation is, and what follows from that."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resources.engine.freshness import (
    OPENING_INTERVAL_DAYS,
    Freshness,
    Rhythm,
    rhythm_of_opening,
    rhythm_of_place,
)

DAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, Freshness.FRESH),
        (75, Freshness.FRESH),
        (76, Freshness.SOON),
        (89, Freshness.SOON),
        (90, Freshness.DUE),
        (179, Freshness.DUE),
        (180, Freshness.STALE),
    ],
)
def test_a_confirmation_ages_in_steps(days: int, state: Freshness) -> None:
    assert Rhythm(DAY, 90).on(DAY + timedelta(days=days)) is state


def test_what_nobody_confirmed_is_asked_for_and_never_leaves() -> None:
    rhythm = rhythm_of_opening(None, place_interval=None, kind_interval=None)
    assert rhythm.on(DAY) is Freshness.NEVER
    assert rhythm.on(DAY).asks
    assert rhythm.leaves_on is None


def test_an_informal_gathering_is_never_due_unless_somebody_said_so() -> None:
    gathering = rhythm_of_place(date(2020, 1, 1), place_interval=None, kind_interval=90, is_light=True)
    assert gathering.on(DAY) is Freshness.UNTIMED
    assert not gathering.on(DAY).asks
    told = rhythm_of_place(date(2020, 1, 1), place_interval=30, kind_interval=90, is_light=True)
    assert told.on(DAY) is Freshness.STALE


def test_the_place_speaks_before_its_kind_and_the_kind_before_us() -> None:
    assert rhythm_of_opening(DAY, place_interval=30, kind_interval=60).interval_days == 30
    assert rhythm_of_opening(DAY, place_interval=None, kind_interval=60).interval_days == 60
    assert (
        rhythm_of_opening(DAY, place_interval=None, kind_interval=None).interval_days == OPENING_INTERVAL_DAYS
    )


@given(st.integers(1, 1_000), st.integers(0, 3_000))
def test_the_steps_come_in_one_order_and_nobody_is_asked_on_the_day_of_the_answer(
    interval: int, days: int
) -> None:
    rhythm = Rhythm(DAY, interval)
    assert rhythm.asked_on is not None
    assert rhythm.due_on is not None
    assert rhythm.leaves_on is not None
    assert DAY < rhythm.asked_on <= rhythm.due_on < rhythm.leaves_on
    order = [Freshness.FRESH, Freshness.SOON, Freshness.DUE, Freshness.STALE]
    today, tomorrow = (order.index(rhythm.on(DAY + timedelta(days=days + step))) for step in (0, 1))
    assert today <= tomorrow
