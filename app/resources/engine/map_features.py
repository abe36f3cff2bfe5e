"""What a map is given: places and outlines as GeoJSON (RFC 7946), and the mark of each group of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import shapely

from app.geo.geocoding import PositionPrecision
from app.resources.engine.distances import APPROXIMATE
from app.resources.vocabulary import KindGroup

MARKS: Final = {
    KindGroup.TAKING_PART: "circle",
    KindGroup.WORK: "square",
    KindGroup.HOUSING: "house",
    KindGroup.SHELTER: "triangle",
    KindGroup.SUPPORT: "diamond",
    KindGroup.FACILITY: "hexagon",
}
"""The shape of each group on a map. A refuge has none: no point of one ever leaves the server."""

# Half the width of a line on a screen that shows a whole town; 1e-4 degrees are about ten metres.
_TOLERANCE: Final = 2e-4
_DIGITS: Final = 5


@dataclass(frozen=True)
class Place:
    """A resource that can stand on a map."""

    id: int
    name: str
    kind: str
    group: KindGroup
    lon: float
    lat: float
    precision: PositionPrecision


def place_features(places: Iterable[Place], address: str) -> dict[str, Any]:
    """Return the places; `address` is the beginning of a card's address, to which the id is added."""
    return _collection([_place(place, address) for place in places])


def _place(place: Place, address: str) -> dict[str, Any]:
    # A point that is the middle of a town gets no more digits than it deserves: three are about a hundred metres.
    is_approximate = place.precision in APPROXIMATE
    digits = 3 if is_approximate else _DIGITS
    return {
        "type": "Feature",
        "id": place.id,
        "geometry": {"type": "Point", "coordinates": [round(place.lon, digits), round(place.lat, digits)]},
        "properties": {
            "title": place.name,
            "note": f"{place.kind}・だいたいの場所（約）" if is_approximate else place.kind,
            "href": f"{address}{place.id}",
            "mark": MARKS[place.group],
            "approximate": is_approximate,
        },
    }


def outline_features(outlines: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Return (name, boundary as WKB) simplified together, so that neighbours keep one common line."""
    return _collection(
        [
            {"type": "Feature", "geometry": geometry, "properties": {"title": name}}
            for (name, _), geometry in zip(
                outlines, _simplified(tuple(wkb for _, wkb in outlines)), strict=True
            )
        ]
    )


# Simplifying is the slow part, and outlines change once a year.
@lru_cache(maxsize=4)
def _simplified(boundaries: tuple[bytes, ...]) -> list[dict[str, Any]]:
    if not boundaries:
        return []
    coverage = shapely.coverage_simplify(shapely.from_wkb(list(boundaries)), _TOLERANCE)
    rounded = shapely.set_precision(coverage, 10**-_DIGITS)
    geometries: list[dict[str, Any]] = [shapely.geometry.mapping(shape) for shape in rounded]
    return geometries


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
