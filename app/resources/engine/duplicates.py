"""Whether two entries may be the same: what speaks for it and what against, weighed.

The idea is I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", Journal of the American Statistical
Association 64 (1969): each comparison adds the logarithm of how much likelier it is among pairs that are the same than
among others. The weights here are rounded by hand, about one for each doubling, and checked on the public places of
高松市. Names are compared by the share of equal pairs of letters (L. R. Dice, "Measures of the Amount of Ecologic
Association Between Species", Ecology 26, 1945), which takes neither order nor word boundaries for granted.

No sign is enough alone: ten resources at one coordinate are normal, and a telephone number is shared by a whole office.
It takes a name, and with it a place or a number. People decide; the product only asks.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.geo.points import EARTH_RADIUS_M
from app.resources.engine.duplicate_facts import Facts

ENOUGH: Final = 8
"""From this weight on two entries are shown as perhaps the same."""

_NEAR_M: Final = 30
_BESIDE_M: Final = 100
_APART_M: Final = 500
_TOWN_POINT_M: Final = 5_000
"""Of a point that is the middle of a town only what lies far beyond a town says anything: it is off by 600 m at the median."""

_ALMOST: Final = 0.72
_SIMILAR: Final = 0.55
_DIFFERENT: Final = 0.3
_LEAST_CONTAINED: Final = 4

# What tells 「第一保育園」 from 「第二保育園」 and 「北館」 from 「南館」, where all other letters are equal.
_TELLING: Final = re.compile(r"\d+|[一二三四五六七八九十東西南北上中下前後a-z]")


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was compared: its weight, above zero where it speaks for the same, and how people say it."""

    weight: int
    words: str
    is_name: bool = False
    is_support: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """What came of comparing two entries."""

    signs: tuple[Sign, ...]

    @property
    def weight(self) -> int:
        """All signs together."""
        return sum(sign.weight for sign in self.signs)

    @property
    def is_enough(self) -> bool:
        """Whether somebody should look: a name and something beside it speak for it, and little against."""
        return (
            self.weight >= ENOUGH
            and any(sign.is_name and sign.weight > 0 for sign in self.signs)
            and any(sign.is_support and sign.weight > 0 for sign in self.signs)
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it, the strongest first."""
        return tuple(sign.words for sign in self._ordered() if sign.weight > 0 and sign.words)

    @property
    def against(self) -> tuple[str, ...]:
        """What speaks against it, the strongest first."""
        return tuple(sign.words for sign in reversed(self._ordered()) if sign.weight < 0)

    def _ordered(self) -> list[Sign]:
        return sorted(self.signs, key=lambda sign: -sign.weight)


def compare(one: Facts, other: Facts) -> Likeness:
    """Weigh what two entries have in common. Where one of the two says nothing, nothing is weighed.

    An informal gathering is compared by its name and its place alone.
    """
    signs = [*_names(one, other), *_places(one, other)]
    if not (one.is_light or other.is_light):
        signs += [*_numbers(one, other), *_times(one, other)]
    return Likeness(tuple(signs))


def likeness_of_names(one: Facts, other: Facts) -> float:
    """Return how alike two names are, from 0 to 1."""
    if one.core == other.core or (one.reading and one.reading == other.reading):
        return 1.0
    shared, total = len(one.grams & other.grams), len(one.grams) + len(other.grams)
    dice = 2 * shared / total if total else 0.0
    shorter, longer = sorted((one.core, other.core), key=len)
    is_part = len(shorter) >= _LEAST_CONTAINED and (longer.startswith(shorter) or longer.endswith(shorter))
    return max(dice, _ALMOST) if is_part else dice


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (longitude, latitude) that lie in one town, as on a plane."""
    # Rounded cosine of the middle: equal whichever of the two comes first.
    return EARTH_RADIUS_M * math.hypot(
        math.radians(one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2)),
        math.radians(one[1] - other[1]),
    )


