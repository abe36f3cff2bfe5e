"""Whose point it is that stands with an entry: measured, put there by hand, or that of the town in its address."""

from __future__ import annotations

from typing import Final

from app.geo.geocoding import Geocoded, PositionPrecision

BY_HAND: Final = "手で置いた点"
"""The source of a point that somebody put where it is, on the map or as numbers."""

BY_TOWN: Final = frozenset({PositionPrecision.SECTION, PositionPrecision.TOWN})
"""What the point of a town is; such a point follows the address, every other one stays."""

_LIST: Final = "町名一覧"
_SOURCE_MOST: Final = 100


def list_source(found: Geocoded) -> str:
    """Return the source of a point out of a list of towns: 「町名一覧（高松市）」, or with whoever publishes the list."""
    return f"{_LIST}（{found.source or found.municipality}）"[:_SOURCE_MOST]


def is_from_list(precision: PositionPrecision | None, source: str | None) -> bool:
    """Tell whether a point is said to come out of a list of towns."""
    return precision in BY_TOWN and (source or "").startswith(_LIST)


def found_words(found: Geocoded) -> str:
    """Say to whoever looked an address up where the pin was put and how exact that is, or why it could not be put."""
    if found.point is None:
        return f"印を置けませんでした。{found.reason}"
    return (
        f"「{found.matched}」のまん中に印を置きました（約）。建物の場所とはずれます。"
        "わかるときは、印を動かしてください。保存するまでは、まだ変わりません。"
    )
