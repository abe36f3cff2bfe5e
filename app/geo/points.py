"""Points on the ground and metres between them."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.text.normalise import normalise_text

# Mean radius R1 of the GRS 80 ellipsoid in metres (IUGG; Moritz, Geodetic Reference System 1980).
EARTH_RADIUS_M: Final = 6_371_008.771

# 国土地理院「日本の東西南北端点の経度緯度」, rounded outwards to a hundredth of a degree: 与那国島 122°55′57″E,
# 南鳥島 153°59′12″E, 沖ノ鳥島 20°25′31″N, 択捉島 45°33′26″N.
JAPAN_LON: Final = (122.93, 153.99)
JAPAN_LAT: Final = (20.42, 45.56)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in Japan: `lon` and `lat` in degrees (JGD2011/WGS 84).

    Raises:
        ValueError: outside Japan, with a Japanese sentence; it says so when the two numbers look swapped.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        problem = problem_of(self.lon, self.lat)
        if problem is not None:
            raise ValueError(problem)


def looks_swapped(lon: float, lat: float) -> bool:
    """True when the pair is no place in Japan but would be one the other way round."""
    return _within(lat, JAPAN_LON) and _within(lon, JAPAN_LAT)


def problem_of(lon: float, lat: float) -> str | None:
    """Why the pair cannot be a place in Japan, as a Japanese sentence; None when it can."""
    if _within(lon, JAPAN_LON) and _within(lat, JAPAN_LAT):
        return None
    if looks_swapped(lon, lat):
        return f"緯度と経度が逆になっているようです（緯度 {lat}、経度 {lon}）。列を入れ替えてください。"
    if lon == 0 and lat == 0:
        return "緯度と経度がどちらも0です。分からないときは空欄にしてください。"
    return f"日本の範囲にありません（緯度 {lat}、経度 {lon}）。緯度は20〜46、経度は122〜154の度数で書いてください。"


def parse_point(lat_cell: str, lon_cell: str) -> Point | None:
    """Read a point from two cells of a file, latitude first as in the standard data sets; None when both are empty.

    Raises:
        ValueError: one cell is empty, is no number in degrees, or the pair is no place in Japan.
    """
    lat_text, lon_text = normalise_text(lat_cell), normalise_text(lon_cell)
    if not lat_text and not lon_text:
        return None
    try:
        lon, lat = float(lon_text), float(lat_text)
    except ValueError:
        raise ValueError(
            f"緯度「{lat_text}」・経度「{lon_text}」を、34.3428 と 134.0466 のような度数で書いてください。"
        ) from None
    return Point(lon=lon, lat=lat)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres between two points (see `distances_m`)."""
    return float(distances_m(a.lon, a.lat, b.lon, b.lat))


def distances_m(
    lons_a: ArrayLike, lats_a: ArrayLike, lons_b: ArrayLike, lats_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distances in metres; the four arrays of degrees are broadcast against each other.

    For a table of n homes by m places pass the homes as columns of shape (n, 1) and the places as rows (m,).
    Haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984). On a sphere: up
    to 0.6 % off the ellipsoid, far below the error of a town point.
    """
    lon_a, lat_a, lon_b, lat_b = (
        np.radians(np.asarray(degrees, dtype=np.float64)) for degrees in (lons_a, lats_a, lons_b, lats_b)
    )
    half_chord = (
        np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    # Rounding can push the value a hair above 1 for antipodes, where arcsin has no answer.
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0))), dtype=np.float64)


def mean_point(points: list[Point]) -> Point:
    """The middle of several points as the mean of their degrees: right within a town, not across a country.

    Raises:
        ValueError: the list is empty.
    """
    if not points:
        raise ValueError("mean_point() needs at least one point")
    count = len(points)
    return Point(
        lon=math.fsum(point.lon for point in points) / count,
        lat=math.fsum(point.lat for point in points) / count,
    )
