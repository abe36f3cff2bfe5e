"""What the words of the catalogue mean to the matcher."""

from __future__ import annotations

import pytest

from app.resources.engine import catalogue_rows as read
from app.resources.engine.traits import AGE_UNLIMITED, AccessItem, Feature, Scale, slot_bit, slot_labels
from app.resources.vocabulary import DayPart, KindGroup


def test_a_step_that_is_there_is_not_step_free() -> None:
    assert read.access_of({"段差": "有"}) == {AccessItem.STEP_FREE: False}
    assert read.access_of({"段差": "無", "手すり": "有"}) == {
        AccessItem.STEP_FREE: True,
        AccessItem.HANDRAIL: True,
    }
    assert read.access_of({"段差": "", "手すり": "？"}) == {}


def test_a_pickup_to_be_discussed_stays_a_question() -> None:
    assert read.features_of({"見学可": "可"}, "要相談") == {Feature.LOOK_AROUND: True}
    assert read.features_of({}, "無") == {Feature.PICKUP: False}


def test_levels_are_read_where_a_word_is_known() -> None:
    assert read.levels_of({"静けさ": "静か", "ペース": "日による"}) == {Scale.NOISE: 1}


@pytest.mark.parametrize(
    ("traits", "fee", "group", "yen"),
    [
        ({"費用円": "300"}, "300円（材料代）", KindGroup.TAKING_PART, 300.0),
        ({}, "無料", KindGroup.TAKING_PART, 0.0),
        ({}, "実費", KindGroup.TAKING_PART, None),
        ({"費用円": "31000"}, "家賃", KindGroup.HOUSING, None),
    ],
)
def test_a_fee_is_what_one_time_costs(
    traits: dict[str, str], fee: str, group: KindGroup, yen: float | None
) -> None:
    assert read.fee_of(traits, fee, group) == yen


def test_one_end_of_the_ages_leaves_the_other_open() -> None:
    assert read.ages_of(65, None, None) == (65, AGE_UNLIMITED)
    assert read.ages_of(None, 18, None) == (0, 18)
    assert read.ages_of(None, None, None) == (None, None)
    assert read.ages_of(None, None, True) == (0, AGE_UNLIMITED)


def test_hours_become_parts_of_the_day_by_half_an_hour_at_least() -> None:
    assert read.parts_of(600, 720) == (DayPart.MORNING,)
    assert read.parts_of(600, 735) == (DayPart.MORNING,)
    assert read.parts_of(660, 780) == (DayPart.MORNING, DayPart.AFTERNOON)
    assert read.parts_of(1010, 1080) == (DayPart.EVENING,)
    assert read.parts_of(600, None) is None
    assert read.parts_of(600, 600) is None


def test_days_without_hours_are_no_slots() -> None:
    assert read.slots_of(0b10, None, None) is None
    assert slot_labels(read.slots_of(0b10, 600, 780) or 0) == ("火曜午前", "火曜午後")
    assert read.session_minutes_of(600, 780) == 90


@pytest.mark.parametrize(
    ("schedule", "weeks"),
    [("0Tu", 4.3), ("13Mo", 2.0), ("7Su", 2.2), ("6Fr", 1.0), ("月に1回くらい", None), (None, None)],
)
def test_weeks_follow_from_the_code_alone(schedule: str | None, weeks: float | None) -> None:
    found = read.weeks_of(schedule)
    assert found == weeks if found is None or weeks is None else round(found, 1) == weeks


def test_a_full_slot_is_no_slot_unless_all_are_full() -> None:
    monday, friday = (0, DayPart.MORNING), (4, DayPart.AFTERNOON)
    assert read.free_slots_of({monday: 0, friday: 2}) == slot_bit(*friday)
    assert read.free_slots_of({monday: 0, friday: 0}) == slot_bit(*monday) | slot_bit(*friday)
