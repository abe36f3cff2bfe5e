"""Steps that change the need: what the person could do otherwise, and what the supporters could do for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.matching.engine.profile import LATEST_LEAVE, NeedProfile
from app.matching.engine.relaxation.step import HOURS_RULES, WAY_RULES, NeedChange, Step, StepsOf
from app.matching.engine.rules.host import FEATURE_OF
from app.matching.engine.rules.person import WEEKS_SLACK, week_words
from app.matching.engine.rules.scales import SCALE_OF
from app.matching.vocabulary import RuleId, Side, TravelMode
from app.resources.engine.traits import SLOT_COUNT, AccessItem, Feature, Scale, TakingPart, slot_labels

_WITHOUT: Final = {
    Feature.LOOK_AROUND: "見学なしで始めてもよければ",
    Feature.ANONYMOUS: "名前を伝えてもよければ",
    Feature.LEAVE_MIDWAY: "終わりまで居るのでもよければ",
    Feature.COMPANION: "一人で参加するのでもよければ",
    Feature.REMOTE: "オンラインでなくてもよければ",
}


def _person(
    rule: RuleId, what: str, label: str, need: NeedChange, *, units: int = 1, rules: tuple[RuleId, ...] = ()
) -> Step:
    return Step(Side.PERSON, f"{rule}.person{what}", label, rules or (rule,), units, need=need)


def _kinds(profile: NeedProfile) -> Iterable[Step]:
    def tries(kind: TakingPart) -> NeedChange:
        return lambda need: replace(need, kinds_to_try=need.kinds_to_try | {kind})

    for kind in TakingPart:
        # Nobody moves house for a try.
        if kind not in profile.kinds and kind is not TakingPart.HOME:
            yield _person(RuleId.KIND, f".{kind:d}", f"「{kind.label}」も試してみるなら", tries(kind))


def _hours(profile: NeedProfile) -> Iterable[Step]:
    def frees(slot: int) -> NeedChange:
        return lambda need: replace(need, free_slots=(need.free_slots or 0) | 1 << slot)

    if profile.free_slots is None:
        return
    for slot in range(SLOT_COUNT):
        if not profile.free_slots >> slot & 1:
            label = f"{slot_labels(1 << slot)[0]}も空けられるなら"
            yield _person(RuleId.HOURS, f".{slot}", label, frees(slot), rules=HOURS_RULES)


def _frequency(profile: NeedProfile) -> Iterable[Step]:
    wanted = profile.min_weeks_per_month or 0.0
    for units, weeks in enumerate((2.0, 1.0), start=1):
        if weeks < wanted - WEEKS_SLACK:
            label = f"{week_words(weeks)}（いまは{week_words(wanted)}）でよければ"
            yield _person(RuleId.FREQUENCY, "", label, _sets(min_weeks_per_month=weeks), units=units)


def _weekly_hours(profile: NeedProfile) -> Iterable[Step]:
    def shorter(hours: int) -> NeedChange:
        return lambda need: replace(
            need, min_hours_per_week=max(0.0, (need.min_hours_per_week or 0.0) - hours)
        )

    for hours in (1, 2):
        if hours == 1 or (profile.min_hours_per_week or 0.0) > 1:
            label = f"週に{hours}時間短くてもよければ"
            yield _person(RuleId.WEEKLY_HOURS, "", label, shorter(hours), units=hours)


def _travel(profile: NeedProfile) -> Iterable[Step]:
    mode = profile.travel_mode or TravelMode.WALK
    minutes = profile.travel_minutes or 0
    for units, more in enumerate((10, 20), start=1):
        label = f"{mode.label}で{minutes + more}分まで（いまは{minutes}分）行けるなら"
        yield _person(
            RuleId.TRAVEL, "", label, _adds("travel_minutes", more), units=units, rules=(RuleId.TRAVEL,)
        )
    if mode is not TravelMode.PICKUP:
        driven = _sets(travel_mode=TravelMode.PICKUP, support_drives=True, leaves_by_minute=None)
        yield Step(Side.SUPPORT, "travel.support", "送迎があれば", WAY_RULES, need=driven)
    yield from _online(profile)


def _online(profile: NeedProfile) -> Iterable[Step]:
    if not profile.accepts_remote:
        online = _sets(accepts_remote=True)
        yield _person(RuleId.TRAVEL, ".online", "オンラインでもよければ", online, rules=WAY_RULES)


def _last_bus(profile: NeedProfile) -> Iterable[Step]:
    label = "帰りの送迎があれば"
    driven = _sets(leaves_by_minute=None)
    yield Step(Side.SUPPORT, "last_bus.support", label, (RuleId.LAST_BUS,), need=driven)
    for units, minutes in enumerate((30, 60), start=1):
        if (profile.leaves_by_minute or 0) + minutes <= LATEST_LEAVE:
            label = f"帰りに出るのが{minutes}分遅くてもよければ"
            yield _person(RuleId.LAST_BUS, "", label, _adds("leaves_by_minute", minutes), units=units)
    yield from _online(profile)


def _pickup(profile: NeedProfile) -> Iterable[Step]:
    label = "支援者が送迎できれば"
    yield Step(Side.SUPPORT, "pickup.support", label, (RuleId.PICKUP,), need=_sets(support_drives=True))
    yield from _online(profile)


def _fee(profile: NeedProfile) -> Iterable[Step]:
    limit = profile.fee_limit_yen or 0
    for units, yen in enumerate((100, 300, 500), start=1):
        dearer = _adds("fee_limit_yen", yen)
        now = f"{limit:,}円" if limit else "無料"
        label = f"1回{limit + yen:,}円まで（いまは{now}）でよければ"
        yield _person(RuleId.FEE, "", label, dearer, units=units)
        label = f"費用の助けが1回{yen}円あれば"
        yield Step(Side.SUPPORT, "fee.support", label, (RuleId.FEE,), units, need=dearer)


def _stay(profile: NeedProfile) -> Iterable[Step]:
    minutes = profile.longest_stay_minutes or 0
    for units, more in enumerate((15, 30, 60), start=1):
        label = f"1回{minutes + more}分まで（いまは{minutes}分）居られるなら"
        yield _person(RuleId.STAY, "", label, _adds("longest_stay_minutes", more), units=units)


def _people(profile: NeedProfile) -> Iterable[Step]:
    limit = profile.people_limit or 0
    for units, more in enumerate((5, 10), start=1):
        label = f"{limit + more}人まで（いまは{limit}人）大丈夫なら"
        yield _person(RuleId.PEOPLE, "", label, _adds("people_limit", more), units=units)


def _level(rule: RuleId) -> StepsOf:
    scale = SCALE_OF[rule]

    def louder(levels: int) -> NeedChange:
        return lambda need: replace(need, limits={**need.limits, scale: need.limits[scale] + levels})

    def steps(profile: NeedProfile) -> Iterable[Step]:
        for levels in range(1, 4 - profile.limits[scale]):
            word = scale.level_label(profile.limits[scale] + levels)
            is_loud = scale is Scale.NOISE and profile.limits[scale] + levels == 3
            label = "にぎやかな場でもよければ" if is_loud else f"{scale.label}が「{word}」の場でもよければ"
            yield _person(rule, "", label, louder(levels), units=levels)

    return steps


def _access(profile: NeedProfile) -> Iterable[Step]:
    # What a body needs is nobody's to give up: others find another way around it.
    def without(item: AccessItem) -> NeedChange:
        return lambda need: replace(need, access_needs=need.access_needs - {item})

    for item in AccessItem:
        if item in profile.access_needs:
            label = f"「{item.label}」の代わりの手立てを、支援側で用意できれば"
            family = f"access.support.{item:d}"
            yield Step(Side.SUPPORT, family, label, (RuleId.ACCESS,), need=without(item))


def _feature(rule: RuleId) -> StepsOf:
    feature = FEATURE_OF[rule]
    step = _person(rule, "", _WITHOUT[feature], lambda need: replace(need, musts=need.musts - {feature}))
    return lambda _: (step,)


def _language(_: NeedProfile) -> Iterable[Step]:
    label = "通訳や付き添いがあれば"
    spoken = _sets(languages=frozenset())
    yield Step(Side.SUPPORT, "language.support", label, (RuleId.LANGUAGE,), need=spoken)


def _sets(**values: Any) -> NeedChange:
    return lambda need: replace(need, **values)


def _adds(name: str, more: int) -> NeedChange:
    def change(need: NeedProfile) -> NeedProfile:
        values: dict[str, Any] = {name: (getattr(need, name) or 0) + more}
        return replace(need, **values)

    return change


OF_NEED: Final[Mapping[RuleId, StepsOf]] = {
    RuleId.KIND: _kinds,
    RuleId.HOURS: _hours,
    RuleId.WEEKLY_HOURS: lambda profile: (*_weekly_hours(profile), *_hours(profile)),
    RuleId.FREQUENCY: _frequency,
    RuleId.TRAVEL: _travel,
    RuleId.PICKUP: _pickup,
    RuleId.LAST_BUS: _last_bus,
    RuleId.FEE: _fee,
    RuleId.STAY: _stay,
    RuleId.PEOPLE: _people,
    RuleId.ACCESS: _access,
    RuleId.LANGUAGE: _language,
    **{rule: _level(rule) for rule in SCALE_OF},
    **{rule: _feature(rule) for rule in FEATURE_OF},
}
