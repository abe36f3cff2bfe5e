"""Rules that a programme sets: for whom it is, and what has to be in order before anybody works."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.rule import UNKNOWN_WORDS, Fact, Inputs, Rule, Verdicts, verdicts_of
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import AGE_UNLIMITED, Cover, Recognition


def _judge_age(given: Inputs) -> Verdicts:
    low, high, age = given.columns.age_from, given.columns.age_to, given.profile.age
    if age is None:
        anybody = (low == 0) & (high == AGE_UNLIMITED)
        return verdicts_of(anybody, np.zeros_like(anybody))
    outside = ((low != UNKNOWN) & (age < low)) | ((high != UNKNOWN) & (age > high))
    inside = (low != UNKNOWN) & (high != UNKNOWN) & ~outside
    # An existing facility may open seats to people whom its programme does not name (狭間の人も可).
    welcome = given.columns.gap_welcome
    return verdicts_of(inside | (outside & (welcome == 1)), outside & (welcome == 0))


_WELCOME_WORDS: Final = {1: "、狭間の人も可", 0: "、狭間の人は不可", UNKNOWN: "、狭間の人の受け入れは不明"}


def _found_age(given: Inputs, row: int) -> Fact:
    low, high = int(given.columns.age_from[row]), int(given.columns.age_to[row])
    if low == UNKNOWN and high == UNKNOWN:
        return Fact(None, UNKNOWN_WORDS)
    if low <= 0 and high == AGE_UNLIMITED:
        return Fact("", "年齢を問わない" if low == 0 else "上限なし・下限は不明")
    start = "" if low == 0 else "下限は不明・" if low == UNKNOWN else f"{low}歳から"
    end = "" if high == AGE_UNLIMITED else "・上限は不明" if high == UNKNOWN else f"{high}歳まで"
    age = given.profile.age
    is_outside = age is not None and (age < low or (high != UNKNOWN and age > high))
    # Whoever is within is no 狭間の人, and what holds for others is not their affair.
    welcome = _WELCOME_WORDS[int(given.columns.gap_welcome[row])] if is_outside else ""
    return Fact(f"{low}-{high}", f"{start}{end}{welcome}")


def _wanted_age(profile: NeedProfile) -> Fact:
    return Fact(profile.age, f"本人は{UNKNOWN_WORDS if profile.age is None else f'{profile.age}歳'}")


AGE: Final = Rule(
    id=RuleId.AGE,
    name="場の対象年齢",
    side=Side.PROGRAMME,
    fits="対象は{found}（{wanted}）",
    fails="対象は{found}（{wanted}）",
    asks="対象に入るか（対象は{found}、{wanted}）",
    is_asked=lambda _: True,
    judge=_judge_age,
    wanted=_wanted_age,
    found=_found_age,
    missing=lambda profile: (Side.PERSON, "本人の年齢") if profile.age is None else None,
)


def _judge_insurance(given: Inputs) -> Verdicts:
    cover = given.columns.cover
    return verdicts_of((cover == Cover.VALID) | (cover == Cover.NOT_NEEDED), cover == Cover.MISSING)


def _found_insurance(given: Inputs, row: int) -> Fact:
    cover = Cover(int(given.columns.cover[row]))
    return Fact(None if cover is Cover.UNKNOWN else cover.name, cover.label)


INSURANCE: Final = Rule(
    id=RuleId.INSURANCE,
    name="保険",
    side=Side.PROGRAMME,
    # Where no work is done nobody looks for a cover, so nothing is said of it.
    fits=lambda _, found: (
        "" if found.value == Cover.NOT_NEEDED.name else f"傷害・賠償の保険は「{found.words}」"
    ),
    fails="仕事をする場で、傷害・賠償の保険が「{found}」",
    asks="仕事をする前に、傷害・賠償の保険を確かめる",
    is_asked=lambda _: True,
    judge=_judge_insurance,
    wanted=lambda _: Fact(Cover.VALID.name, Cover.VALID.label),
    found=_found_insurance,
)


def _judge_recognition(given: Inputs) -> Verdicts:
    state = given.columns.recognition
    return verdicts_of(
        (state == Recognition.RECOGNISED) | (state == Recognition.NOT_NEEDED), state == Recognition.MISSING
    )


def _found_recognition(given: Inputs, row: int) -> Fact:
    state = Recognition(int(given.columns.recognition[row]))
    return Fact(None if state is Recognition.UNKNOWN else state.name, state.label)


RECOGNITION: Final = Rule(
    id=RuleId.RECOGNITION,
    name="就労訓練の認定",
    side=Side.PROGRAMME,
    fits=lambda _, found: (
        "" if found.value == Recognition.NOT_NEEDED.name else f"就労訓練の認定は「{found.words}」"
    ),
    fails="就労訓練の場で、「{found}」",
    asks="就労訓練の認定番号を確かめる",
    is_asked=lambda _: True,
    judge=_judge_recognition,
    wanted=lambda _: Fact(Recognition.RECOGNISED.name, Recognition.RECOGNISED.label),
    found=_found_recognition,
)

PROGRAMME_RULES: Final = (AGE, INSURANCE, RECOGNITION)
