"""From where journeys are reckoned: the middle of a mesh square, never a door."""

from __future__ import annotations

from app.geo import mesh
from app.geo.points import Point, distance_m

# Two thirds of a degree of latitude by one degree of longitude, and an eighth of each (JIS X 0410).
_SECOND_LAT, _SECOND_LON = 2 / 3 / 8, 1 / 8


def origin_of(code: str | None) -> tuple[Point, float] | None:
    """The middle of a mesh square and half of its diagonal in metres; None for none, or for a code that is none.

    Squares of about 10 km (six digits) are those of protected households.
    """
    if code is None or not code.isdecimal():
        return None
    if len(code) == 6:
        south = int(code[:2]) / 1.5 + int(code[4]) * _SECOND_LAT
        west = int(code[2:4]) + 100 + int(code[5]) * _SECOND_LON
        return _middle(west, south, west + _SECOND_LON, south + _SECOND_LAT)
    try:
        edges = mesh.bounds(int(code))
    except ValueError:
        return None
    return _middle(edges.west, edges.south, edges.east, edges.north)


def _middle(west: float, south: float, east: float, north: float) -> tuple[Point, float] | None:
    try:
        middle = Point(lon=(west + east) / 2, lat=(south + north) / 2)
        return middle, distance_m(middle, Point(lon=east, lat=north))
    except ValueError:
        return None
