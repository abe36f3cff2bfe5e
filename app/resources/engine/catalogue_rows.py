"""What a row of the catalogue means to the matcher, word by word. A word that nobody has written is 不明, never 「ない」."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final, TypeVar

from app.resources.engine.candidates import Hours
from app.resources.engine.trait_fields import FEE_YEN
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    SLOT_COUNT,
    AccessItem,
    Feature,
    Language,
    Scale,
    TakingPart,
    slot_bit,
    slot_number,
)
from app.resources.vocabulary import DayPart, KindGroup
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, parse_weekdays

Traits = Mapping[str, str]
_Member = TypeVar("_Member", bound=IntEnum)

_SAID: Final = {"有": True, "可": True, "いる": True, "無": False, "不可": False, "いない": False}

_ACCESS: Final = {
    AccessItem.RAMP: "スロープ",
    AccessItem.HANDRAIL: "手すり",
    AccessItem.WHEELCHAIR_TOILET: "車いすトイレ",
    AccessItem.WESTERN_TOILET: "洋式トイレ",
    AccessItem.OSTOMATE: "オストメイト",
    AccessItem.LIFT: "エレベーター",
    AccessItem.PARKING: "駐車場",
    AccessItem.WHEELCHAIR_PARKING: "車いす駐車場",
    AccessItem.WRITTEN_TALK: "筆談対応",
    AccessItem.BRAILLE: "点字案内",
    AccessItem.NURSING_ROOM: "授乳室",
}
_FEATURES: Final = {
    Feature.LOOK_AROUND: "見学可",
    Feature.ANONYMOUS: "匿名可",
    Feature.COMPANION: "同行者可",
    Feature.LEAVE_MIDWAY: "途中退室可",
    Feature.FEMALE_STAFF: "女性スタッフ",
    Feature.MALE_STAFF: "男性スタッフ",
    Feature.REMOTE: "オンライン",
}
_LEVELS: Final = {
    Scale.NOISE: ("静けさ", {"静か": 1, "ふつう": 2, "にぎやか": 3}),
    Scale.INTERACTION: ("対人のやり取り", {"少なめ": 1, "ふつう": 2, "多め": 3}),
    Scale.LOAD: ("身体負荷", {"軽い": 1, "ふつう": 2, "やや重い": 3}),
    Scale.PACE: ("ペース", {"自分のペース": 1, "ゆっくり": 2, "みんなに合わせる": 3}),
}
_KINDS: Final = {kind.label: kind for kind in TakingPart}
_LANGUAGES: Final = {language.label: language for language in Language}

PLACED: Final = frozenset({KindGroup.TAKING_PART, KindGroup.WORK, KindGroup.HOUSING, KindGroup.SHELTER})
"""Groups in which people are placed as a matter of course. A consultation or a hall comes in question only when
somebody has said what one can take part in there."""


def access_of(traits: Traits) -> dict[AccessItem, bool]:
    """設備. 「段差」 is asked the other way round: a step that is there is not step-free."""
    found = _answers(_ACCESS, traits)
    step = _SAID.get(traits.get("段差", ""))
    return found if step is None else {AccessItem.STEP_FREE: not step, **found}


def features_of(traits: Traits, pickup: str | None) -> dict[Feature, bool]:
    """What a place allows. A pickup that is to be discussed (要相談) stays a question."""
    found = _answers(_FEATURES, traits)
    driven = _SAID.get(pickup or "")
    return found if driven is None else {**found, Feature.PICKUP: driven}


def _answers(names: Mapping[_Member, str], traits: Traits) -> dict[_Member, bool]:
    said = {member: _SAID.get(traits.get(name, "")) for member, name in names.items()}
    return {member: answer for member, answer in said.items() if answer is not None}


def levels_of(traits: Traits) -> dict[Scale, int]:
    """The scales of the environment of which a word is known."""
    words = {scale: level.get(traits.get(name, "")) for scale, (name, level) in _LEVELS.items()}
    return {scale: level for scale, level in words.items() if level is not None}


def taking_part_of(traits: Traits) -> frozenset[TakingPart] | None:
    """参加の形 as somebody has said them, None when nobody has."""
    words = traits.get("参加の形", "").replace("；", ";").split(";")
    return frozenset(_KINDS[word] for word in words if word in _KINDS) or None


def languages_of(traits: Traits) -> dict[Language, bool]:
    """ことば that somebody has named. One that was not named is not known to be missing."""
    words = traits.get("ことば", "").replace("；", ";").split(";")
    return {_LANGUAGES[word]: True for word in words if word in _LANGUAGES}


def number_of(text: str | None) -> int | None:
    """A whole number, None for everything else."""
    return int(text) if text is not None and text.isdecimal() else None


def fee_of(traits: Traits, fee: str | None, group: KindGroup) -> float | None:
    """Yen each time. A rent is paid by the month, so it is no answer to what one visit costs."""
    if group is KindGroup.HOUSING:
        return None
    yen = number_of(traits.get(FEE_YEN))
    if yen is not None:
        return float(yen)
    return 0.0 if fee == "無料" else None


def ages_of(low: int | None, high: int | None, gap_welcome: bool | None) -> tuple[int | None, int | None]:
    """Both ends of the ages. One end alone says that the other is open; none at all was not asked.

    Where nothing is said of ages but people in the gaps are welcome, no age is turned away.
    """
    if low is None and high is None:
        return (0, AGE_UNLIMITED) if gap_welcome else (None, None)
    return (0 if low is None else low, AGE_UNLIMITED if high is None else high)


# Where morning, afternoon and evening part, in minutes since midnight, and how long one has to be there to count.
_NOON, _EVENING, _NIGHT = 12 * 60, 17 * 60, 24 * 60
_PARTS: Final = {
    DayPart.MORNING: (0, _NOON),
    DayPart.AFTERNOON: (_NOON, _EVENING),
    DayPart.EVENING: (_EVENING, _NIGHT),
}
_SHORTEST: Final = 30


def parts_of(opens: int | None, closes: int | None) -> tuple[DayPart, ...] | None:
    """The parts of the day in which it is open for half an hour at least; None when the hours are not known."""
    if opens is None or closes is None or closes <= opens:
        return None
    least = min(_SHORTEST, closes - opens)
    return tuple(
        part for part, (start, end) in _PARTS.items() if min(closes, end) - max(opens, start) >= least
    )


def slots_of(weekday_mask: int | None, opens: int | None, closes: int | None) -> int | None:
    """The mask of slots in which a place is open, None while days or hours are not known."""
    parts = parts_of(opens, closes)
    if weekday_mask is None or not parts:
        return None
    return sum(slot_bit(day, part) for day in range(7) if weekday_mask >> day & 1 for part in parts)


def session_minutes_of(opens: int | None, closes: int | None) -> int | None:
    """How long one slot lasts: the day's hours shared among its parts."""
    parts = parts_of(opens, closes)
    if not parts or opens is None or closes is None:
        return None
    return (closes - opens) // len(parts)


