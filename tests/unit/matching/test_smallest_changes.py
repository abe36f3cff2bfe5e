"""The words, units and order of the smallest changes, and what leads on where nothing fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine.preview import limits_named, token_of_limit
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.relaxation import (
    Change,
    Effects,
    change_named,
    deciding_questions,
    just_out_of_reach,
    smallest_changes,
    smallest_pairs,
    steps_of,
)
from app.matching.vocabulary import RuleId, Side, TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.traits import (
    ALL_SLOTS,
    AccessItem,
    Cover,
    Feature,
    Language,
    Scale,
    TakingPart,
    slot_bit,
)
from app.resources.vocabulary import DayPart
from tests.support.matching import outcome_of

HOME = Point(lon=134.05, lat=34.34)
TUESDAY, FRIDAY = slot_bit(1, DayPart.MORNING), slot_bit(4, DayPart.MORNING)
NEED = NeedProfile(
    person_key="a",
    kinds_now=frozenset({TakingPart.BEING}),
    free_slots=TUESDAY | FRIDAY,
    travel_mode=TravelMode.WALK,
    travel_minutes=20,
    origin=HOME,
    limits={Scale.NOISE: 1},
    age=40,
)
PLACE = Candidate(
    resource_id=1,
    taking_part=frozenset({TakingPart.BEING}),
    point=HOME,
    precision=PositionPrecision.SURVEYED,
    slots=TUESDAY,
    levels={Scale.NOISE: 1},
    free_seats=1,
    gap_welcome=True,
    cover=Cover.NOT_NEEDED,
)


def places(*changes: dict[str, Any]) -> list[Candidate]:
    return [replace(PLACE, resource_id=number, **change) for number, change in enumerate(changes, start=1)]


def singles(rows: Sequence[Candidate], need: NeedProfile = NEED) -> dict[Side, list[tuple[str, int]]]:
    found = smallest_changes(Effects.of(outcome_of(need, rows)))
    return {side: [(change.label, change.places) for change in found[side]] for side in found if found[side]}


def named(changes: Sequence[Change]) -> list[str]:
    return [change.label for change in changes]


@pytest.mark.parametrize(
    ("need", "place", "side", "words"),
    [
        (
            {"longest_stay_minutes": 30},
            {"shortest_stay_minutes": 45},
            Side.PERSON,
            "1回45分まで（いまは30分）居られるなら",
        ),
        (
            {"longest_stay_minutes": 30},
            {"shortest_stay_minutes": 60},
            Side.HOST,
            "受け入れ先が、最短の時間を30分短くすれば",
        ),
        (
            {"min_weeks_per_month": 4.3},
            {"weeks_per_month": 2.0},
            Side.PERSON,
            "月2回くらい（いまは毎週）でよければ",
        ),
        (
            {"min_weeks_per_month": 2.0},
            {"weeks_per_month": 1.0},
            Side.PERSON,
            "月1回くらい（いまは月2回くらい）でよければ",
        ),
        (
            {"min_weeks_per_month": 4.3},
            {"weeks_per_month": 2.0},
            Side.HOST,
            "受け入れ先が、開く日を月に2回増やせば",
        ),
        ({"fee_limit_yen": 0}, {"fee_yen": 300.0}, Side.SUPPORT, "費用の助けが1回300円あれば"),
        ({"people_limit": 5}, {"people": 10}, Side.HOST, "受け入れ先が、いまより5人少ない時間をつくれば"),
        ({}, {"free_seats": 0}, Side.HOST, "受け入れ先が、席を1つ増やせば"),
        ({}, {"levels": {Scale.NOISE: 2}}, Side.HOST, "受け入れ先が、いまより少し静かな席や時間をつくれば"),
        ({}, {"levels": {Scale.NOISE: 3}}, Side.HOST, "受け入れ先が、いまよりずっと静かな席や時間をつくれば"),
        ({}, {"levels": {Scale.NOISE: 2}}, Side.PERSON, "静けさが「ふつう」の場でもよければ"),
        ({}, {"levels": {Scale.NOISE: 3}}, Side.PERSON, "にぎやかな場でもよければ"),
        ({}, {"cover": Cover.MISSING}, Side.PROGRAMME, "市か社会福祉協議会が保険に入れば"),
        (
            {"age": 67},
            {"age_from": 0, "age_to": 64, "gap_welcome": False},
            Side.PROGRAMME,
            "事業の対象年齢が5歳ぶん広がれば",
        ),
        (
            {"languages": frozenset({Language.NEPALI})},
            {"languages": {Language.NEPALI: False}},
            Side.SUPPORT,
            "通訳や付き添いがあれば",
        ),
        (
            {"access_needs": frozenset({AccessItem.HANDRAIL})},
            {"access": {AccessItem.HANDRAIL: False}},
            Side.HOST,
            "受け入れ先が、「手すり」か代わりの手立てを用意すれば",
        ),
        (
            {"access_needs": frozenset({AccessItem.HANDRAIL})},
            {"access": {AccessItem.HANDRAIL: False}},
            Side.SUPPORT,
            "「手すり」の代わりの手立てを、支援側で用意できれば",
        ),
        (
            {"must_nots": frozenset({Feature.MALE_STAFF})},
            {"features": {Feature.MALE_STAFF: True}},
            Side.HOST,
            "受け入れ先が、男性スタッフのいない日をつくれば",
        ),
    ],
)
def test_each_change_is_told_in_units_that_somebody_can_say_yes_to(
    need: dict[str, Any], place: dict[str, Any], side: Side, words: str
) -> None:
    assert (words, 1) in singles(places(place), replace(NEED, **need))[side]


def test_more_units_are_told_only_where_they_open_more() -> None:
    near, far = {"shortest_stay_minutes": 45}, {"shortest_stay_minutes": 90}
    need = replace(NEED, longest_stay_minutes=30)
    assert singles(places(near, far), need)[Side.PERSON] == [
        ("1回90分まで（いまは30分）居られるなら", 2),
        ("1回45分まで（いまは30分）居られるなら", 1),
    ]


def test_hours_that_would_do_alike_are_told_once() -> None:
    outcome = outcome_of(NEED, places({"slots": slot_bit(0, DayPart.EVENING)}))
    [change] = smallest_changes(Effects.of(outcome))[Side.HOST]
    assert change.label == "受け入れ先が、火曜午前に枠を1つ開ければ"
    assert [step.label for step in change.others] == ["受け入れ先が、金曜午前に枠を1つ開ければ"]


def test_a_full_place_is_counted_by_the_change_about_its_seat_alone() -> None:
    full_and_closed = {"free_seats": 0, "slots": slot_bit(0, DayPart.EVENING)}
    assert singles(places(full_and_closed)) == {}
    full = places({"free_seats": 0})
    assert singles(full) == {Side.HOST: [("受け入れ先が、席を1つ増やせば", 1)]}
    pairs = smallest_pairs(Effects.of(outcome_of(NEED, places(full_and_closed))))
    assert pairs[0].label in (
        "受け入れ先が、席を1つ増やせば、さらに、火曜午前に枠を1つ開ければ",
        "受け入れ先が、火曜午前に枠を1つ開ければ、さらに、席を1つ増やせば",
    )


def test_a_place_with_two_openings_is_counted_once() -> None:
    rows = [replace(PLACE, opening_id=opening, free_seats=0) for opening in (1, 2)]
    assert singles(rows) == {Side.HOST: [("受け入れ先が、席を1つ増やせば", 1)]}
    one_passes = [replace(PLACE, opening_id=1), replace(PLACE, opening_id=2, free_seats=0)]
    assert singles(one_passes) == {}


def test_pairs_ask_the_person_last_and_name_new_places_each() -> None:
    loud_and_full = {"levels": {Scale.NOISE: 2}, "free_seats": 0}
    loud_and_uninsured = {"levels": {Scale.NOISE: 2}, "cover": Cover.MISSING}
    pairs = smallest_pairs(Effects.of(outcome_of(NEED, places(loud_and_full, loud_and_uninsured))))
    assert [pair.resource_ids for pair in pairs] in ([(1,), (2,)], [(2,), (1,)])
    assert all(pair.side is not Side.PERSON for pair in pairs)
    assert {pair.certain for pair in pairs} <= {0, 1}


def test_an_answer_that_the_host_gave_is_overcome_only_by_what_would_change_it() -> None:
    told = frozenset({Answer(RuleId.LOOK_AROUND, 1, -1, fits=False)})
    need = replace(NEED, musts=frozenset({Feature.LOOK_AROUND}), answers=told)
    assert singles(places({}), need)[Side.HOST] == [("受け入れ先が、見学を「可」にすれば", 1)]
    noise = replace(NEED, answers=frozenset({Answer(RuleId.NOISE, 1, -1, fits=False)}))
    assert Side.HOST not in singles(places({"levels": {}}), noise)


def test_a_lead_asks_for_a_unit_that_tells_nothing_of_whose_need_it_is() -> None:
    """For every step of a need that has everything: one slot, one kind, and no word of body, sex or language."""
    need = replace(
        NEED,
        free_slots=ALL_SLOTS >> 3,
        access_needs=frozenset(AccessItem),
        musts=frozenset({Feature.FEMALE_STAFF, Feature.LOOK_AROUND}),
        must_nots=frozenset({Feature.MALE_STAFF}),
        languages=frozenset(Language),
        limits=dict.fromkeys(Scale, 1),
        is_in_gap=True,
        age=70,
        own_words="ひみつの願い",
    )
    nothing = Candidate(
        resource_id=1,
        taking_part=frozenset(),
        slots=0,
        free_seats=0,
        gap_welcome=False,
        access=dict.fromkeys(AccessItem, False),
        features={**dict.fromkeys(Feature, False), Feature.MALE_STAFF: True},
        languages=dict.fromkeys(Language, False),
        levels=dict.fromkeys(Scale, 3),
        age_from=0,
        age_to=20,
    )
    steps = steps_of(outcome_of(need, [nothing]))
    asked = [step.asked for step in steps if step.asked is not None]
    assert len(asked) > 30
    assert all(step.asked is None for step in steps if step.side is not Side.HOST)
    assert {ask.slots.bit_count() for ask in asked if ask.slots} == {1}
    assert {len(ask.kinds) for ask in asked} <= {0, 1}
    words = " ".join(ask.words for ask in asked)
    told = [
        *(item.label for item in AccessItem),
        *(one.label for one in Language),
        "女性",
        "男性",
        "70",
        "ひみつ",
    ]
    assert not [word for word in told if word in words]


def test_nobody_is_asked_to_move_house_or_to_do_without_what_their_body_needs() -> None:
    need = replace(
        NEED, kinds_now=frozenset({TakingPart.HOME}), access_needs=frozenset(AccessItem), limits={}, age=None
    )
    rows = places({"taking_part": frozenset(), "access": dict.fromkeys(AccessItem, False)})
    steps = steps_of(outcome_of(need, rows))
    assert not [step for step in steps if "住まい" in step.label]
    assert {step.side for step in steps if RuleId.ACCESS in step.rules} == {Side.SUPPORT, Side.HOST}
    wish = replace(NEED, kinds_now=frozenset({TakingPart.BEING}))
    assert not [step for step in steps_of(outcome_of(wish, rows)) if "住まい" in step.label]


def test_the_catalogue_of_steps_is_finite() -> None:
    rows = places({"free_seats": 0, "slots": 0, "levels": {Scale.NOISE: 3}, "taking_part": frozenset()})
    steps = steps_of(outcome_of(NEED, rows))
    assert len({step.key for step in steps}) == len({step.token("need") for step in steps}) == len(steps) < 80
    assert {step.units for step in steps} <= {1, 2, 3}


def test_a_change_has_another_name_for_every_need() -> None:
    effects = Effects.of(outcome_of(NEED, places({"free_seats": 0}, {"levels": {Scale.NOISE: 2}})))
    singles = [change for found in smallest_changes(effects).values() for change in found]
    assert singles
    for change in (*singles, *smallest_pairs(effects)):
        own, other = change.token("one"), change.token("other")
        assert change_named(effects, own, need_id="one") is not None
        assert change_named(effects, own, need_id="other") is None
        assert not {*own.split("-")} & {*other.split("-")}


def test_a_limit_has_another_name_for_every_need_and_only_its_own_is_known() -> None:
    own = [token_of_limit(rule, need_id="one") for rule in (RuleId.NOISE, RuleId.VACANCY)]
    assert limits_named(own, need_id="one") == (RuleId.NOISE,)
    assert limits_named(own, need_id="other") == ()
    assert limits_named([rule.value for rule in RuleId], need_id="one") == ()


def test_nothing_is_found_in_nothing() -> None:
    effects = Effects.of(outcome_of(NEED, []))
    assert not any(smallest_changes(effects).values())
    assert smallest_pairs(effects) == ()
    assert change_named(effects, "00", need_id="need") is None
    assert just_out_of_reach(effects.outcome, most=5).size == 0
    assert deciding_questions(effects.outcome) == ()


def test_places_that_are_only_too_far_come_the_nearest_first() -> None:
    further, near = Point(lon=134.3, lat=34.34), Point(lon=134.09, lat=34.34)
    rows = places({"point": further}, {"point": near}, {"point": near, "free_seats": 0}, {})
    outcome = outcome_of(NEED, rows)
    found = just_out_of_reach(outcome, most=5)
    assert [outcome.key_of(row)[0] for row in found.tolist()] == [2, 1]
    assert just_out_of_reach(outcome, most=1).size == 1
    without = outcome_of(replace(NEED, travel_minutes=None), rows)
    assert just_out_of_reach(without, most=5).size == 0


def test_the_question_that_says_most_comes_first() -> None:
    need = replace(NEED, travel_mode=TravelMode.PICKUP, age=None, support_drives=None)
    late, full = {"slots": slot_bit(0, DayPart.EVENING)}, {"free_seats": 0}
    outcome = outcome_of(need, places(late, full, {**late, **full}))
    found = {question.rule: number for question, number in deciding_questions(outcome)}
    assert found == {RuleId.PICKUP: 2, RuleId.AGE: 2}
    assert np.all(outcome.verdicts.fail_count > 0)
