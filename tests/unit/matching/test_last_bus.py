"""The way home: which slot decides, what a shorter stay is worth, and what the words say of it."""

from __future__ import annotations

from typing import Any

import pytest

from app.clock import today
from app.matching.engine.profile import LATEST_LEAVE, NeedProfile
from app.matching.engine.relaxation.of_person import OF_NEED
from app.matching.engine.verdicts import evidence
from app.matching.vocabulary import RuleId, Side, Verdict
from app.resources.engine.candidates import Candidate
from app.resources.engine.catalogue_rows import hours_by_slot, slots_of
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.schedule.summary import hours_of
from app.resources.engine.schedule.timetable import Meeting, Timetable
from app.resources.engine.traits import Feature, slot_bit, slot_number
from app.resources.vocabulary import DayPart

TEN, NOON, FOUR, SIX = 600, 720, 960, 1080
MORNING, EVENING = slot_number(1, DayPart.MORNING), slot_number(4, DayPart.EVENING)
BOTH = 1 << MORNING | 1 << EVENING
HOURS = {MORNING: (TEN, NOON), EVENING: (1020, SIX)}


def said(*, free: int | None = None, leaves: int = FOUR, **facts: Any) -> tuple[Verdict, str]:
    profile = NeedProfile(person_key="k", leaves_by_minute=leaves, free_slots=free, accepts_remote=True)
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, **facts)])
    found = evidence(RuleId.LAST_BUS, profile, columns, 0)
    return found.verdict, found.text


def test_one_slot_that_ends_in_time_is_enough_when_the_person_has_time_for_it() -> None:
    place: dict[str, Any] = {"slots": BOTH, "slot_hours": HOURS, "features": {Feature.LEAVE_MIDWAY: False}}
    assert said(**place) == (Verdict.YES, "12:00に終わるので、16:00までに出ることができる")
    assert said(**place, free=1 << EVENING) == (
        Verdict.NO,
        "17:00に始まるので、16:00までに出ることができない",
    )
    # With no time in common another rule speaks; this one looks at the place.
    assert said(**place, free=slot_bit(6, DayPart.MORNING))[0] is Verdict.YES


@pytest.mark.parametrize(
    ("facts", "verdict", "words"),
    [
        ({"features": {Feature.LEAVE_MIDWAY: True}}, Verdict.YES, "10:00から来て途中で帰れる"),
        ({"shortest_stay_minutes": 60}, Verdict.YES, "10:00から来て60分だけでも参加できる"),
        ({"features": {Feature.LEAVE_MIDWAY: False}}, Verdict.NO, "終わるのが18:00で、途中では帰れない"),
        ({}, Verdict.UNKNOWN, "終わるのが18:00で、途中で帰れるかは不明"),
        ({"features": {Feature.REMOTE: True}}, Verdict.YES, "オンラインで参加できる"),
    ],
)
def test_who_need_not_stay_to_the_end_is_gone_in_time(
    facts: dict[str, Any], verdict: Verdict, words: str
) -> None:
    found = said(slots=1 << MORNING, slot_hours={MORNING: (TEN, SIX)}, **facts)
    assert found[0] is verdict
    assert words in found[1]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"slots": BOTH},
        {"slots": BOTH, "slot_hours": {MORNING: (TEN, None)}},
        # The hours may be those of another day than the one on which it takes place.
        {"slot_hours": HOURS},
    ],
)
def test_hours_that_nobody_knows_are_a_question(facts: dict[str, Any]) -> None:
    verdict, text = said(**facts)
    assert verdict is Verdict.UNKNOWN
    assert text == "16:00までに出ることができるか（いつ終わるかは不明）"


def test_the_supporters_may_drive_and_the_person_may_go_later() -> None:
    def sides(leaves: int) -> list[tuple[Side, str]]:
        profile = NeedProfile(person_key="k", leaves_by_minute=leaves, accepts_remote=True)
        return [(step.side, step.label) for step in OF_NEED[RuleId.LAST_BUS](profile)]

    assert sides(FOUR)[:2] == [
        (Side.SUPPORT, "帰りの送迎があれば"),
        (Side.PERSON, "帰りに出るのが30分遅くてもよければ"),
    ]
    assert sides(LATEST_LEAVE) == [(Side.SUPPORT, "帰りの送迎があれば")]


def test_a_time_that_no_day_has_is_refused() -> None:
    with pytest.raises(ValueError, match="翌朝6時"):
        NeedProfile(person_key="k", leaves_by_minute=LATEST_LEAVE + 1)


def test_the_hours_of_a_slot_begin_with_its_part_of_the_day() -> None:
    afternoon = slot_number(1, DayPart.AFTERNOON)
    assert hours_by_slot(0b10, TEN, FOUR) == {MORNING: (TEN, FOUR), afternoon: (NOON, FOUR)}
    assert hours_by_slot(0b10, None, NOON) == {MORNING: (None, NOON)}
    assert hours_by_slot(0b10, None, None) == {}
    assert hours_by_slot(0b10, FOUR, TEN) == {}
    assert len(hours_by_slot(None, TEN, NOON)) == 7
    # The same slots as those that are said to be open.
    assert slots_of(0b10, TEN, FOUR) == sum(1 << slot for slot in hours_by_slot(0b10, TEN, FOUR))


def test_meetings_with_hours_of_their_own_tell_each_slot_apart() -> None:
    day = today()
    meetings = (
        Meeting("0Tu", TEN, NOON),
        Meeting("0Tu", 630, 690),
        Meeting("0Fr", 1020, SIX),
        Meeting("0Fr", 1030, None),
        Meeting("0Mo", TEN, NOON, until=day.replace(year=day.year - 1)),
    )
    assert hours_of(Timetable(meetings), day) == {MORNING: (TEN, 690), EVENING: (1020, None)}
