"""Steps that change places: what a host or a programme could do otherwise, one unit at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.matching.engine.profile import STAFF, NeedProfile
from app.matching.engine.relaxation import offers
from app.matching.engine.relaxation.step import (
    BY_HOST,
    HOURS_RULES,
    WAY_RULES,
    Asked,
    PlaceChange,
    Step,
    StepsOf,
)
from app.matching.engine.rules.host import FEATURE_OF
from app.matching.engine.rules.scales import SCALE_OF
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.traits import SLOT_COUNT, AccessItem, Feature, Scale, TakingPart, slot_labels


def _host(
    rule: RuleId,
    what: str,
    label: str,
    place: PlaceChange,
    asked: Asked,
    *,
    units: int = 1,
    rules: tuple[RuleId, ...] = (),
) -> Step:
    family = f"{rule}.host{what}"
    return Step(Side.HOST, family, f"{BY_HOST}{label}", rules or (rule,), units, place=place, asked=asked)


def _programme(rule: RuleId, label: str, place: PlaceChange, *, units: int = 1) -> Step:
    return Step(Side.PROGRAMME, f"{rule}.programme", label, (rule,), units, place=place)


_SEAT: Final = _host(RuleId.VACANCY, "", "席を1つ増やせば", offers.one_more_seat, Asked("席を1つ増やす"))
# One change answers both: who is outside of a programme's target may come all the same.
_WELCOME: Final = _host(
    RuleId.GAP,
    "",
    "狭間の人や対象の外の人も可とすれば",
    offers.welcome_all,
    Asked("制度の狭間の人や、対象の外の人も受け入れる"),
    rules=(RuleId.GAP, RuleId.AGE),
)


def _age(_: NeedProfile) -> Iterable[Step]:
    yield _WELCOME
    for units, years in enumerate((5, 10), start=1):
        label = f"事業の対象年齢が{years}歳ぶん広がれば"
        yield _programme(RuleId.AGE, label, offers.wider_ages(years), units=units)


def _kinds(profile: NeedProfile) -> Iterable[Step]:
    # What is wished now comes before what is only worth a try.
    for kind in (*sorted(profile.kinds_now), *sorted(profile.kinds_to_try - profile.kinds_now)):
        # A café lets no rooms: homes come of other places, not of a change to these.
        if kind is not TakingPart.HOME:
            asked = Asked(f"「{kind.label}」の参加もできるようにする", kinds=frozenset({kind}))
            label = f"「{kind.label}」の参加もできるようにすれば"
            yield _host(RuleId.KIND, f".{kind:d}", label, offers.also(kind), asked)


def _hours(profile: NeedProfile) -> Iterable[Step]:
    for slot in range(SLOT_COUNT):
        if (profile.free_slots or 0) >> slot & 1:
            when = slot_labels(1 << slot)[0]
            yield _host(
                RuleId.HOURS,
                f".{slot}",
                f"{when}に枠を1つ開ければ",
                offers.one_more_slot(slot),
                Asked(f"{when}に枠を1つ開ける", slots=1 << slot),
                rules=HOURS_RULES,
            )


def _weekly_hours(profile: NeedProfile) -> Iterable[Step]:
    for units, minutes in enumerate((30, 60), start=1):
        asked = Asked(f"1回の時間を{minutes}分長くする")
        label = f"1回の時間を{minutes}分長くすれば"
        yield _host(RuleId.WEEKLY_HOURS, "", label, offers.longer_session(minutes), asked, units=units)
    yield from _hours(profile)
    yield from _frequency(profile)


def _frequency(_: NeedProfile) -> Iterable[Step]:
    for times in (1, 2):
        yield _host(
            RuleId.FREQUENCY,
            "",
            f"開く日を月に{times}回増やせば",
            offers.more_weeks(times),
            Asked(f"開く日を月に{times}回増やす"),
            units=times,
            rules=(RuleId.FREQUENCY, RuleId.WEEKLY_HOURS),
        )


def _stay(_: NeedProfile) -> Iterable[Step]:
    for units, minutes in enumerate((30, 60), start=1):
        label = f"最短の時間を{minutes}分短くすれば"
        asked = Asked(f"最短の時間を{minutes}分短くする")
        place, rules = offers.shorter_stay(minutes), (RuleId.STAY, RuleId.LAST_BUS)
        yield _host(RuleId.STAY, "", label, place, asked, units=units, rules=rules)


def _people(_: NeedProfile) -> Iterable[Step]:
    for units, people in enumerate((5, 10), start=1):
        label = f"いまより{people}人少ない時間をつくれば"
        asked = Asked("少人数の時間をつくる")
        yield _host(RuleId.PEOPLE, "", label, offers.smaller_group(people), asked, units=units)


_GENTLER: Final = {
    Scale.NOISE: ("静かな席や時間をつくれば", "静かな席や時間をつくる"),
    Scale.INTERACTION: ("人とのやり取りの少ない役割や席をつくれば", "一人でできることを用意する"),
    Scale.LOAD: ("身体の負荷の軽い参加のしかたをつくれば", "軽い仕事を切り出す"),
    Scale.PACE: ("自分のペースでできるようにすれば", "自分のペースでできるようにする"),
}
_HOW_MUCH: Final = ("いまより少し", "いまよりずっと")


def _level(rule: RuleId) -> StepsOf:
    scale = SCALE_OF[rule]
    condition, said = _GENTLER[scale]
    steps = tuple(
        _host(rule, "", f"{much}{condition}", offers.gentler(scale, levels), Asked(said), units=levels)
        for levels, much in enumerate(_HOW_MUCH, start=1)
    )
    return lambda _: steps


def _feature_step(feature: Feature, rule: RuleId, rules: tuple[RuleId, ...] = ()) -> Step:
    label = f"{feature.label}を「可」にすれば"
    asked = Asked(f"{feature.label}ができるようにする")
    return _host(rule, "", label, offers.allows(feature), asked, rules=rules)


# Who may leave midway is gone before the last bus as well.
_MIDWAY: Final = _feature_step(
    Feature.LEAVE_MIDWAY, RuleId.LEAVE_MIDWAY, (RuleId.LEAVE_MIDWAY, RuleId.LAST_BUS)
)
# Whoever may take part from home needs no way there either.
_ONLINE: Final = _feature_step(Feature.REMOTE, RuleId.REMOTE, (RuleId.REMOTE, *WAY_RULES))


def _feature(rule: RuleId) -> StepsOf:
    both = {RuleId.REMOTE: _ONLINE, RuleId.LEAVE_MIDWAY: _MIDWAY}
    step = both.get(rule) or _feature_step(FEATURE_OF[rule], rule)
    return lambda _: (step,)


def _travel(profile: NeedProfile) -> Iterable[Step]:
    if profile.accepts_remote:
        yield _ONLINE


def _last_bus(profile: NeedProfile) -> Iterable[Step]:
    for units, minutes in enumerate((30, 60), start=1):
        asked = Asked(f"終わりの時刻を{minutes}分早める")
        label = f"終わりを{minutes}分早めれば"
        yield _host(RuleId.LAST_BUS, "", label, offers.earlier_end(minutes), asked, units=units)
    yield _MIDWAY
    yield from _stay(profile)
    yield from _travel(profile)


def _pickup(profile: NeedProfile) -> Iterable[Step]:
    place = offers.allows(Feature.PICKUP)
    yield _host(RuleId.PICKUP, "", "送迎できれば", place, Asked("送り迎えができるようにする"))
    yield from _travel(profile)


def _access(profile: NeedProfile) -> Iterable[Step]:
    for item in AccessItem:
        if item in profile.access_needs:
            label = f"「{item.label}」か代わりの手立てを用意すれば"
            # Which of them would tell of somebody's body in a town where people know each other.
            asked = Asked("設備や、その代わりの手立てを用意する")
            yield _host(RuleId.ACCESS, f".{item:d}", label, offers.equips(item), asked)


def _staff(profile: NeedProfile) -> Iterable[Step]:
    # Nor does a lead say who is hoped for and who is feared.
    asked = Asked("スタッフの曜日や、受け持ちを相談する")
    for feature in Feature:
        if feature in profile.musts & STAFF:
            label = f"{feature.label}のいる日をつくれば"
            yield _host(RuleId.STAFF, f".with{feature:d}", label, offers.allows(feature), asked)
        if feature in profile.must_nots:
            label = f"{feature.label}のいない日をつくれば"
            place = offers.allows(feature, answer=False)
            yield _host(RuleId.STAFF, f".without{feature:d}", label, place, asked)


_INSURED: Final = _programme(RuleId.INSURANCE, "市か社会福祉協議会が保険に入れば", offers.insures)
_RECOGNISED: Final = _programme(RuleId.RECOGNITION, "就労訓練の認定を受ければ", offers.recognises)

OF_PLACES: Final[Mapping[RuleId, StepsOf]] = {
    RuleId.KIND: _kinds,
    RuleId.HOURS: _hours,
    RuleId.WEEKLY_HOURS: _weekly_hours,
    RuleId.FREQUENCY: _frequency,
    RuleId.TRAVEL: _travel,
    RuleId.PICKUP: _pickup,
    RuleId.LAST_BUS: _last_bus,
    RuleId.VACANCY: lambda _: (_SEAT,),
    RuleId.GAP: lambda _: (_WELCOME,),
    RuleId.STAY: _stay,
    RuleId.PEOPLE: _people,
    RuleId.ACCESS: _access,
    RuleId.STAFF: _staff,
    RuleId.AGE: _age,
    RuleId.INSURANCE: lambda _: (_INSURED,),
    RuleId.RECOGNITION: lambda _: (_RECOGNISED,),
    **{rule: _level(rule) for rule in SCALE_OF},
    **{rule: _feature(rule) for rule in FEATURE_OF},
}