def hours_by_slot(weekday_mask: int | None, opens: int | None, closes: int | None) -> dict[int, Hours]:
    """From when one may come in each slot and when it ends, by the number of the slot.

    Where the days are not known the hours are those of any day, and where one end is not known every part of the day
    that the other leaves open stands there with None. In the afternoon of a place that opens at ten one comes at noon.
    """
    if (opens is None and closes is None) or (opens is not None and closes is not None and closes <= opens):
        return {}
    parts = parts_of(opens, closes) or tuple(
        part
        for part, (start, end) in _PARTS.items()
        if (opens is None or opens < end) and (closes is None or closes > start)
    )
    days = range(7) if weekday_mask is None else [day for day in range(7) if weekday_mask >> day & 1]
    return {
        slot_number(day, part): (None if opens is None else max(opens, _PARTS[part][0]), closes)
        for day in days
        for part in parts
    }


_WEEKS_A_MONTH: Final = 365.25 / 12 / 7


def weeks_of(schedule: str | None) -> float | None:
    """In how many weeks of a month it takes place, by its most frequent day; None for words that no code says."""
    days = parse_weekdays(schedule or "").value
    if days is None or days.gif_code() != schedule:
        return None
    by_day: dict[int, list[int]] = {}
    for rule in days.rules:
        by_day.setdefault(rule.day, []).append(rule.week)
    return max(map(_weeks, by_day.values()), default=None)


def _weeks(weeks: list[int]) -> float:
    if EVERY_WEEK in weeks:
        return _WEEKS_A_MONTH
    return _WEEKS_A_MONTH / 2 if EVERY_OTHER_WEEK in weeks else float(len(weeks))


def free_slots_of(free: Mapping[tuple[int, DayPart], int]) -> int:
    """The mask of the slots with a free seat; all of them when every seat is taken, since they are still its hours."""
    wanted: Callable[[int], bool] = (lambda seats: seats > 0) if any(free.values()) else (lambda _: True)
    mask = sum(slot_bit(day, part) for (day, part), seats in free.items() if wanted(seats))
    assert mask < 1 << SLOT_COUNT
    return mask
