"""What is free in a slot on a day, and the words for why nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.resources.engine.seats import (
    FreeSeats,
    SeatUse,
    SlotFacts,
    Usage,
    first_day,
    free_seats,
    free_seats_from,
    seat_words,
    usage_of,
    weeks_of_month,
)
from app.resources.vocabulary import ResourceState, SeatReason

FRIDAY = date(2026, 11, 20)
TUESDAY = date(2026, 11, 24)
TUESDAYS = frozenset({1})
SLOT = SlotFacts(weekday=1, seats=2, weekdays=TUESDAYS)
WEEK = timedelta(days=7)
NOBODY = Usage()


def ask(on: date = TUESDAY, *, usage: Usage = NOBODY, closed: bool | None = None, **facts: Any) -> FreeSeats:
    return free_seats(replace(SLOT, **facts), usage, on, is_closed=closed)


def ask_from(on: date, *uses: SeatUse, holder: str | None = None, **facts: Any) -> FreeSeats:
    return free_seats_from(replace(SLOT, **facts), uses, on, slot_id=1, holder=holder)


def use(holder: str, starts_on: date, ends_on: date | None = None, *, slot_id: int = 1) -> SeatUse:
    return SeatUse(slot_id, holder, starts_on, ends_on)


def test_what_nobody_uses_is_free() -> None:
    assert (ask().count, ask(usage=Usage(1)).count) == (2, 1)
    assert ask(usage=Usage(1)).words == "あと1人"


@pytest.mark.parametrize(
    ("facts", "on", "why", "words"),
    [
        ({"ended_on": TUESDAY}, TUESDAY, SeatReason.OPENING_ENDED, "枠は終わりました"),
        (
            {"host_is_active": False},
            TUESDAY,
            SeatReason.HOST_INACTIVE,
            "受け入れ先が、いま活動していません",
        ),
        ({"place": ResourceState.PAUSED}, TUESDAY, SeatReason.PLACE_PAUSED, "場所がお休み中です"),
        ({"place": ResourceState.ENDED}, TUESDAY, SeatReason.PLACE_ENDED, "場所が終了しました"),
        (
            {"paused_until": date(2026, 12, 1)},
            TUESDAY,
            SeatReason.PAUSED,
            "休み中（12月1日から再開）",
        ),
        (
            {"paused_until": date(2027, 1, 5)},
            TUESDAY,
            SeatReason.PAUSED,
            "休み中（2027年1月5日から再開）",
        ),
        ({}, FRIDAY, SeatReason.OTHER_WEEKDAY, "この日は、枠の曜日ではありません"),
        ({"seats": 0}, TUESDAY, SeatReason.NO_SEATS, "いまは席を出していません"),
        (
            {"capacity": 8, "original_users": 8},
            TUESDAY,
            SeatReason.OWN_USERS,
            "本来の利用者でいっぱいです",
        ),
        ({"monthly_limit": 0}, TUESDAY, SeatReason.MONTH_FULL, "月の上限に達しました（11月は0人まで）"),
    ],
)
def test_why_nothing_is_free_is_said_in_words(
    facts: dict[str, Any], on: date, why: SeatReason, words: str
) -> None:
    free = ask(on, **facts)
    assert (free.count, free.why, free.words) == (0, why, words)


def test_every_reason_has_words() -> None:
    assert all(reason.label for reason in SeatReason)


def test_a_full_slot_is_full_however_far_over_it_is() -> None:
    assert ask(usage=Usage(5)).why is SeatReason.FULL
    assert ask(usage=Usage(5)).words == "満席"


def test_a_pause_ends_by_itself_on_its_day() -> None:
    assert ask_from(TUESDAY - timedelta(days=1), paused_until=TUESDAY).why is SeatReason.PAUSED
    assert ask_from(TUESDAY, paused_until=TUESDAY).count == 2


def test_only_a_certain_no_of_the_timetable_closes_a_day() -> None:
    assert ask(closed=None).count == ask(closed=False).count == 2
    assert ask(closed=True).words == "11月24日は場所が閉まっています"


@pytest.mark.parametrize(
    ("capacity", "original_users", "offered"),
    [(None, 9, 2), (10, None, 2), (10, 9, 1), (10, 3, 2), (8, 9, 0)],
)
def test_a_facilitys_own_users_come_first(
    capacity: int | None, original_users: int | None, offered: int
) -> None:
    assert replace(SLOT, capacity=capacity, original_users=original_users).offered == offered


def test_the_weeks_of_a_month_are_those_with_a_day_of_the_opening() -> None:
    # November 2026 begins on a Sunday and ends on a Monday.
    assert weeks_of_month(2026, 11, TUESDAYS) == tuple(date(2026, 11, 2) + n * WEEK for n in range(4))
    assert weeks_of_month(2026, 11, frozenset({0, 6}))[0] == date(2026, 10, 26)
    assert len(weeks_of_month(2026, 11, frozenset({0, 6}))) == 6


def test_a_cap_is_spread_over_the_weeks_of_the_month() -> None:
    first = date(2026, 11, 3)
    assert ask(first, monthly_limit=4).count == 1
    full = ask(first, usage=Usage(1, (first,)), monthly_limit=4)
    assert (full.why, full.again_on) == (SeatReason.WEEK_FULL, date(2026, 11, 9))
    assert full.words == "今週の上限に達しました（来週また空きます）"
    assert ask(first + WEEK, usage=Usage(1, (first,)), monthly_limit=4).count == 1


def test_what_earlier_weeks_left_unused_is_carried_over() -> None:
    third = date(2026, 11, 17)
    assert ask(third, seats=9, monthly_limit=4).count == 3
    assert ask(third, seats=9, usage=Usage(0, (date(2026, 11, 3),)), monthly_limit=4).count == 2


def test_what_a_later_week_has_drawn_on_is_not_given_a_second_time() -> None:
    drawn = Usage(0, (date(2026, 11, 10), date(2026, 11, 10)))
    assert ask(date(2026, 11, 3), seats=9, usage=drawn, monthly_limit=4).why is SeatReason.WEEK_FULL


def test_a_month_that_is_full_opens_again_by_itself() -> None:
    begun = tuple(date(2026, 11, day) for day in (3, 10, 17, 24))
    full = ask(TUESDAY, seats=9, usage=Usage(4, begun), monthly_limit=4)
    assert (full.why, full.words) == (SeatReason.MONTH_FULL, "月の上限に達しました（11月は4人まで）")
    uses = [use(f"person {day}", day) for day in begun]
    assert ask_from(date(2026, 12, 1), *uses, seats=9, monthly_limit=4).count == 1


def test_a_week_that_is_not_this_one_is_named() -> None:
    next_tuesday = ask_from(FRIDAY, use("one", TUESDAY), seats=9, monthly_limit=1)
    assert next_tuesday.why is SeatReason.MONTH_FULL
    begun = [use(name, TUESDAY - 2 * WEEK) for name in ("one", "two")]
    full = free_seats(
        replace(SLOT, seats=9, monthly_limit=4),
        usage_of(begun, slot_id=1, on=TUESDAY - WEEK * 2),
        TUESDAY - WEEK * 2,
    )
    assert seat_words(full, date(2026, 10, 20)) == (
        "11月10日の週の上限に達しました（11月16日からまた空きます）"
    )


def test_a_slot_that_is_not_held_on_the_day_answers_for_its_next_day() -> None:
    free = ask_from(FRIDAY)
    assert (free.on, free.asked_on, free.count) == (TUESDAY, FRIDAY, 2)
    assert first_day(1, TUESDAY) == TUESDAY


def test_closed_days_are_passed_over() -> None:
    second_week = free_seats_from(SLOT, (), FRIDAY, slot_id=1, is_closed=lambda day: day == TUESDAY)
    assert (second_week.on, second_week.count) == (TUESDAY + WEEK, 2)
    never = free_seats_from(SLOT, (), FRIDAY, slot_id=1, is_closed=lambda _: True)
    assert (never.why, never.words) == (SeatReason.CLOSED, "11月24日は場所が閉まっています")


def test_a_seat_that_somebody_has_from_a_later_day_is_not_free_before() -> None:
    later = use("later", TUESDAY + 4 * WEEK)
    assert ask_from(FRIDAY, later).count == 1
    assert ask_from(FRIDAY, use("gone", FRIDAY - 9 * WEEK, FRIDAY), later).count == 1


def test_people_who_come_one_after_the_other_share_a_seat() -> None:
    one = use("one", FRIDAY - 9 * WEEK, TUESDAY + WEEK)
    other = use("other", TUESDAY + 2 * WEEK)
    assert ask_from(FRIDAY, one, other).count == 1


def test_what_somebody_has_does_not_stand_in_their_own_way() -> None:
    full = (use("one", FRIDAY), use("two", FRIDAY))
    assert ask_from(FRIDAY, *full).why is SeatReason.FULL
    assert ask_from(FRIDAY, *full, holder="one").count == 1


def test_who_begins_on_two_days_of_the_week_begins_once() -> None:
    both = (use("one", TUESDAY), use("one", TUESDAY + timedelta(days=2), slot_id=2))
    assert usage_of(both, slot_id=1, on=TUESDAY).began == (TUESDAY,)
    monday = TUESDAY - timedelta(days=1)
    second = ask_from(TUESDAY, use("one", monday, slot_id=2), holder="one", monthly_limit=1)
    assert second.count == 2


def test_who_came_last_month_begins_no_second_time_but_who_comes_back_does() -> None:
    october = date(2026, 10, 6)
    stays = (use("one", october), use("one", TUESDAY, slot_id=2))
    assert usage_of(stays, slot_id=1, on=TUESDAY).began == ()
    returns = (use("one", october, date(2026, 10, 20)), use("one", TUESDAY))
    assert usage_of(returns, slot_id=1, on=TUESDAY).began == (TUESDAY,)
