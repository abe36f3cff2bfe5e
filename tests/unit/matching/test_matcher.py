"""Score, order, reasons and changes on small catalogues that can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine.explanation import Explanation, Tone, explain, questions, tone_of
from app.matching.engine.matcher import ENGINE_VERSION, Match, match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import Effects, changes_for, limit_costs, smallest_changes
from app.matching.engine.weights import FULL_POINTS, WEIGHTS, WEIGHTS_VERSION, Weights
from app.matching.engine.words import Idf
from app.matching.vocabulary import PartId, RuleId, Side, TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    Cover,
    Feature,
    Purpose,
    Recognition,
    Scale,
    TakingPart,
    purposes_of,
    slot_bit,
)
from app.resources.vocabulary import DayPart
from app.text.terms import document_terms

IDF = Idf("test", {"本": 3.0, "畑": 1.0})
HOME = Point(lon=134.05, lat=34.34)
TUESDAY, FRIDAY = slot_bit(1, DayPart.MORNING), slot_bit(4, DayPart.MORNING)

CAFE = Candidate(
    resource_id=1,
    search_terms=document_terms("本のカフェ"),
    confirmed_days=12,
    taking_part=frozenset({TakingPart.BEING}),
    purposes_served=frozenset({Purpose.OWN_PLACE}),
    purposes_unserved=frozenset({Purpose.INCOME}),
    point=Point(lon=134.06, lat=34.34),
    precision=PositionPrecision.LOT,
    slots=TUESDAY | FRIDAY,
    free_seats=2,
    age_from=0,
    age_to=AGE_UNLIMITED,
    fee_yen=100.0,
    levels={Scale.NOISE: 1},
    people=6,
    cover=Cover.NOT_NEEDED,
    recognition=Recognition.NOT_NEEDED,
)
NEED = NeedProfile(
    person_key="a",
    purposes={Purpose.OWN_PLACE: 3, Purpose.INCOME: 1},
    kinds_now=frozenset({TakingPart.BEING}),
    free_slots=TUESDAY,
    travel_mode=TravelMode.WALK,
    travel_minutes=30,
    origin=HOME,
    limits={Scale.NOISE: 2},
    people_limit=12,
    fee_limit_yen=200,
    age=47,
    interests=("本", "畑"),
)


def run(places: Sequence[Candidate], profile: NeedProfile = NEED, **options: Any) -> Match:
    return match(profile, CandidateColumns.from_candidates(places), idf=IDF, **options)


def only(place: Candidate, profile: NeedProfile = NEED) -> Explanation:
    return explain(run([place], profile), 0)


def points(said: Explanation) -> dict[PartId, tuple[int, int]]:
    return {part.source: (part.low, part.high) for part in said.parts if isinstance(part.source, PartId)}


def ids(outcome: Match, rows: Sequence[int]) -> list[int]:
    return [outcome.key_of(row)[0] for row in rows]


def test_each_part_is_what_one_reckons_by_hand() -> None:
    said = points(only(CAFE))
    assert said[PartId.PURPOSE] == (1650, 1650)  # three quarters of 2200
    assert said[PartId.KIND] == (1800, 1800)
    assert said[PartId.TIME] == (900, 900)  # one slot: 0.6 of 1500
    # 918 m, 30 m either way, at 70 m a minute with a detour of 1.3: 16.5 to 17.6 of 30 minutes.
    assert said[PartId.TRAVEL] == (537, 585)
    assert said[PartId.ENVIRONMENT] == (1575, 1575)  # quiet 1, half as many people as the limit .75
    assert said[PartId.INTERESTS] == (750, 750)  # 3 of 3 + 1
    assert said[PartId.FRESHNESS] == (400, 400)
    assert (only(CAFE).total_low, only(CAFE).total_high) == (7612, 7660)


def test_what_is_not_known_is_a_range_and_what_is_not_asked_counts_for_nobody() -> None:
    said = points(only(replace(CAFE, taking_part=None, people=None, confirmed_days=None)))
    assert said[PartId.KIND] == (0, 1800)
    assert said[PartId.ENVIRONMENT] == (900, 1800)
    assert said[PartId.FRESHNESS] == (0, 0)
    silent = only(CAFE, NeedProfile(person_key="a"))
    assert set(points(silent)) == {PartId.FRESHNESS}
    assert silent.attainable == WEIGHTS.points[PartId.FRESHNESS]


def test_a_kind_worth_trying_counts_less_than_one_wished_now() -> None:
    tried = replace(NEED, kinds_now=frozenset(), kinds_to_try=frozenset({TakingPart.BEING}))
    assert points(only(CAFE, tried))[PartId.KIND] == (1080, 1080)


def test_weights_name_every_part_and_make_one() -> None:
    assert sum(WEIGHTS.points.values()) == FULL_POINTS
    with pytest.raises(ValueError, match="sum"):
        Weights("x", {**WEIGHTS.points, PartId.KIND: 0})
    with pytest.raises(ValueError, match="negative"):
        Weights("x", {**WEIGHTS.points, PartId.KIND: -1000, PartId.PURPOSE: 5000})


def test_an_outcome_says_by_which_versions_it_was_made() -> None:
    outcome = run([CAFE])
    assert (outcome.engine_version, outcome.weights_version, outcome.idf_version) == (
        ENGINE_VERSION,
        WEIGHTS_VERSION,
        "test",
    )


def test_equal_places_are_ordered_by_seed_person_and_place() -> None:
    twins = [replace(CAFE, resource_id=number) for number in range(1, 9)]
    first = run(twins, seed=1)
    order = ids(first, first.ranked.tolist())
    again, other, seeded = (
        run(twins, seed=1),
        run(twins, replace(NEED, person_key="b"), seed=1),
        run(twins, seed=2),
    )
    assert ids(again, again.ranked.tolist()) == order
    assert ids(other, other.ranked.tolist()) != order
    assert ids(seeded, seeded.ranked.tolist()) != order
    fewer = run(twins[:5], seed=1)
    assert ids(fewer, fewer.ranked.tolist()) == [number for number in order if number <= 5]


def test_of_two_places_with_one_middle_the_better_known_stands_first() -> None:
    known = replace(CAFE, resource_id=1, levels={Scale.NOISE: 2})
    vague = replace(CAFE, resource_id=2, levels={})
    outcome = run([vague, known])
    assert int((outcome.scores.total_low + outcome.scores.total_high).std()) == 0
    assert ids(outcome, outcome.ranked.tolist()) == [1, 2]


def test_light_cards_stand_beside_the_ranking_by_distance_and_without_a_score() -> None:
    bench = Candidate(resource_id=5, is_light=True, point=HOME)
    hill = Candidate(resource_id=6, is_light=True, point=Point(lon=134.05, lat=34.40), free_seats=0)
    somewhere = Candidate(resource_id=7, is_light=True, age_from=65)
    outcome = run([somewhere, hill, bench, CAFE])
    assert ids(outcome, outcome.light.tolist()) == [5, 6, 7]
    assert [outcome.distance_of(row) for row in outcome.light.tolist()] == [
        "約500mまで",
        "約10kmまで",
        "距離が不明",
    ]
    assert ids(outcome, outcome.ranked.tolist()) == [1]
    with pytest.raises(ValueError, match="light"):
        explain(outcome, int(outcome.light[0]))


def test_as_is_is_a_full_answer() -> None:
    outcome = run([CAFE, Candidate(resource_id=5, is_light=True)], NeedProfile(person_key="a", as_is=True))
    assert (outcome.ranked.size, outcome.fallen.size, outcome.light.size) == (0, 0, 0)
    assert limit_costs(outcome)
    assert not any(smallest_changes(Effects.of(outcome)).values())
    tried = NeedProfile(person_key="a", as_is=True, kinds_to_try=frozenset({TakingPart.BEING}))
    assert run([CAFE], tried).ranked.size == 1


def test_another_opening_behind_the_same_door_is_left_out_too() -> None:
    rows = [
        replace(CAFE, resource_id=1, opening_id=10, exclusion_ids=frozenset({"person:9"})),
        replace(CAFE, resource_id=1, opening_id=11),
        replace(CAFE, resource_id=2),
    ]
    outcome = run(rows, replace(NEED, excluded=frozenset({"person:9"})))
    assert ids(outcome, range(len(outcome.columns))) == [2]
    assert "person:9" not in repr(outcome.profile)


def test_reasons_are_told_with_their_numbers() -> None:
    said = only(replace(CAFE, purposes_unserved=frozenset(), levels={}))
    texts = {part.source: (part.tone, part.text) for part in said.parts}
    assert texts[PartId.PURPOSE] == (Tone.FOR, "「居場所」につながる。「収入」につながるかは不明")
    assert texts[PartId.KIND] == (Tone.FOR, "いま望む形（「居るだけ」）で参加できる")
    assert texts[PartId.TIME] == (Tone.FOR, "火曜午前が空き時間と重なる")
    assert texts[PartId.TRAVEL] == (Tone.AGAINST, "道のりは約900m・徒歩で約18分")
    assert texts[PartId.ENVIRONMENT] == (Tone.UNKNOWN, "静けさは不明、人数は6人くらい")
    assert texts[PartId.INTERESTS] == (
        Tone.FOR,
        "共通のことばは「本」（「畑」は紹介にない。「本」は、字が同じだけのこともある）",
    )
    assert texts[PartId.FRESHNESS] == (Tone.FOR, "最後に確かめたのは12日前")
    assert [reason.source for reason in said.reasons_for][:2] == [PartId.KIND, PartId.PURPOSE]
    assert [reason.source for reason in said.reasons_against] == [PartId.TRAVEL]
    assert [reason.source for reason in said.reasons_unknown] == [PartId.ENVIRONMENT]


def test_reasons_against_name_what_is_missing() -> None:
    other = replace(
        CAFE,
        search_terms=document_terms("将棋"),
        taking_part=frozenset({TakingPart.WORK}),
        slots=FRIDAY,
        confirmed_days=None,
        purposes_served=frozenset(),
        purposes_unserved=frozenset(NEED.purposes),
    )
    texts = {part.source: part.text for part in only(other).reasons_against}
    assert texts[PartId.PURPOSE] == "「居場所」「収入」につながるものは登録にない"
    assert texts[PartId.KIND] == "参加の形は「働く」で、望む形ではない"
    assert texts[PartId.TIME] == "開いている金曜午前は、空き時間と重ならない"
    assert texts[PartId.INTERESTS] == "関心の「本」「畑」は、この場の紹介にない"
    assert texts[PartId.FRESHNESS] == "まだ、だれも確かめていない"


def test_a_wide_range_is_neither_for_nor_against() -> None:
    assert tone_of(0, 1000, 1000) is Tone.UNKNOWN
    assert tone_of(600, 700, 1000) is Tone.FOR
    assert tone_of(0, 100, 1000) is Tone.AGAINST


def test_questions_go_to_whom_they_concern_and_are_asked_once() -> None:
    places = [replace(CAFE, resource_id=number, age_from=None, fee_yen=None) for number in (1, 2)]
    asked = questions(run(places, replace(NEED, age=None)), first=20)
    assert [(question.asked_of, question.text, count) for question, count in asked[:1]] == [
        (Side.PERSON, "本人の年齢", 2)
    ]
    fees = [question for question, _ in asked if question.rule is RuleId.FEE]
    assert {(question.asked_of, question.resource_id) for question in fees} == {
        (Side.HOST, 1),
        (Side.HOST, 2),
    }
    assert fees[0].text == "1回いくらかかるか（望みは「1回200円まで」）"


def test_why_not_and_the_cost_of_each_limit() -> None:
    dear = replace(CAFE, resource_id=2, fee_yen=300.0)
    dear_and_full = replace(CAFE, resource_id=3, fee_yen=300.0, free_seats=0)
    two_rows = [replace(CAFE, resource_id=4, opening_id=opening, fee_yen=250.0) for opening in (1, 2)]
    open_elsewhere = replace(CAFE, resource_id=1, opening_id=9, fee_yen=900.0)
    outcome = run([CAFE, dear, dear_and_full, *two_rows, open_elsewhere])
    costs = {cost.rule: (cost.places, cost.failing) for cost in limit_costs(outcome)}
    assert costs[RuleId.FEE] == (2, 3)
    assert costs[RuleId.VACANCY] == (0, 1)
    assert ids(outcome, outcome.fallen.tolist())[-1] == 3
    failed = explain(outcome, int(outcome.fallen[-1])).failed
    assert [(found.rule, found.found.value) for found in failed] == [
        (RuleId.FEE, 300.0),
        (RuleId.VACANCY, 0),
    ]


def test_the_smallest_changes_are_grouped_by_who_can_make_them() -> None:
    dear = replace(CAFE, resource_id=2, fee_yen=300.0)
    late = replace(CAFE, resource_id=3, slots=FRIDAY)
    far = replace(CAFE, resource_id=4, point=Point(lon=134.09, lat=34.34))
    full = replace(CAFE, resource_id=5, free_seats=0)
    uninsured = replace(CAFE, resource_id=6, cover=Cover.MISSING, fee_yen=None)
    outcome = run([dear, late, far, full, uninsured])
    changes = {
        side: [(change.label, change.places, change.certain) for change in found]
        for side, found in smallest_changes(Effects.of(outcome)).items()
    }
    assert changes[Side.PERSON] == [
        ("金曜午前も空けられるなら", 1, 1),
        ("1回300円まで（いまは200円）でよければ", 1, 1),
    ]
    assert changes[Side.SUPPORT] == [("送迎があれば", 1, 1), ("費用の助けが1回100円あれば", 1, 1)]
    assert changes[Side.HOST] == [
        ("受け入れ先が、火曜午前に枠を1つ開ければ", 1, 1),
        ("受け入れ先が、席を1つ増やせば", 1, 1),
    ]
    assert changes[Side.PROGRAMME] == [("市か社会福祉協議会が保険に入れば", 1, 0)]
    row = outcome.columns.row_of(4)
    assert row is not None
    assert [step.label for step in changes_for(Effects.of(outcome), row)] == ["送迎があれば"]


def test_a_change_on_two_limits_at_once_counts_once() -> None:
    """Pickup changes the way and who drives; a place that also costs too much is not opened by it."""
    far = replace(CAFE, point=Point(lon=134.09, lat=34.34), features={Feature.PICKUP: False})
    outcome = run([far, replace(far, resource_id=2, fee_yen=900.0)])
    opened = {
        change.label: change.resource_ids for change in smallest_changes(Effects.of(outcome))[Side.SUPPORT]
    }
    assert opened == {"送迎があれば": (1,)}


def test_purposes_follow_from_kinds_only_as_far_as_they_do() -> None:
    served, unserved = purposes_of(
        frozenset({TakingPart.BEING}), {Purpose.HEALTH: True, Purpose.OUTSIDE: False}
    )
    assert served == {Purpose.OWN_PLACE, Purpose.TIES, Purpose.HEALTH}
    assert {Purpose.OUTSIDE, Purpose.HOME} <= unserved
    assert Purpose.INCOME not in served | unserved
    assert purposes_of(None, {}) == (frozenset(), frozenset())
