"""The map of a district or a town on paper: outlines and numbered pins as figures of an SVG, without tiles of anybody.

Lengths are in tenths of a millimetre on the sheet, from its upper left corner.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import shapely

from app.geo.points import Point
from app.resources.engine.public_list import PublicPlace

WIDTH, HEIGHT = 1_860, 1_500
_MARGIN: Final = 90
# Pins that would lie nearer to each other than this are drawn as one.
_APART: Final = 70.0
_METRES_A_DEGREE: Final = 111_320.0
_TOLERANCE: Final = 1e-4
_BARS: Final = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_WIDEST_BAR: Final = 500.0
# Room is looked for so far from a spot.
_STEPS: Final = (0, 75, 110, 150, 200, 260)
_LETTER: Final = 26
_ON_SHEET: Final = shapely.box(0, 0, WIDTH, HEIGHT)
# A map of one point alone shows about this much around it, in degrees.
_AROUND: Final = 0.004


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its boundary as WKB; `is_shown` is what the sheet is about, all others lie around it."""

    id: int
    name: str
    wkb: bytes
    is_shown: bool
    is_district: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The figure of an area, `path` as SVG has it."""

    path: str
    is_shown: bool
    is_district: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a town, where there is room for it."""

    name: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark with the number of its only place, or 「3–5」 for several at one spot; hollow where the spot is about right.

    It stands at `x`, `y`; where there was no room at the spot itself, a line leads to `spot_x`, `spot_y`.
    """

    label: str
    x: int
    y: int
    is_approximate: bool
    spot_x: int
    spot_y: int

    @property
    def half(self) -> int:
        """Half of its width."""
        return 32 if len(self.label) < 3 else 14 + 12 * len(self.label)

    @property
    def is_aside(self) -> bool:
        """Whether it stands beside its spot."""
        return (self.x, self.y) != (self.spot_x, self.spot_y)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A place with its number on the map; None for what has no point, or lies off the sheet."""

    number: int | None
    place: PublicPlace


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is drawn. `bar` is the length of the scale on the paper, `bar_metres` what it stands for."""

    outlines: tuple[Outline, ...]
    labels: tuple[Label, ...]
    pins: tuple[Pin, ...]
    list: tuple[Numbered, ...]
    bar: int
    bar_metres: int


class _Projection:
    """Degrees to the sheet: a plane around the middle, which is true enough for a town."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        west, south, east, north = bounds
        self._shrink = math.cos(math.radians((south + north) / 2))
        width, height = max((east - west) * self._shrink, 1e-6), max(north - south, 1e-6)
        self.scale = min((WIDTH - 2 * _MARGIN) / width, (HEIGHT - 2 * _MARGIN) / height)
        self._west = west - (WIDTH / self.scale - width) / 2 / self._shrink
        self._north = north + (HEIGHT / self.scale - height) / 2

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point lies on the sheet."""
        return (lon - self._west) * self._shrink * self.scale, (self._north - lat) * self.scale


def draw_sheet(areas: Sequence[Area], places: Sequence[PublicPlace]) -> Sheet | None:
    """Return the sheet of the areas that are shown; None where neither an outline nor a point is known."""
    shapes = _simplified(tuple(area.wkb for area in areas))
    bounds = _bounds(areas, shapes, places)
    if bounds is None:
        return None
    projection = _Projection(bounds)
    pins, numbered = _pins(places, projection)
    metres = max(
        (length for length in _BARS if _on_paper(length, projection) <= _WIDEST_BAR), default=_BARS[0]
    )
    pairs = list(zip(areas, shapes, strict=True))
    return Sheet(
        tuple(_outline(area, shape, projection) for area, shape in pairs),
        tuple(_labels(pairs, pins, projection)),
        tuple(pins),
        tuple(numbered),
        round(_on_paper(metres, projection)),
        metres,
    )


# Outlines change once a year, and simplifying them is the slow part.
@lru_cache(maxsize=32)
def _simplified(boundaries: tuple[bytes, ...]) -> tuple[shapely.Geometry, ...]:
    return tuple(shapely.simplify(shapely.from_wkb(list(boundaries)), _TOLERANCE)) if boundaries else ()


def _bounds(
    areas: Sequence[Area], shapes: Sequence[shapely.Geometry], places: Sequence[PublicPlace]
) -> tuple[float, float, float, float] | None:
    shown = [shape for area, shape in zip(areas, shapes, strict=True) if area.is_shown]
    points = [place.point for place in places if place.point is not None]
    if not shown and points:
        shown = [
            shapely.box(at.lon - _AROUND, at.lat - _AROUND, at.lon + _AROUND, at.lat + _AROUND)
            for at in points
        ]
    if not shown:
        return None
    west, south, east, north = shapely.total_bounds(shown)
    return float(west), float(south), float(east), float(north)


def _on_paper(metres: float, projection: _Projection) -> float:
    return metres / _METRES_A_DEGREE * projection.scale


def _outline(area: Area, shape: shapely.Geometry, projection: _Projection) -> Outline:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    path = "".join(_ring(ring.coords, projection) for ring in rings)
    return Outline(path, area.is_shown, area.is_district)


def _labels(
    pairs: Iterable[tuple[Area, shapely.Geometry]], pins: Iterable[Pin], projection: _Projection
) -> Iterator[Label]:
    """Name the towns for which there is room; the list names them all."""
    taken = [_box(pin) for pin in pins]
    for area, shape in pairs:
        if area.is_district or area.is_shown:
            continue
        middle = shapely.point_on_surface(shape)
        x, y = projection.place(middle.x, middle.y)
        half = len(area.name) * _LETTER / 2
        box = shapely.box(x - half, y - _LETTER, x + half, y + _LETTER / 2)
        if _ON_SHEET.contains(box) and not any(box.intersects(other) for other in taken):
            taken.append(box)
            yield Label(area.name, round(x), round(y))


def _ring(coords: Iterable[tuple[float, ...]], projection: _Projection) -> str:
    steps = [projection.place(lon, lat) for lon, lat, *_ in coords]
    return "M" + "L".join(f"{round(x)} {round(y)}" for x, y in steps) + "Z"


def _pins(places: Sequence[PublicPlace], projection: _Projection) -> tuple[list[Pin], list[Numbered]]:
    """Number what lies on the sheet from its upper edge down; what has no pin follows without a number."""
    spots: list[tuple[float, float, bool, list[PublicPlace]]] = []
    unplaced: list[PublicPlace] = []
    for place in places:
        spot = _spot(place.point, projection) if place.point else None
        if spot is None:
            unplaced.append(place)
            continue
        x, y = spot
        for near_x, near_y, is_approximate, members in spots:
            if is_approximate is place.is_approximate and math.hypot(near_x - x, near_y - y) < _APART:
                members.append(place)
                break
        else:
            spots.append((x, y, place.is_approximate, [place]))
    spots.sort(key=lambda spot: (round(spot[1]), round(spot[0])))
    pins: list[Pin] = []
    numbered: list[Numbered] = []
    for x, y, is_approximate, members in spots:
        first = len(numbered) + 1
        numbered += [Numbered(first + count, place) for count, place in enumerate(members)]
        label = str(first) if len(members) == 1 else f"{first}–{len(numbered)}"
        pins.append(_placed(Pin(label, round(x), round(y), is_approximate, round(x), round(y)), pins))
    return pins, numbered + [Numbered(None, place) for place in unplaced]


def _placed(pin: Pin, others: Sequence[Pin]) -> Pin:
    """Return the pin at the nearest place where it hides no other one."""
    taken = [_box(other) for other in others]
    for distance in _STEPS:
        for turn in range(8 if distance else 1):
            angle = turn * math.pi / 4
            x, y = round(pin.x + distance * math.cos(angle)), round(pin.y + distance * math.sin(angle))
            moved = replace(pin, x=x, y=y)
            box = _box(moved)
            if _ON_SHEET.contains(box) and not any(box.intersects(other) for other in taken):
                return moved
    return pin


def _box(pin: Pin) -> shapely.Polygon:
    return shapely.box(pin.x - pin.half, pin.y - 34, pin.x + pin.half, pin.y + 34)


def _spot(point: Point, projection: _Projection) -> tuple[float, float] | None:
    x, y = projection.place(point.lon, point.lat)
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None
