"""What a town decides about the matcher: what can be decided, and what it does to who stands where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine.explanation import explain
from app.matching.engine.matcher import Match, match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import limit_costs
from app.matching.engine.rule_set import DEFAULT_RULES, NEVER_LEFT_OUT, Pace, RulesRefused, TownRules
from app.matching.engine.rule_set_words import PART_WORDS, differences
from app.matching.engine.rule_words import RULE_WORDS
from app.matching.engine.rules.catalogue import ALWAYS_ASKED, RULES
from app.matching.engine.weights import WEIGHTS, Weights
from app.matching.engine.words import Idf
from app.matching.exchange import Snapshot, snapshot_of
from app.matching.vocabulary import PartId, RuleId, TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import AGE_UNLIMITED, Cover, Purpose, Recognition, TakingPart

HOME = Point(lon=134.05, lat=34.34)
PLACE = Candidate(
    resource_id=1,
    confirmed_days=0,
    taking_part=frozenset({TakingPart.BEING}),
    purposes_served=frozenset({Purpose.OWN_PLACE}),
    point=HOME,
    precision=PositionPrecision.SURVEYED,
    free_seats=1,
    age_from=0,
    age_to=AGE_UNLIMITED,
    people=30,
    cover=Cover.NOT_NEEDED,
    recognition=Recognition.NOT_NEEDED,
)
NEED = NeedProfile(person_key="a", purposes={Purpose.OWN_PLACE: 5}, people_limit=10, age=30)


def run(places: list[Candidate], rules: TownRules, need: NeedProfile = NEED) -> Match:
    return match(need, CandidateColumns.from_candidates(places), idf=Idf("test", {}), rules=rules)


def weights(**points: int) -> Weights:
    """Weights in points of 100; parts that are not named have none."""
    return Weights("test", {part: points.get(part.value, 0) * 100 for part in PartId})


def document(**changes: Any) -> dict[str, Any]:
    return DEFAULT_RULES.document | changes


def problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(RulesRefused) as refused:
        TownRules.from_document(document(**changes), version=1)
    return {problem.field: problem.text for problem in refused.value.problems}


def ids(outcome: Match, rows: Any) -> list[int]:
    return [outcome.key_of(row)[0] for row in rows.tolist()]


def test_a_document_reads_back_as_what_was_decided() -> None:
    decided = replace(
        DEFAULT_RULES,
        version=3,
        left_out=frozenset({RuleId.PEOPLE}),
        paces={**DEFAULT_RULES.paces, TravelMode.BUS: Pace(250, 20)},
        try_percent=80,
    )
    assert TownRules.from_document(decided.document, version=3) == decided
    assert TownRules.from_document(DEFAULT_RULES.document, version=0) == DEFAULT_RULES


def test_a_number_that_a_former_release_did_not_know_is_the_products_own() -> None:
    former = {name: value for name, value in document().items() if name != "try_percent"}
    assert TownRules.from_document(former, version=1).try_percent == DEFAULT_RULES.try_percent


def test_what_cannot_stand_is_said_all_at_once_and_with_its_field() -> None:
    found = problems(
        weights=document()["weights"] | {"purpose": 2000, "kind": -100},
        paces=document()["paces"] | {"walk": [5, 0], "bus": [300, 90]},
        try_percent=120,
        fresh_days=400,
    )
    assert found == {
        "weight_kind": "参加の形の重みは、0から100までの整数にしてください。",
        "weights": "重みの合計は、いま79点です。100点になるように、21点足してください。",
        "pace_walk": "徒歩の1分に進む距離は、10から1500までの数字にしてください。",
        "fixed_bus": "バスの待ち時間などは、0から60までの数字にしてください。",
        "try_percent": "「試してもよい形」の値は、0から100までの数字にしてください。",
        "fresh_days": "新しいとみなす日数は、0から365までの数字にしてください。",
        "stale_days": "点がなくなる日数は、新しいとみなす日数より長くしてください。",
    }


def test_too_many_points_are_to_be_taken_away() -> None:
    found = problems(weights=document()["weights"] | {"purpose": 2500})
    assert found == {"weights": "重みの合計は、いま103点です。100点になるように、3点減らしてください。"}


@pytest.mark.parametrize("rule", [RuleId.INSURANCE, RuleId.RECOGNITION, RuleId.VACANCY, RuleId.AGE])
def test_what_guards_a_person_or_the_law_is_never_left_out_and_the_refusal_says_why(rule: RuleId) -> None:
    found = problems(left_out=[rule.value])
    assert found == {"left_out": NEVER_LEFT_OUT[rule]}
    assert "外せません" in NEVER_LEFT_OUT[rule]
    with pytest.raises(RulesRefused):
        replace(DEFAULT_RULES, left_out=frozenset({rule}))


def test_a_rule_that_is_left_out_is_not_asked_and_the_outcome_says_so() -> None:
    asked = run([PLACE], DEFAULT_RULES)
    assert (ids(asked, asked.ranked), asked.not_used) == ([], ())
    quiet = run([PLACE], replace(DEFAULT_RULES, left_out=frozenset({RuleId.PEOPLE})))
    assert ids(quiet, quiet.ranked) == [1]
    assert [rule.id for rule in quiet.not_used] == [RuleId.PEOPLE]
    said = explain(quiet, 0)
    assert RuleId.PEOPLE not in {found.rule for found in (*said.kept, *said.failed)}
    assert RuleId.PEOPLE not in {cost.rule for cost in limit_costs(quiet)}


def test_a_rule_that_nobody_asked_for_is_not_reported_as_unused() -> None:
    outcome = run([PLACE], replace(DEFAULT_RULES, left_out=frozenset({RuleId.FEE})))
    assert outcome.not_used == ()


def test_weights_turn_the_order_as_arithmetic_says() -> None:
    need = NeedProfile(person_key="a", purposes={Purpose.OWN_PLACE: 5}, free_slots=0b11, age=30)
    fitting = replace(PLACE, resource_id=1, slots=0b1)
    open_long = replace(PLACE, resource_id=2, slots=0b11, purposes_served=frozenset({Purpose.INCOME}))
    open_long = replace(open_long, purposes_unserved=frozenset({Purpose.OWN_PLACE}))
    # 目的 1 and 0; 時間 0.6 and 0.84: from 81 points of 時間 on, the longer hours win.
    first = run([fitting, open_long], replace(DEFAULT_RULES, weights=weights(purpose=19, time=81)), need)
    assert first.scores.total_low.tolist() == [1900 + 4860, 6804]
    assert ids(first, first.ranked) == [2, 1]
    second = run([fitting, open_long], replace(DEFAULT_RULES, weights=weights(purpose=20, time=80)), need)
    assert second.scores.total_low.tolist() == [2000 + 4800, 6720]
    assert ids(second, second.ranked) == [1, 2]


def test_a_part_without_weight_counts_for_nobody() -> None:
    outcome = run([PLACE], replace(DEFAULT_RULES, weights=weights(time=100)))
    said = explain(outcome, 0)
    assert (said.parts, said.attainable, said.total_high) == ((), 0, 0)


def test_what_is_not_known_stays_a_question_whatever_the_town_decides() -> None:
    unknown = replace(PLACE, people=None, purposes_served=frozenset(), taking_part=None)
    decided = replace(DEFAULT_RULES, weights=weights(purpose=100), left_out=frozenset({RuleId.NOISE}))
    said = explain(run([unknown], decided), 0)
    assert RuleId.PEOPLE in {question.rule for question in said.questions}
    assert [(part.low, part.high) for part in said.parts] == [(0, 10_000)]


@pytest.mark.parametrize(
    ("pace", "passes"), [(Pace(100, 0), True), (Pace(50, 0), False), (Pace(100, 8), False)]
)
def test_how_far_somebody_comes_follows_the_pace_and_the_detour_of_the_town(pace: Pace, passes: bool) -> None:
    need = NeedProfile(person_key="a", travel_mode=TravelMode.WALK, travel_minutes=15, origin=HOME, age=30)
    # 918 m in a straight line: 12 minutes at 100 m a minute with the detour of 1.3.
    far = replace(PLACE, point=Point(lon=134.06, lat=34.34))
    decided = replace(DEFAULT_RULES, paces={**DEFAULT_RULES.paces, TravelMode.WALK: pace})
    assert bool(run([far], decided, need).ranked.size) is passes
    assert not run([far], replace(decided, detour_percent=300), need).ranked.size


def test_the_numbers_of_a_town_are_those_that_count() -> None:
    need = NeedProfile(person_key="a", kinds_to_try=frozenset({TakingPart.BEING}), free_slots=0b1, age=30)
    place = replace(PLACE, slots=0b1, confirmed_days=50)
    decided = replace(DEFAULT_RULES, try_percent=25, first_slot_percent=40, fresh_days=0, stale_days=100)
    points = {part.source: part.low for part in explain(run([place], decided, need), 0).parts}
    assert points == {PartId.KIND: 450, PartId.TIME: 600, PartId.FRESHNESS: 200}


def test_an_outcome_and_what_is_frozen_of_it_carry_the_version() -> None:
    outcome = run([replace(PLACE, people=5)], replace(DEFAULT_RULES, version=7))
    frozen = snapshot_of(outcome, explain(outcome, 0), need_version=1, position=1)
    assert (outcome.rules_version, frozen.rules_version) == (7, 7)
    assert Snapshot.from_document(frozen.document) == frozen


def test_a_proposal_from_before_towns_could_decide_still_reads() -> None:
    outcome = run([replace(PLACE, people=5)], DEFAULT_RULES)
    frozen = snapshot_of(outcome, explain(outcome, 0), need_version=1, position=1).document
    del frozen["rules_version"]
    assert Snapshot.from_document(frozen).rules_version == 0


def test_differences_name_each_decision_once_in_words() -> None:
    decided = replace(
        DEFAULT_RULES,
        weights=Weights("x", {**WEIGHTS.points, PartId.PURPOSE: 2500, PartId.TIME: 1200}),
        left_out=frozenset({RuleId.PEOPLE}),
        paces={**DEFAULT_RULES.paces, TravelMode.WALK: Pace(50, 0)},
        fresh_days=60,
    )
    assert [one.text for one in differences(DEFAULT_RULES, decided)] == [
        "重み「目的」 22点→25点",
        "重み「時間の重なり」 15点→12点",
        "条件「人数」 使う→使わない",
        "徒歩で1分に進む距離 70m→50m",
        "新しいとみなす日数 30日→60日",
    ]
    assert differences(decided, replace(decided, version=9)) == ()


def test_every_rule_and_every_part_is_explained() -> None:
    assert set(RULE_WORDS) == {rule.id for rule in RULES} == set(RuleId)
    assert set(PART_WORDS) == set(PartId)


def test_what_compares_nothing_of_the_person_is_asked_of_every_place() -> None:
    nothing_compared = {rule for rule, words in RULE_WORDS.items() if not words.need}
    assert nothing_compared | {RuleId.AGE} == ALWAYS_ASKED
