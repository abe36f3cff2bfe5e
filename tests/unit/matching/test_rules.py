"""Each rule with a place that fits, one that does not, and one of which nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine.explanation import explain
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.rules.catalogue import RULE_BY_ID, RULES
from app.matching.engine.verdicts import evidence
from app.matching.vocabulary import RuleId, Side, TravelMode, Verdict
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    ALL_SLOTS,
    AccessItem,
    Cover,
    Feature,
    Language,
    Recognition,
    Scale,
    TakingPart,
    slot_bit,
)
from app.resources.vocabulary import DayPart
from tests.support.matching import outcome_of

TUESDAY = slot_bit(1, DayPart.MORNING)
FRIDAY = slot_bit(4, DayPart.EVENING)
HOME = Point(lon=134.05, lat=34.34)
NEXT_DOOR, FAR = Point(lon=134.055, lat=34.34), Point(lon=134.15, lat=34.34)
SURVEYED = PositionPrecision.SURVEYED


@dataclass(frozen=True)
class Case:
    """What is asked, and what a place says that fits and that does not; a bare place says nothing."""

    rule: RuleId
    need: dict[str, Any]
    fits: dict[str, Any]
    fails: dict[str, Any]
    said: str


CASES = [
    Case(
        RuleId.KIND,
        {"kinds_now": frozenset({TakingPart.BEING})},
        {"taking_part": frozenset({TakingPart.BEING})},
        {"taking_part": frozenset({TakingPart.WORK})},
        "できる参加は「働く」で、望む形（居るだけ）はまだない",
    ),
    Case(
        RuleId.HOURS,
        {"free_slots": TUESDAY},
        {"slots": TUESDAY | FRIDAY},
        {"slots": FRIDAY},
        "開いているのは金曜夕方で、空き時間（火曜午前）と重ならない",
    ),
    Case(
        RuleId.FREQUENCY,
        {"min_weeks_per_month": 4.3},
        {"weeks_per_month": 4.3},
        {"weeks_per_month": 2.0},
        "開くのは月2回くらいで、望む回数（毎週）に足りない",
    ),
    Case(
        RuleId.WEEKLY_HOURS,
        {"min_hours_per_week": 2.0},
        {"slots": TUESDAY, "session_minutes": 120, "weeks_per_month": 4.348},
        {"slots": TUESDAY, "session_minutes": 60, "weeks_per_month": 4.348},
        "参加できるのは週に約1時間で、望む2時間に足りない",
    ),
    Case(
        RuleId.TRAVEL,
        {"travel_mode": TravelMode.WALK, "travel_minutes": 15, "origin": HOME},
        {"point": NEXT_DOOR, "precision": SURVEYED},
        {"point": FAR, "precision": SURVEYED},
        "約9.2km・徒歩で約171分で、「徒歩15分まで」を超える",
    ),
    Case(
        RuleId.FEE,
        {"fee_limit_yen": 100},
        {"fee_yen": 0.0},
        {"fee_yen": 300.0},
        "費用は300円で、「1回100円まで」を超える",
    ),
    Case(
        RuleId.PEOPLE,
        {"people_limit": 8},
        {"people": 8},
        {"people": 20},
        "20人くらいの場で、「8人まで」を超える",
    ),
    *(
        Case(rule, {"limits": {scale: 1}}, {"levels": {scale: 1}}, {"levels": {scale: 3}}, said)
        for rule, scale, said in (
            (RuleId.NOISE, Scale.NOISE, "静けさは「にぎやか」で、望み（「静か」まで）を超える"),
            (
                RuleId.INTERACTION,
                Scale.INTERACTION,
                "人とのやり取りは「多め」で、望み（「少なめ」まで）を超える",
            ),
            (RuleId.LOAD, Scale.LOAD, "身体の負荷は「やや重い」で、望み（「軽い」まで）を超える"),
            (RuleId.PACE, Scale.PACE, "ペースは「みんなに合わせる」で、望み（「自分のペース」まで）を超える"),
        )
    ),
    Case(
        RuleId.PICKUP,
        {"travel_mode": TravelMode.PICKUP, "support_drives": False},
        {"features": {Feature.PICKUP: True}},
        {"features": {Feature.PICKUP: False}},
        "受け入れ先にも、支援側にも、送迎の手立てがない",
    ),
    Case(
        RuleId.LAST_BUS,
        {"leaves_by_minute": 16 * 60},
        {"slots": TUESDAY, "slot_hours": {TUESDAY.bit_length() - 1: (600, 720)}},
        {
            "slots": FRIDAY,
            "slot_hours": {FRIDAY.bit_length() - 1: (900, 1080)},
            "features": {Feature.LEAVE_MIDWAY: False},
        },
        "終わるのが18:00で、途中では帰れないので、16:00までに出ることができない",
    ),
    Case(
        RuleId.LANGUAGE,
        {"languages": frozenset({Language.NEPALI})},
        {"languages": {Language.NEPALI: True}},
        {"languages": {Language.NEPALI: False}},
        "ネパール語は通じない（望むことばはネパール語）",
    ),
    Case(RuleId.VACANCY, {}, {"free_seats": 2}, {"free_seats": 0}, "いま空きがない"),
    Case(
        RuleId.GAP,
        {"is_in_gap": True},
        {"gap_welcome": True},
        {"gap_welcome": False},
        "狭間の人は「不可」としている",
    ),
    Case(
        RuleId.STAY,
        {"longest_stay_minutes": 45},
        {"shortest_stay_minutes": 30},
        {"shortest_stay_minutes": 60},
        "短くても60分で、「1回45分まで」を超える",
    ),
    Case(
        RuleId.ACCESS,
        {"access_needs": frozenset({AccessItem.HANDRAIL, AccessItem.STEP_FREE})},
        {"access": {AccessItem.HANDRAIL: True, AccessItem.STEP_FREE: True}},
        {"access": {AccessItem.HANDRAIL: False}},
        "必要な設備が足りない（段差なし: 不明、手すり: 無）",
    ),
    Case(
        RuleId.STAFF,
        {"musts": frozenset({Feature.FEMALE_STAFF}), "must_nots": frozenset({Feature.MALE_STAFF})},
        {"features": {Feature.FEMALE_STAFF: True, Feature.MALE_STAFF: False}},
        {"features": {Feature.FEMALE_STAFF: True, Feature.MALE_STAFF: True}},
        "女性スタッフ: いる、男性スタッフ: いる（望みは「女性スタッフがいる、男性スタッフがいない」）",
    ),
    *(
        Case(
            rule,
            {"musts": frozenset({feature})},
            {"features": {feature: True}},
            {"features": {feature: False}},
            f"{feature.label}は「不可」",
        )
        for rule, feature in (
            (RuleId.LOOK_AROUND, Feature.LOOK_AROUND),
            (RuleId.ANONYMOUS, Feature.ANONYMOUS),
            (RuleId.LEAVE_MIDWAY, Feature.LEAVE_MIDWAY),
            (RuleId.COMPANION, Feature.COMPANION),
            (RuleId.REMOTE, Feature.REMOTE),
        )
    ),
    Case(
        RuleId.AGE,
        {"age": 47},
        {"age_from": 18, "age_to": AGE_UNLIMITED},
        {"age_from": 65, "age_to": AGE_UNLIMITED, "gap_welcome": False},
        "対象は65歳から、狭間の人は不可（本人は47歳）",
    ),
    Case(
        RuleId.INSURANCE,
        {},
        {"cover": Cover.VALID},
        {"cover": Cover.MISSING},
        "仕事をする場で、傷害・賠償の保険が「なし」",
    ),
    Case(
        RuleId.RECOGNITION,
        {},
        {"recognition": Recognition.RECOGNISED},
        {"recognition": Recognition.MISSING},
        "就労訓練の場で、「認定なし」",
    ),
]


def need(**known: Any) -> NeedProfile:
    return NeedProfile(person_key="k", **known)


def verdict_of(rule: RuleId, profile: NeedProfile, **facts: Any) -> Verdict:
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, **facts)])
    return evidence(rule, profile, columns, 0).verdict


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.value)
def test_a_rule_tells_fit_misfit_and_not_known(case: Case) -> None:
    profile = need(**case.need)
    assert verdict_of(case.rule, profile, **case.fits) is Verdict.YES
    assert verdict_of(case.rule, profile, **case.fails) is Verdict.NO
    assert verdict_of(case.rule, profile) is Verdict.UNKNOWN


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.value)
def test_a_misfit_is_said_with_the_values_that_were_used(case: Case) -> None:
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, **case.fails)])
    found = evidence(case.rule, need(**case.need), columns, 0)
    assert found.text == case.said
    assert (found.name, found.side) == (RULE_BY_ID[case.rule].name, RULE_BY_ID[case.rule].side)


def test_every_rule_is_shown_above_and_every_side_has_some() -> None:
    assert [rule.id for rule in RULES] == list(RuleId)
    assert {case.rule for case in CASES} == set(RuleId)
    assert {rule.side for rule in RULES} == set(Side)


def test_a_rule_that_nobody_asks_for_has_no_evidence() -> None:
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, fee_yen=900.0)])
    with pytest.raises(ValueError, match="does not ask"):
        evidence(RuleId.FEE, need(), columns, 0)


def test_a_facility_for_the_old_takes_a_younger_person_only_when_it_said_so() -> None:
    old = {"age_from": 65, "age_to": AGE_UNLIMITED}
    assert verdict_of(RuleId.AGE, need(age=47), **old, gap_welcome=True) is Verdict.YES
    assert verdict_of(RuleId.AGE, need(age=47), **old) is Verdict.UNKNOWN
    assert verdict_of(RuleId.AGE, need(age=70), **old, gap_welcome=False) is Verdict.YES


def test_a_town_point_near_the_limit_is_a_question_and_not_a_verdict() -> None:
    walk = need(travel_mode=TravelMode.WALK, travel_minutes=30, origin=HOME)
    place = {"point": NEXT_DOOR, "precision": PositionPrecision.TOWN}
    assert verdict_of(RuleId.TRAVEL, walk, **place) is Verdict.UNKNOWN
    assert verdict_of(RuleId.TRAVEL, walk, point=FAR, precision=PositionPrecision.TOWN) is Verdict.NO
    assert verdict_of(RuleId.TRAVEL, replace(walk, travel_minutes=60), **place) is Verdict.YES


def test_nobody_travels_to_what_is_reached_online() -> None:
    walk = need(travel_mode=TravelMode.WALK, travel_minutes=5, origin=HOME)
    online = {"point": FAR, "precision": SURVEYED, "features": {Feature.REMOTE: True}}
    assert verdict_of(RuleId.TRAVEL, walk, **online) is Verdict.NO
    assert verdict_of(RuleId.TRAVEL, replace(walk, accepts_remote=True), **online) is Verdict.YES


def test_an_answer_fills_a_gap_and_never_overrules_the_catalogue() -> None:
    for fits, verdict in ((True, Verdict.YES), (False, Verdict.NO)):
        asked = need(fee_limit_yen=100, answers=frozenset({Answer(RuleId.FEE, 1, -1, fits)}))
        columns = CandidateColumns.from_candidates([Candidate(resource_id=1)])
        found = evidence(RuleId.FEE, asked, columns, 0)
        assert (found.verdict, found.is_answered) == (verdict, True)
        assert found.text == f"費用: 聞き取りでは「{verdict.label}」"
    asked = need(fee_limit_yen=100, answers=frozenset({Answer(RuleId.FEE, 1, -1, True)}))
    assert verdict_of(RuleId.FEE, asked, fee_yen=300.0) is Verdict.NO


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"limits": {Scale.NOISE: 4}}, "1から3"),
        ({"free_slots": 1 << 21}, "一週間"),
        ({"as_is": True, "kinds_now": frozenset({TakingPart.WORK})}, "今のまま"),
        ({"musts": frozenset({Feature.PICKUP})}, "行きかた"),
        ({"must_nots": frozenset({Feature.ANONYMOUS})}, "スタッフ"),
        (
            {"answers": frozenset({Answer(RuleId.FEE, 1, -1, True), Answer(RuleId.FEE, 1, -1, False)})},
            "違う答え",
        ),
        (
            {
                "musts": frozenset({Feature.MALE_STAFF}),
                "must_nots": frozenset({Feature.MALE_STAFF}),
            },
            "同じ",
        ),
    ],
)
def test_a_need_that_contradicts_itself_is_refused_with_a_reason(known: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        need(**known)


@pytest.mark.parametrize(
    ("rule", "asked", "facts", "said"),
    [
        (RuleId.FEE, {"fee_limit_yen": 0}, {"fee_yen": 0.0}, "費用は無料"),
        (RuleId.FEE, {"fee_limit_yen": 300}, {"fee_yen": 100.0}, "費用は100円で、「1回300円まで」に収まる"),
        (RuleId.FEE, {"fee_limit_yen": 0}, {"fee_yen": 200.0}, "費用が200円かかる（望みは「無料」）"),
        (
            RuleId.AGE,
            {"age": 52},
            {"age_from": 18, "age_to": AGE_UNLIMITED, "gap_welcome": False},
            "対象は18歳から（本人は52歳）",
        ),
        (
            RuleId.AGE,
            {"age": 74},
            {"age_from": 15, "age_to": 30, "gap_welcome": True},
            "対象は15歳から30歳まで、狭間の人も可（本人は74歳）",
        ),
        (
            RuleId.AGE,
            {"age": 74},
            {"age_from": 15, "age_to": 30},
            "対象に入るか（対象は15歳から30歳まで、狭間の人の受け入れは不明、本人は74歳）",
        ),
        (RuleId.INSURANCE, {}, {"cover": Cover.NOT_NEEDED}, ""),
        (RuleId.RECOGNITION, {}, {"recognition": Recognition.NOT_NEEDED}, ""),
        (
            RuleId.KIND,
            {
                "kinds_now": frozenset({TakingPart.JOY, TakingPart.ROLE}),
                "kinds_to_try": frozenset({TakingPart.WORK}),
            },
            {"taking_part": frozenset({TakingPart.BEING, TakingPart.JOY, TakingPart.ROLE})},
            "望む参加の形のうち、「楽しみ・学び」「役割・手伝い」ができる",
        ),
        (
            RuleId.KIND,
            {"kinds_now": frozenset({TakingPart.JOY})},
            {"taking_part": frozenset()},
            "参加できる形が、まだ1つもない",
        ),
        (
            RuleId.HOURS,
            {"free_slots": ALL_SLOTS & ~0b111},
            {"slots": 0b11111 << 3},
            "開いているのは火曜〜水曜の5つの時間帯で、空き時間と重なる",
        ),
        (RuleId.HOURS, {"free_slots": ALL_SLOTS}, {}, "いつ開いているか（空き時間は月曜〜日曜の21の時間帯）"),
    ],
)
def test_what_a_tired_reader_understands_at_once(
    rule: RuleId, asked: dict[str, Any], facts: dict[str, Any], said: str
) -> None:
    """No half that concerns others, no list of a whole week, nothing of what does not apply."""
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, **facts)])
    assert evidence(rule, need(**asked), columns, 0).text == said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "場所の住所を確かめる。いま道のりは不明（望みは「徒歩20分まで」）"),
        (
            {"point": NEXT_DOOR, "precision": PositionPrecision.TOWN},
            "場所の住所を確かめる。いまの目安は約500mまで（町のまん中で計算）・徒歩で40分以内（望みは「徒歩20分まで」）",
        ),
        (
            {"point": Point(lon=134.0614, lat=34.34), "precision": SURVEYED},
            "「徒歩20分まで」で行けるか、行きかたを調べる（目安は約1.0km・徒歩で約17〜23分）",
        ),
    ],
)
def test_how_far_a_place_is_nobody_there_can_know(place: dict[str, Any], said: str) -> None:
    """Its address is in the register and the way on a map, so the question goes to the supporters and not to the host."""
    asked = need(travel_mode=TravelMode.WALK, travel_minutes=20, origin=HOME, origin_radius_m=177.0)
    outcome = outcome_of(asked, [Candidate(resource_id=1, **place)])
    found = [question for question in explain(outcome, 0).questions if question.rule is RuleId.TRAVEL]
    assert [(question.asked_of, question.resource_id, question.text) for question in found] == [
        (Side.SUPPORT, 1, said)
    ]


def test_a_place_that_is_reached_from_home_is_said_without_minutes() -> None:
    asked = need(travel_mode=TravelMode.WALK, travel_minutes=20, origin=HOME, accepts_remote=True)
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1, features={Feature.REMOTE: True})])
    assert evidence(RuleId.TRAVEL, asked, columns, 0).text == "オンラインで参加できる"
