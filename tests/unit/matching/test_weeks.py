"""Weeks of places: the forty best, the pins besides them, the slots that stand best beside each other, and the words."""

from __future__ import annotations

from typing import Any

import pytest

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine import week_words
from app.matching.engine.combining import MOST_ROWS, Combination, Week, WeekState, combine
from app.matching.engine.matcher import Match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.week_pool import WeekWish, for_a_week
from app.matching.vocabulary import TravelMode, Verdict
from app.resources.engine.candidates import Candidate
from app.resources.engine.traits import AGE_UNLIMITED, Cover, Feature, Purpose, Recognition, slot_bit
from app.resources.vocabulary import DayPart
from tests.support.matching import HOME, outcome_of

MONDAY, TUESDAY = 0, 1
FAR = Point(lon=134.3, lat=34.5)


def place(resource_id: int, *slots: tuple[int, DayPart], **facts: Any) -> Candidate:
    """A place that fits everybody, two hours every week."""
    return Candidate(
        resource_id=resource_id,
        slots=sum(slot_bit(*slot) for slot in slots) if slots else None,
        **{
            "session_minutes": 120,
            "weeks_per_month": 365.25 / 12 / 7,
            "free_seats": 1,
            "age_from": 0,
            "age_to": AGE_UNLIMITED,
            "point": HOME,
            "precision": PositionPrecision.SURVEYED,
            "cover": Cover.NOT_NEEDED,
            "recognition": Recognition.NOT_NEEDED,
            "confirmed_days": 0,
            **facts,
        },
    )


def week_of(profile: NeedProfile, places: list[Candidate], **asked: Any) -> tuple[Match, Week]:
    """The outcome and the week of a need."""
    outcome = outcome_of(for_a_week(profile), places)
    return outcome, combine(outcome, WeekWish.of(profile), **asked)


def need(**told: Any) -> NeedProfile:
    """Somebody who walks twenty minutes."""
    return NeedProfile(
        person_key="a", **{"travel_mode": TravelMode.WALK, "travel_minutes": 20, "origin": HOME, **told}
    )


def slots_of(week: Combination) -> list[tuple[int, DayPart]]:
    return [(entry.weekday, entry.part) for entry in week.entries]


def test_places_spread_over_the_days_where_they_can() -> None:
    all_day = [(MONDAY, DayPart.MORNING), (MONDAY, DayPart.AFTERNOON), (TUESDAY, DayPart.MORNING)]
    _, week = week_of(need(min_hours_per_week=4.0), [place(1, *all_day), place(2, *all_day)])
    assert slots_of(week.combinations[0]) == [(MONDAY, DayPart.MORNING), (TUESDAY, DayPart.MORNING)]


def test_where_one_place_is_all_that_was_wished_no_second_is_added_for_its_points() -> None:
    wished = need(purposes={Purpose.JOY: 5, Purpose.OWN_PLACE: 2}, min_weeks_per_month=1.0)
    joy, both = frozenset({Purpose.JOY}), frozenset({Purpose.JOY, Purpose.OWN_PLACE})
    places = [
        place(1, (MONDAY, DayPart.MORNING), purposes_served=joy),
        place(2, (TUESDAY, DayPart.MORNING), purposes_served=both),
        place(3, (2, DayPart.MORNING), purposes_served=joy),
    ]
    outcome, week = week_of(wished, places)
    assert [outcome.key_of(row)[0] for row in week.combinations[0].rows] == [2]


def test_two_far_from_each_other_do_not_stand_in_adjoining_parts_of_a_day() -> None:
    near = place(1, (MONDAY, DayPart.MORNING))
    far = place(2, (MONDAY, DayPart.AFTERNOON), point=FAR)
    wide = need(travel_minutes=None, min_hours_per_week=4.0)
    _, week = week_of(wide, [near, far])
    assert [len(one.entries) for one in week.combinations] == [1, 1]
    _, by_evening = week_of(wide, [near, place(2, (MONDAY, DayPart.EVENING), point=FAR)])
    assert len(by_evening.combinations[0].entries) == 2


def test_a_way_that_nobody_knows_is_a_question() -> None:
    places = [place(1, (MONDAY, DayPart.MORNING)), place(2, (MONDAY, DayPart.AFTERNOON), point=None)]
    outcome, week = week_of(need(min_hours_per_week=4.0), places)
    (leg,) = week.combinations[0].legs
    assert leg.verdict is Verdict.UNKNOWN
    assert week_words.leg_text(outcome, leg, first="A", second="B") == (
        "続けて行くとき、AからBへの道のりは不明"
    )


def test_a_slot_from_which_nobody_gets_home_is_not_taken() -> None:
    noon, night = (MONDAY, DayPart.MORNING), (TUESDAY, DayPart.EVENING)
    hours = {slot_bit(*noon).bit_length() - 1: (600, 700), slot_bit(*night).bit_length() - 1: (1080, 1200)}
    stays = {Feature.LEAVE_MIDWAY: False}
    one = place(1, noon, night, slot_hours=hours, features=stays)
    other = place(2, noon, slot_hours=hours, features=stays)
    _, free = week_of(need(min_hours_per_week=4.0), [one, other])
    assert len(free.combinations[0].entries) == 2
    outcome, bound = week_of(need(leaves_by_minute=900), [one, other])
    assert [slots_of(week) for week in bound.combinations] == [[noon], [noon]]
    assert week_words.other_slots(outcome, bound.combinations[0].entries[0]) == ()


