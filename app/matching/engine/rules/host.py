"""Rules that the host can change: free seats, who is welcome, how long, how heavy, what is there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.matching.engine.profile import STAFF, NeedProfile
from app.matching.engine.rules.rule import (
    UNKNOWN_WORDS,
    Fact,
    Inputs,
    Rule,
    Verdicts,
    at_most,
    verdicts_of,
)
from app.matching.engine.rules.scales import scale_rule
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import AccessItem, Feature, mask_of


def _judge_vacancy(given: Inputs) -> Verdicts:
    seats = given.columns.free_seats
    return verdicts_of(seats > 0, seats == 0)


def _found_vacancy(given: Inputs, row: int) -> Fact:
    seats = int(given.columns.free_seats[row])
    return Fact(None, UNKNOWN_WORDS) if seats == UNKNOWN else Fact(seats, f"{seats}人分")


VACANCY: Final = Rule(
    id=RuleId.VACANCY,
    name="枠の空き",
    side=Side.HOST,
    fits="空きが{found}ある",
    fails="いま空きがない",
    asks="いま空きがあるか",
    is_asked=lambda _: True,
    judge=_judge_vacancy,
    wanted=lambda _: Fact(1, "1人分"),
    found=_found_vacancy,
)

_WELCOME_WORDS: Final = {1: "可", 0: "不可", UNKNOWN: UNKNOWN_WORDS}


def _judge_gap(given: Inputs) -> Verdicts:
    return verdicts_of(given.columns.gap_welcome == 1, given.columns.gap_welcome == 0)


def _found_gap(given: Inputs, row: int) -> Fact:
    welcome = int(given.columns.gap_welcome[row])
    return Fact(None if welcome == UNKNOWN else bool(welcome), _WELCOME_WORDS[welcome])


GAP: Final = Rule(
    id=RuleId.GAP,
    name="狭間の人の受け入れ",
    side=Side.HOST,
    fits="狭間の人も「{found}」としている",
    fails="狭間の人は「{found}」としている",
    asks="制度の狭間の人も受け入れられるか",
    is_asked=lambda profile: profile.is_in_gap,
    judge=_judge_gap,
    wanted=lambda _: Fact(True, "可"),
    found=_found_gap,
)


def _judge_stay(given: Inputs) -> Verdicts:
    return at_most(given.columns.shortest_stay_minutes, given.profile.longest_stay_minutes or 0)


def _found_stay(given: Inputs, row: int) -> Fact:
    minutes = int(given.columns.shortest_stay_minutes[row])
    return Fact(None, UNKNOWN_WORDS) if minutes == UNKNOWN else Fact(minutes, f"{minutes}分")


STAY: Final = Rule(
    id=RuleId.STAY,
    name="最短の時間",
    side=Side.HOST,
    fits="{found}から参加でき、「{wanted}」に収まる",
    fails="短くても{found}で、「{wanted}」を超える",
    asks="何分から参加できるか（「{wanted}」を望む）",
    is_asked=lambda profile: profile.longest_stay_minutes is not None,
    judge=_judge_stay,
    wanted=lambda profile: Fact(profile.longest_stay_minutes, f"1回{profile.longest_stay_minutes}分まで"),
    found=_found_stay,
)


def _judge_access(given: Inputs) -> Verdicts:
    items, needed = given.columns.access, mask_of(given.profile.access_needs)
    return verdicts_of((items.yes & needed) == needed, (items.no & needed) != 0)


def _found_access(given: Inputs, row: int) -> Fact:
    yes, no = int(given.columns.access.yes[row]), int(given.columns.access.no[row])
    words = [
        f"{item.label}: {'有' if yes >> item & 1 else '無' if no >> item & 1 else UNKNOWN_WORDS}"
        for item in AccessItem
        if item in given.profile.access_needs
    ]
    return Fact("、".join(words), "、".join(words))


def _access_words(profile: NeedProfile) -> str:
    return "・".join(item.label for item in AccessItem if item in profile.access_needs)


ACCESS: Final = Rule(
    id=RuleId.ACCESS,
    name="設備",
    side=Side.HOST,
    fits="必要な設備がある（{found}）",
    fails="必要な設備が足りない（{found}）",
    asks="必要な設備があるか（{found}）",
    is_asked=lambda profile: bool(profile.access_needs),
    judge=_judge_access,
    wanted=lambda profile: Fact(mask_of(profile.access_needs), _access_words(profile)),
    found=_found_access,
)


def _judge_staff(given: Inputs) -> Verdicts:
    staff = given.columns.features
    needed, avoided = mask_of(given.profile.musts & STAFF), mask_of(given.profile.must_nots)
    yes = ((staff.yes & needed) == needed) & ((staff.no & avoided) == avoided)
    return verdicts_of(yes, ((staff.no & needed) | (staff.yes & avoided)) != 0)


def _presence(given: Inputs, row: int, feature: Feature) -> str:
    if given.columns.features.yes[row] >> feature & 1:
        return "いる"
    return "いない" if given.columns.features.no[row] >> feature & 1 else UNKNOWN_WORDS


def _found_staff(given: Inputs, row: int) -> Fact:
    asked = (given.profile.musts & STAFF) | given.profile.must_nots
    words = "、".join(
        f"{feature.label}: {_presence(given, row, feature)}" for feature in Feature if feature in asked
    )
    return Fact(words, words)


def _staff_words(profile: NeedProfile) -> str:
    wanted = [f"{feature.label}がいる" for feature in Feature if feature in profile.musts & STAFF]
    return "、".join([*wanted, *(f"{item.label}がいない" for item in Feature if item in profile.must_nots)])


STAFF_RULE: Final = Rule(
    id=RuleId.STAFF,
    name="スタッフ",
    side=Side.HOST,
    fits="{found}",
    fails="{found}（望みは「{wanted}」）",
    asks="スタッフを確かめる（{found}。望みは「{wanted}」）",
    is_asked=lambda profile: bool(profile.musts & STAFF or profile.must_nots),
    judge=_judge_staff,
    wanted=lambda profile: Fact(_staff_words(profile), _staff_words(profile)),
    found=_found_staff,
)


FEATURE_OF: Final[Mapping[RuleId, Feature]] = MappingProxyType(
    {
        RuleId.LOOK_AROUND: Feature.LOOK_AROUND,
        RuleId.ANONYMOUS: Feature.ANONYMOUS,
        RuleId.LEAVE_MIDWAY: Feature.LEAVE_MIDWAY,
        RuleId.COMPANION: Feature.COMPANION,
        RuleId.REMOTE: Feature.REMOTE,
    }
)
"""What each of these rules asks a place to allow."""


def _feature_rule(rule: RuleId) -> Rule:
    feature = FEATURE_OF[rule]
    bit = 1 << feature

    def judge(given: Inputs) -> Verdicts:
        known = given.columns.features
        return verdicts_of((known.yes & bit) != 0, (known.no & bit) != 0)

    def found(given: Inputs, row: int) -> Fact:
        if given.columns.features.yes[row] & bit:
            return Fact(True, "可")
        return Fact(False, "不可") if given.columns.features.no[row] & bit else Fact(None, UNKNOWN_WORDS)

    return Rule(
        id=rule,
        name=feature.label,
        side=Side.HOST,
        fits=f"{feature.label}は「{{found}}」",
        fails=f"{feature.label}は「{{found}}」",
        asks="だれかと一緒に参加できるか" if feature is Feature.COMPANION else f"{feature.label}ができるか",
        is_asked=lambda profile: feature in profile.musts,
        judge=judge,
        wanted=lambda _: Fact(True, "「可」の場"),
        found=found,
    )


HOST_RULES: Final = (
    VACANCY,
    GAP,
    STAY,
    scale_rule(RuleId.LOAD, Side.HOST),
    scale_rule(RuleId.PACE, Side.HOST),
    ACCESS,
    STAFF_RULE,
    *(_feature_rule(rule) for rule in FEATURE_OF),
)