def _names(one: Facts, other: Facts) -> Iterator[Sign]:
    if not one.core or not other.core:
        return
    likeness = likeness_of_names(one, other)
    both = f"（{one.name}／{other.name}）"
    if one.name == other.name:
        yield Sign(6, "名前が同じ", is_name=True)
    elif likeness == 1.0:
        yield Sign(6, f"名前がほぼ同じ{both}", is_name=True)
    else:
        if likeness >= _ALMOST:
            yield Sign(4, f"名前がほぼ同じ{both}", is_name=True)
        elif likeness >= _SIMILAR:
            yield Sign(2, f"名前が似ている{both}", is_name=True)
        elif likeness < _DIFFERENT:
            yield Sign(-4, "名前がちがう", is_name=True)
        if Counter(_TELLING.findall(one.core)) != Counter(_TELLING.findall(other.core)):
            yield Sign(-4, "名前の中の番号や方角がちがう")


def _places(one: Facts, other: Facts) -> Iterator[Sign]:
    signs = [*_grounds(one, other), *_distances(one, other)]
    # An address and a point say the same thing twice: only the stronger counts, for and against.
    agreeing = [sign for sign in signs if sign.weight > 0]
    opposing = [sign for sign in signs if sign.weight < 0]
    if agreeing:
        best = max(agreeing, key=lambda sign: sign.weight)
        yield best
        yield from (Sign(0, sign.words) for sign in agreeing if sign is not best)
    if opposing:
        yield min(opposing, key=lambda sign: sign.weight)


def _grounds(one: Facts, other: Facts) -> Iterator[Sign]:
    if one.venue and one.venue == other.venue:
        yield Sign(3, "場所が同じ", is_support=True)
    if not one.ground or not other.ground:
        return
    if one.city and other.city and one.city != other.city:
        yield Sign(-6, "市町村がちがう")
    elif one.ground == other.ground:
        if one.has_number:
            yield Sign(4, "住所が同じ", is_support=True)
        else:
            yield Sign(2, "町が同じ", is_support=True)
    elif one.town != other.town:
        yield Sign(-4, "住所の町がちがう")
    elif _is_part_of(one.ground, other.ground):
        yield Sign(2, "住所がほぼ同じ", is_support=True)
    else:
        yield Sign(-3, "番地がちがう")


def _is_part_of(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and not longer[len(shorter)].isdigit()


def _distances(one: Facts, other: Facts) -> Iterator[Sign]:
    if one.point is None or other.point is None:
        return
    metres = metres_between(one.point, other.point)
    if not (one.is_exact and other.is_exact):
        if metres > _TOWN_POINT_M:
            yield Sign(-3, f"約{metres / 1_000:.0f}kmはなれている")
    elif metres <= _NEAR_M:
        yield Sign(2, f"約{max(10, round(metres / 10) * 10)}m", is_support=True)
    elif metres <= _BESIDE_M:
        yield Sign(1, f"約{round(metres / 10) * 10}m", is_support=True)
    elif metres > _APART_M:
        far = f"{metres / 1_000:.1f}km" if metres >= 1_000 else f"{round(metres / 10) * 10}m"
        yield Sign(-3, f"約{far}はなれている")


def _numbers(one: Facts, other: Facts) -> Iterator[Sign]:
    if one.phones and other.phones:
        if one.phones & other.phones:
            yield Sign(4, "電話番号が同じ", is_support=True)
        else:
            yield Sign(-2, "電話番号がちがう")
    if one.url and one.url == other.url:
        yield Sign(2, "ホームページが同じ", is_support=True)
    if one.establishment and other.establishment:
        if one.establishment == other.establishment:
            yield Sign(5, "事業所番号が同じ", is_support=True)
        else:
            yield Sign(-4, "事業所番号がちがう")
    if one.corporate_number and other.corporate_number:
        if one.corporate_number == other.corporate_number:
            yield Sign(1, "法人番号が同じ")
        else:
            yield Sign(-4, "法人番号がちがう")


def _times(one: Facts, other: Facts) -> Iterator[Sign]:
    if one.kind and other.kind:
        if one.kind == other.kind:
            yield Sign(1, "")
        else:
            yield Sign(-4, "種別がちがう")
    if one.weekdays and other.weekdays:
        if one.weekdays == other.weekdays:
            yield Sign(1, "曜日が同じ")
        elif not one.weekdays & other.weekdays:
            yield Sign(-4, "曜日がちがう")
    if one.hours and other.hours and (one.hours[1] <= other.hours[0] or other.hours[1] <= one.hours[0]):
        yield Sign(-3, "時間がちがう")
