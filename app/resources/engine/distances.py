"""How far something is, said no more exactly than it is known."""

from __future__ import annotations

from typing import Final

from app.geo.geocoding import PositionPrecision

LIMITS_M: Final = (500, 1_000, 2_000, 5_000, 10_000)
"""Upper ends of the classes in which places are ordered. Beyond them comes one more class."""

FARTHER: Final = len(LIMITS_M)
NO_PLACE: Final = FARTHER + 1
"""The class of what has no point, or none that may be shown."""

APPROXIMATE: Final = frozenset({PositionPrecision.SECTION, PositionPrecision.TOWN, PositionPrecision.UNKNOWN})
"""A point of these is the middle of an area: off by 600 m at the median (高松市, see `app.geo.geocoding`)."""


def distance_class(metres: float | None) -> int:
    """Return the class of a distance, counted from 0; `NO_PLACE` for none."""
    if metres is None:
        return NO_PLACE
    return next((number for number, limit in enumerate(LIMITS_M) if metres <= limit), FARTHER)


def class_label(number: int) -> str:
    """Return a class in words: 「約1kmまで」."""
    if number == NO_PLACE:
        return "距離が不明"
    if number == FARTHER:
        return f"約{_round(LIMITS_M[-1])}より遠い"
    return f"約{_round(LIMITS_M[number])}まで"


def distance_text(metres: float | None, precision: PositionPrecision) -> str:
    """Return a distance in words. Of a point that is the middle of a town only the class is told."""
    if metres is None:
        return "不明"
    number = distance_class(metres)
    if precision in APPROXIMATE:
        return f"{class_label(number)}（町のまん中で計算）"
    if metres < 50:
        return "50m以内"
    tens = round(metres / 50) * 50
    return f"約{tens}m" if tens < 1_000 else f"約{metres / 1_000:.1f}km"


def _round(metres: int) -> str:
    return f"{metres}m" if metres < 1_000 else f"{metres // 1_000}km"
