"""Rules that the person can change: what kind, when, how often, how far, for how much, among how many."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.rule import (
    UNKNOWN_WORDS,
    Fact,
    Inputs,
    Rule,
    Verdicts,
    at_most,
    number_words,
    verdicts_of,
)
from app.matching.engine.rules.scales import scale_rule
from app.matching.vocabulary import RuleId, Side, TravelMode
from app.resources.engine.columns import PRECISIONS, UNKNOWN
from app.resources.engine.distances import APPROXIMATE, class_label, distance_class, distance_text
from app.resources.engine.traits import Feature, TakingPart, mask_of, slot_labels
from app.resources.vocabulary import WEEKDAYS, DayPart

WEEKS_A_MONTH: Final = 365.25 / 12 / 7

WEEKS_SLACK: Final = 0.5
"""「毎週」 is written as 4 by some and as 4.3 by others: half a week of a month is no difference."""

HOURS_SLACK: Final = 0.05
"""Hours are told in tenths, so what is rounded away of a week is no difference either."""


def _judge_kind(given: Inputs) -> Verdicts:
    served = given.columns.taking_part
    fits = (served & mask_of(given.profile.kinds)) != 0
    known = served != UNKNOWN
    return verdicts_of(known & fits, known & ~fits)


def _kind_words(kinds: frozenset[TakingPart]) -> str:
    # 「役割・手伝い」 is one of them, so another mark stands between two.
    return "、".join(kind.label for kind in TakingPart if kind in kinds)


def _found_kind(given: Inputs, row: int) -> Fact:
    mask = int(given.columns.taking_part[row])
    if mask == UNKNOWN:
        return Fact(None, UNKNOWN_WORDS)
    return Fact(mask, _kind_words(frozenset(kind for kind in TakingPart if mask >> kind & 1)))


def _fitting_kinds(wanted: Fact, found: Fact) -> str:
    both = int(wanted.value or 0) & int(found.value or 0)
    quoted = "".join(f"「{kind.label}」" for kind in TakingPart if both >> kind & 1)
    return f"望む参加の形のうち、{quoted}ができる"


def _other_kinds(wanted: Fact, found: Fact) -> str:
    if not found.value:
        return "参加できる形が、まだ1つもない"
    return f"できる参加は「{found.words}」で、望む形（{wanted.words}）はまだない"


KIND: Final = Rule(
    id=RuleId.KIND,
    name="参加の形",
    side=Side.PERSON,
    fits=_fitting_kinds,
    fails=_other_kinds,
    asks="どんな参加ができるか（望む形は「{wanted}」）",
    is_asked=lambda profile: bool(profile.kinds),
    judge=_judge_kind,
    wanted=lambda profile: Fact(mask_of(profile.kinds), _kind_words(profile.kinds)),
    found=_found_kind,
)


def _judge_hours(given: Inputs) -> Verdicts:
    slots = given.columns.slots
    fits = (slots & (given.profile.free_slots or 0)) != 0
    known = slots != UNKNOWN
    return verdicts_of(known & fits, known & ~fits)


_MOST_SLOTS: Final = 4
"""More slots than these are told by their number: a list of them is read by nobody."""


def slot_words(mask: int) -> str:
    """「火曜午後・金曜午後」, or of many 「月曜〜土曜の12の時間帯」."""
    labels = slot_labels(mask)
    if len(labels) <= _MOST_SLOTS:
        return "・".join(labels) or "なし"
    first, last = (
        f"{WEEKDAYS[slot // len(DayPart)]}曜"
        for slot in ((mask & -mask).bit_length() - 1, mask.bit_length() - 1)
    )
    number = f"{len(labels)}つ" if len(labels) < 10 else f"{len(labels)}"
    return f"{first}〜{last}の{number}の時間帯"


def _slot_fact(mask: int) -> Fact:
    return Fact(mask, slot_words(mask)) if mask != UNKNOWN else Fact(None, UNKNOWN_WORDS)


HOURS: Final = Rule(
    id=RuleId.HOURS,
    name="曜日と時間帯",
    side=Side.PERSON,
    fits="開いているのは{found}で、空き時間と重なる",
    fails="開いているのは{found}で、空き時間（{wanted}）と重ならない",
    asks="いつ開いているか（空き時間は{wanted}）",
    is_asked=lambda profile: profile.free_slots is not None,
    judge=_judge_hours,
    wanted=lambda profile: _slot_fact(profile.free_slots or 0),
    found=lambda given, row: _slot_fact(int(given.columns.slots[row])),
)


def week_words(weeks: float) -> str:
    """「毎週」 or 「月2回くらい」 for the weeks of a month."""
    return "毎週" if weeks >= 4 else f"月{max(1, round(weeks))}回くらい"


def _weeks_fact(weeks: float | None) -> Fact:
    unknown = weeks is None or math.isnan(weeks)
    return Fact(None, UNKNOWN_WORDS) if weeks is None or unknown else Fact(weeks, week_words(weeks))


def _judge_frequency(given: Inputs) -> Verdicts:
    weeks, wanted = given.columns.weeks_per_month, given.profile.min_weeks_per_month or 0.0
    return verdicts_of(weeks >= wanted - WEEKS_SLACK, weeks < wanted - WEEKS_SLACK)


FREQUENCY: Final = Rule(
    id=RuleId.FREQUENCY,
    name="回数",
    side=Side.PERSON,
    fits="開くのは{found}で、望む回数（{wanted}）に足りる",
    fails="開くのは{found}で、望む回数（{wanted}）に足りない",
    asks="月に何回開くか（望む回数は{wanted}）",
    is_asked=lambda profile: profile.min_weeks_per_month is not None,
    judge=_judge_frequency,
    wanted=lambda profile: _weeks_fact(profile.min_weeks_per_month),
    found=lambda given, row: _weeks_fact(float(given.columns.weeks_per_month[row])),
)


def _hours_a_week(given: Inputs) -> NDArray[np.float64]:
    """Hours a week that the shared slots give on the average of a year, shape (n,); NaN where one of its factors is not known."""
    columns, free = given.columns, given.profile.free_slots
    shared = columns.slots if free is None else columns.slots & free
    known = (columns.slots != UNKNOWN) & (columns.session_minutes != UNKNOWN)
    sessions = np.bitwise_count(shared) * (columns.weeks_per_month / WEEKS_A_MONTH)
    return np.where(known, sessions * columns.session_minutes / 60, np.nan)


def _judge_weekly_hours(given: Inputs) -> Verdicts:
    hours, wanted = _hours_a_week(given), given.profile.min_hours_per_week or 0.0
    return verdicts_of(hours >= wanted - HOURS_SLACK, hours < wanted - HOURS_SLACK)


def _found_hours(given: Inputs, row: int) -> Fact:
    hours = float(_hours_a_week(given)[row])
    if math.isnan(hours):
        return Fact(None, UNKNOWN_WORDS)
    return Fact(round(hours, 1), number_words(round(hours, 1), "時間"))


def _wanted_hours(profile: NeedProfile) -> Fact:
    hours = profile.min_hours_per_week or 0.0
    return Fact(hours, number_words(hours, "時間"))


WEEKLY_HOURS: Final = Rule(
    id=RuleId.WEEKLY_HOURS,
    name="週の時間",
    side=Side.PERSON,
    fits="週に約{found}参加でき、望む{wanted}に足りる",
    fails="参加できるのは週に約{found}で、望む{wanted}に足りない",
    asks="1回の長さと回数（週に{wanted}を望む）",
    is_asked=lambda profile: profile.min_hours_per_week is not None,
    judge=_judge_weekly_hours,
    wanted=_wanted_hours,
    found=_found_hours,
)


def is_reached_online(given: Inputs) -> NDArray[np.bool_]:
    """Rows where nobody has to travel, bool of shape (n,)."""
    if not given.profile.accepts_remote:
        return np.zeros(len(given.columns), dtype=np.bool_)
    return np.asarray((given.columns.features.yes & (1 << Feature.REMOTE)) != 0)


def _mode(profile: NeedProfile) -> TravelMode:
    return profile.travel_mode or TravelMode.WALK


def _judge_travel(given: Inputs) -> Verdicts:
    least, most = given.ways.minutes(_mode(given.profile))
    limit, online = given.profile.travel_minutes or 0, is_reached_online(given)
    return verdicts_of((most <= limit) | online, (least > limit) & ~online)


# Above this radius an end is known by its area, and metres would say more than anybody knows.
_AREA_M: Final = 500.0


def _distance_words(given: Inputs, row: int) -> str:
    metres = float(given.ways.metres[row])
    if given.profile.origin_radius_m >= _AREA_M:
        return class_label(distance_class(metres))
    return distance_text(metres, PRECISIONS[int(given.columns.precision[row])])


def travel_fact(given: Inputs, row: int) -> Fact:
    """Distance and minutes of one row in words; the value is the most minutes that it may take."""
    if is_reached_online(given)[row]:
        return Fact(0.0, "オンラインで参加できる")
    mode = _mode(given.profile)
    least, most = (float(minutes[row]) for minutes in given.ways.minutes(mode))
    if math.isnan(most):
        return Fact(None, UNKNOWN_WORDS)
    is_rough = PRECISIONS[int(given.columns.precision[row])] in APPROXIMATE
    words = f"{_distance_words(given, row)}・{mode.label}で{minute_words(math.ceil(least), math.ceil(most))}"
    return Fact(round(most, 1), words, is_rough)


def minute_words(low: int, high: int) -> str:
    """「約17〜21分」; where the way may be none at all 「21分以内」."""
    if high - low < 3:
        return f"約{max(1, high)}分"
    return f"約{low}〜{high}分" if low > 1 else f"{high}分以内"


def _fitting_way(wanted: Fact, found: Fact) -> str:
    # Whoever takes part from home needs no minutes.
    return f"{found.words}で、「{wanted.words}」に収まる" if found.value else found.words


def _asks_way(wanted: Fact, found: Fact) -> str:
    """What the supporters look up: the address where the point is not known, else the way itself."""
    if found.value is None:
        return f"場所の住所を確かめる。いま道のりは不明（望みは「{wanted.words}」）"
    if found.is_rough:
        return f"場所の住所を確かめる。いまの目安は{found.words}（望みは「{wanted.words}」）"
    return f"「{wanted.words}」で行けるか、行きかたを調べる（目安は{found.words}）"


TRAVEL: Final = Rule(
    id=RuleId.TRAVEL,
    name="移動",
    side=Side.PERSON,
    fits=_fitting_way,
    fails="{found}で、「{wanted}」を超える",
    asks=_asks_way,
    is_asked=lambda profile: profile.travel_minutes is not None and profile.travel_mode is not None,
    judge=_judge_travel,
    wanted=lambda profile: Fact(
        profile.travel_minutes, f"{_mode(profile).label}{profile.travel_minutes}分まで"
    ),
    found=travel_fact,
    missing=lambda profile: (Side.PERSON, "どのあたりから出かけるか") if profile.origin is None else None,
    asked_of=Side.SUPPORT,
)


def _judge_fee(given: Inputs) -> Verdicts:
    fee, limit = given.columns.fee_yen, given.profile.fee_limit_yen or 0
    return verdicts_of(fee <= limit, fee > limit)


def _fee_words(yen: float) -> str:
    return number_words(yen, "円") if yen else "無料"


def _found_fee(given: Inputs, row: int) -> Fact:
    fee = float(given.columns.fee_yen[row])
    return Fact(None, UNKNOWN_WORDS) if math.isnan(fee) else Fact(fee, _fee_words(fee))


def _fitting_fee(wanted: Fact, found: Fact) -> str:
    return f"費用は{found.words}で、「{wanted.words}」に収まる" if found.value else "費用は無料"


def _dear(wanted: Fact, found: Fact) -> str:
    if wanted.value:
        return f"費用は{found.words}で、「{wanted.words}」を超える"
    return f"費用が{found.words}かかる（望みは「{wanted.words}」）"


FEE: Final = Rule(
    id=RuleId.FEE,
    name="費用",
    side=Side.PERSON,
    fits=_fitting_fee,
    fails=_dear,
    asks="1回いくらかかるか（望みは「{wanted}」）",
    is_asked=lambda profile: profile.fee_limit_yen is not None,
    judge=_judge_fee,
    wanted=lambda profile: Fact(
        profile.fee_limit_yen, f"1回{profile.fee_limit_yen:,}円まで" if profile.fee_limit_yen else "無料"
    ),
    found=_found_fee,
)


def _judge_people(given: Inputs) -> Verdicts:
    return at_most(given.columns.people, given.profile.people_limit or 0)


def _found_people(given: Inputs, row: int) -> Fact:
    people = int(given.columns.people[row])
    return Fact(None, UNKNOWN_WORDS) if people == UNKNOWN else Fact(people, f"{people}人くらい")


PEOPLE: Final = Rule(
    id=RuleId.PEOPLE,
    name="人数",
    side=Side.PERSON,
    fits="{found}の場で、「{wanted}」に収まる",
    fails="{found}の場で、「{wanted}」を超える",
    asks="ふだん何人くらい来るか（「{wanted}」を望む）",
    is_asked=lambda profile: profile.people_limit is not None,
    judge=_judge_people,
    wanted=lambda profile: Fact(profile.people_limit, f"{profile.people_limit}人まで"),
    found=_found_people,
)

PERSON_RULES: Final = (
    KIND,
    HOURS,
    FREQUENCY,
    WEEKLY_HOURS,
    TRAVEL,
    FEE,
    PEOPLE,
    scale_rule(RuleId.NOISE, Side.PERSON),
    scale_rule(RuleId.INTERACTION, Side.PERSON),
)
