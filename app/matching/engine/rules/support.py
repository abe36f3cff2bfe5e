"""Rules that the supporters can change: who drives, who interprets."""

from __future__ import annotations

from typing import Final

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.person import is_reached_online
from app.matching.engine.rules.rule import (
    UNKNOWN_WORDS,
    Fact,
    Inputs,
    Rule,
    Verdicts,
    verdicts_of,
)
from app.matching.vocabulary import RuleId, Side, TravelMode
from app.resources.engine.traits import Feature, Language, mask_of

_PICKUP: Final = 1 << Feature.PICKUP


def _judge_pickup(given: Inputs) -> Verdicts:
    offered, refused = given.columns.features.yes & _PICKUP, given.columns.features.no & _PICKUP
    yes = (offered != 0) | is_reached_online(given) | (given.profile.support_drives is True)
    # Nobody drives only when the place has said no and so have the supporters.
    return verdicts_of(yes, ~yes & (refused != 0) & (given.profile.support_drives is False))


def _found_pickup(given: Inputs, row: int) -> Fact:
    if is_reached_online(given)[row]:
        return Fact(True, "オンラインなので要らない")
    if given.columns.features.yes[row] & _PICKUP:
        return Fact(True, "受け入れ先の送迎がある")
    if given.profile.support_drives:
        return Fact(True, "支援者が送迎できる")
    if given.columns.features.no[row] & _PICKUP:
        return Fact(False, "受け入れ先の送迎はない")
    return Fact(None, "受け入れ先の送迎は不明")


def _wanted_pickup(profile: NeedProfile) -> Fact:
    words = {True: "支援者が送迎できる", False: "支援者の送迎はない", None: "支援者の送迎は不明"}
    return Fact(profile.support_drives, words[profile.support_drives])


PICKUP: Final = Rule(
    id=RuleId.PICKUP,
    name="送迎",
    side=Side.SUPPORT,
    fits="{found}",
    fails="受け入れ先にも、支援側にも、送迎の手立てがない",
    asks="車での送迎は頼めるか（{found}・{wanted}）",
    is_asked=lambda profile: profile.travel_mode is TravelMode.PICKUP,
    judge=_judge_pickup,
    wanted=_wanted_pickup,
    found=_found_pickup,
    missing=lambda profile: (
        (Side.SUPPORT, "支援者が車で送迎できるか") if profile.support_drives is None else None
    ),
)


def _judge_language(given: Inputs) -> Verdicts:
    spoken, wanted = given.columns.languages, mask_of(given.profile.languages)
    yes = (spoken.yes & wanted) != 0
    return verdicts_of(yes, ~yes & ((spoken.no & wanted) == wanted))


def _words(mask: int) -> str:
    return "・".join(language.label for language in Language if mask >> language & 1)


def _found_language(given: Inputs, row: int) -> Fact:
    spoken, wanted = given.columns.languages, mask_of(given.profile.languages)
    yes, no = int(spoken.yes[row]) & wanted, int(spoken.no[row]) & wanted
    if yes:
        return Fact(yes, f"{_words(yes)}が通じる")
    return Fact(0, f"{_words(no)}は通じない") if no == wanted else Fact(None, UNKNOWN_WORDS)


LANGUAGE: Final = Rule(
    id=RuleId.LANGUAGE,
    name="ことば",
    side=Side.SUPPORT,
    fits="{found}",
    fails="{found}（望むことばは{wanted}）",
    asks="{wanted}が通じるか",
    is_asked=lambda profile: bool(profile.languages),
    judge=_judge_language,
    wanted=lambda profile: Fact(mask_of(profile.languages), _words(mask_of(profile.languages))),
    found=_found_language,
)

SUPPORT_RULES: Final = (PICKUP, LANGUAGE)