def test_of_more_than_forty_the_best_are_looked_at_and_a_pin_comes_in_besides() -> None:
    best = [
        place(number, (number % 7, DayPart.MORNING), purposes_served=frozenset({Purpose.JOY}))
        for number in range(1, MOST_ROWS + 1)
    ]
    last = place(99, (MONDAY, DayPart.EVENING), session_minutes=600)
    wished = need(purposes={Purpose.JOY: 3}, min_hours_per_week=9.0)
    outcome, week = week_of(wished, [*best, last])
    keys = {outcome.key_of(row)[0] for one in week.combinations for row in one.rows}
    assert week.looked_at == MOST_ROWS
    assert 99 not in keys
    outcome, pinned = week_of(wished, [*best, last], pinned=[99])
    assert all(99 in {outcome.key_of(row)[0] for row in one.rows} for one in pinned.combinations)
    assert pinned.looked_at == MOST_ROWS + 1


@pytest.mark.parametrize(
    ("told", "places", "asked", "state"),
    [
        ({"as_is": True}, [place(1, (MONDAY, DayPart.MORNING))], {}, WeekState.AS_IS),
        ({}, [], {}, WeekState.NO_PLACE),
        ({}, [place(1)], {}, WeekState.NO_SLOT),
        ({}, [place(1, (MONDAY, DayPart.MORNING))], {"left_out": [1]}, WeekState.NO_PLACE),
        (
            {},
            [place(1, (MONDAY, DayPart.MORNING)), place(2, (MONDAY, DayPart.MORNING))],
            {"pinned": [1, 2]},
            WeekState.PINS_CLASH,
        ),
        ({}, [place(1, (MONDAY, DayPart.MORNING), is_light=True)], {}, WeekState.NO_PLACE),
    ],
)
def test_why_there_is_no_week_is_told_apart(
    told: dict[str, Any], places: list[Candidate], asked: dict[str, Any], state: WeekState
) -> None:
    _, week = week_of(need(**told), places, **asked)
    assert week.state is state
    assert week.combinations == ()


def test_a_pin_that_does_not_fit_is_said_and_the_others_go_on() -> None:
    _, week = week_of(need(), [place(1, (MONDAY, DayPart.MORNING)), place(2)], pinned=[2, 77])
    assert week.lost_pins == {2, 77}
    assert week.undated == 1
    assert len(week.combinations) == 1


@pytest.mark.parametrize(
    ("wish", "minutes", "hours", "times"),
    [
        (
            (2.0, 4.0),
            120,
            "週に約2時間で、望む2時間に足りる",
            "月に約4回で、望む回数（毎週）に足りる",
        ),
        ((5.0, None), 120, "週に約2時間で、望む5時間に約3時間足りない", "月に約4回"),
        (
            (None, 1.0),
            120,
            "週に約2時間",
            "月に約4回で、望む回数（月1回くらい）より多い。どのくらい行くかは、本人と決める",
        ),
        (
            (2.0, None),
            None,
            "1回の長さか回数がわからず、週の時間は数えられない",
            "わかっているのは月に約4回",
        ),
    ],
)
def test_how_far_a_week_fills_the_wish_is_said_by_what_is_known(
    wish: tuple[float | None, float | None], minutes: int | None, hours: str, times: str
) -> None:
    told = {"min_hours_per_week": wish[0], "min_weeks_per_month": wish[1]}
    _, week = week_of(need(**told), [place(1, (MONDAY, DayPart.MORNING), session_minutes=minutes)])
    (one,) = week.combinations
    assert week_words.hours_filled(one, WeekWish(*wish)).text == hours
    assert week_words.times_filled(one, WeekWish(*wish)).text == times


def test_each_place_says_which_wish_it_serves() -> None:
    wished = {Purpose.JOY: 5, Purpose.OWN_PLACE: 2, Purpose.HEALTH: 1}
    places = [
        place(1, (MONDAY, DayPart.MORNING), purposes_served=frozenset({Purpose.JOY, Purpose.OWN_PLACE})),
        place(2, (TUESDAY, DayPart.MORNING), purposes_served=frozenset({Purpose.OWN_PLACE})),
        place(3, (2, DayPart.MORNING), purposes_unserved=frozenset(wished)),
    ]
    outcome, week = week_of(need(purposes=wished, min_hours_per_week=6.0), places)
    best = week.combinations[0]
    roles = [week_words.role_text(outcome, best, entry) for entry in best.entries]
    assert roles == [
        "「楽しみ」につながるのは、この場だけ。「居場所」にもつながる",
        "「居場所」につながる",
        "選んだ目的につながるものは登録にない",
    ]
    left = week_words.uncovered(outcome, best)
    assert (left.no, left.unknown) == ((), (Purpose.HEALTH,))
