"""Residents by age, supply in a week, classes of a map."""

from dataclasses import replace
from typing import Any

import pytest

from app.planning.engine.classes import classes_for
from app.planning.engine.residents import Residents, ages_together
from app.planning.engine.supply import Place, Slot, supply_of, times_a_week, week_of_seats
from app.planning.vocabulary import AgeGroup, NeedKind
from app.resources.engine.traits import TakingPart
from app.resources.vocabulary import DayPart, KindGroup

PART = KindGroup.TAKING_PART


def town(people_a_band: int) -> Residents:
    return Residents(people_a_band * 18, dict.fromkeys(range(1, 19), people_a_band))


def test_ages_add_up_to_all_residents() -> None:
    assert sum(town(3).of_age(age) or 0 for age in AgeGroup) == 54
    assert town(3).of_age(AgeGroup.OLDEST) == 9


def test_a_town_with_under_ten_residents_hides_its_ages() -> None:
    nine = Residents(9, {1: 4, 18: 5})
    assert nine.hides_ages
    assert nine.of_age(AgeGroup.CHILDREN) is None
    assert Residents(10, {1: 5, 18: 5}).of_age(AgeGroup.CHILDREN) == 5


def test_a_file_without_a_total_is_judged_by_its_ages() -> None:
    assert Residents(None, {1: 4, 18: 5}).hides_ages


def test_a_hidden_town_cannot_be_had_back_from_the_sum() -> None:
    hidden = Residents(9, {1: 9})
    assert ages_together([town(1), hidden]) == ages_together([town(1)])
    assert ages_together([hidden]) is None


def test_a_town_without_ages_hides_nothing_and_knows_nothing() -> None:
    assert not Residents(4, {}).hides_ages
    assert Residents(400, {}).of_age(AgeGroup.YOUNG) is None


@pytest.mark.parametrize(
    ("mask", "schedule", "times"),
    [
        (0b1111100, "0We0Th0Fr0Sa0Su", 5),
        (0b1, "7Mo", 0.5),
        (0b1, "13Mo", 24 / 52),
        (0b1, "5Mo", 4 / 52),
        (0b11, None, 2),
        (0b1, "月1回くらい", None),
        (None, "2か月に1回", None),
    ],
)
def test_how_often_a_place_is_open(mask: int | None, schedule: str | None, times: float | None) -> None:
    found = times_a_week(mask, schedule)
    assert found == pytest.approx(times) if times is not None else found is None


def test_seats_times_hours() -> None:
    place = Place(1, PART, False, capacity=10, weekday_mask=0b101, schedule="0Mo0We", opens=600, closes=720)
    assert place.seat_hours() == 40


@pytest.mark.parametrize("gap", ["capacity", "opens", "closes", "weekday_mask"])
def test_what_is_not_known_is_not_nothing(gap: str) -> None:
    whole = Place(1, PART, False, capacity=10, weekday_mask=1, opens=600, closes=720)
    unknown: dict[str, Any] = {gap: None}
    supply = supply_of([replace(whole, **unknown)])
    assert (supply.places, supply.unknown, supply.seat_hours, supply.unknown_share) == (1, 1, 0, 1)


def test_openings_count_by_their_seats_and_by_their_part_of_the_day() -> None:
    slots = (Slot(0, DayPart.MORNING, 2), Slot(1, DayPart.AFTERNOON, 1), Slot(2, DayPart.EVENING, 5))
    place = Place(1, PART, False, capacity=100, opens=600, closes=900, slots=slots)
    # Two seats from ten to noon, one from noon to three, none in an evening when the place is shut.
    assert place.seat_hours() == 2 * 2 + 1 * 3
    assert week_of_seats([place])[DayPart.MORNING, 0] == 2


def test_informal_gatherings_are_counted_apart_and_never_by_seats() -> None:
    light = Place(1, PART, True, capacity=10, weekday_mask=1, opens=600, closes=720)
    assert (supply_of([light]).light, supply_of([light]).places, supply_of([light]).seat_hours) == (1, 0, 0)
    assert supply_of([light]).unknown_share is None


def test_supply_of_some_groups() -> None:
    places = [Place(1, PART, False), Place(1, KindGroup.WORK, False)]
    assert supply_of(places, groups=frozenset({KindGroup.WORK})).places == 1


@pytest.mark.parametrize("largest", [0, 1, 4, 5, 24, 25, 99, 100, 2_499, 1_000_000])
@pytest.mark.parametrize("least", [1, 5])
def test_classes_are_at_most_five_and_hold_every_value(largest: int, least: int) -> None:
    classes = classes_for([largest], least_step=least)
    assert classes.count <= 5
    assert classes.step % least == 0
    assert 0 <= classes.of(largest) < classes.count
    assert len(classes.labels("人")) == len(classes.least_labels("件")) == classes.count


def test_a_town_keeps_its_class_when_another_one_grows_a_little() -> None:
    assert classes_for([30, 400]).of(30) == classes_for([30, 410]).of(30)


def test_words_of_the_legend() -> None:
    assert classes_for([0]).labels("人") == ["0人"]
    assert classes_for([20], least_step=5).labels("件")[-1] == "20件以上"
    assert classes_for([20], least_step=5).least_labels("件")[:2] == [
        "少なくとも5件とは言えない",
        "少なくとも5件",
    ]


def test_every_kind_of_taking_part_is_a_kind_of_need() -> None:
    for part in TakingPart:
        assert NeedKind.of_words([part.label]) == NeedKind.of_words([part.name.lower()])
        assert NeedKind.UNDECIDED not in NeedKind.of_words([part.name])
    assert NeedKind.of_words([]) == NeedKind.of_words(["知らない言葉"]) == {NeedKind.UNDECIDED}
