"""Grid squares of JIS X 0410 (地域メッシュ), in the three sizes that statistics and privacy need.

A code is an `int` of 8 (1 km), 9 (500 m) or 10 (250 m) digits; a finer code begins with its coarser one.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

import numpy as np
from jismesh.utils import to_meshcode, to_meshpoint
from numpy.typing import ArrayLike, NDArray

from app.geo.points import JAPAN_LAT, JAPAN_LON, Point

_Number = TypeVar("_Number", np.float64, np.int64)


class MeshLevel(IntEnum):
    """A size of square. The value is the number of digits of its codes."""

    KM_1 = 8
    M_500 = 9
    M_250 = 10

    @property
    def label(self) -> str:
        """The size as shown on screen."""
        return {8: "1km", 9: "500m", 10: "250m"}[self.value]


# How jismesh counts the same three: 3次, 4次 (1/2), 5次 (1/4).
_JISMESH_LEVEL: Final = {MeshLevel.KM_1: 3, MeshLevel.M_500: 4, MeshLevel.M_250: 5}

# A square holds its south and west edge, but jismesh divides in floating point and puts two points in three that
# lie exactly on an edge into the neighbour. A tenth of a millimetre puts them right and moves no real place.
_EDGE_DEG: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bounds:
    """Edges of a square in degrees; west and south belong to it, east and north to the neighbours."""

    west: float
    south: float
    east: float
    north: float


def codes_of(lons: ArrayLike, lats: ArrayLike, level: MeshLevel) -> NDArray[np.int64]:
    """Codes of the squares that hold the points: two arrays of degrees of shape (n,) to int64 of shape (n,).

    Raises:
        ValueError: the shapes differ, or a point is not in Japan (see `app.geo.points`) or not a number.
    """
    lon, lat = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    if lon.shape != lat.shape or lon.ndim != 1:
        raise ValueError(f"codes_of() needs two arrays of one shape (n,), not {lon.shape} and {lat.shape}")
    inside = (lon >= JAPAN_LON[0]) & (lon <= JAPAN_LON[1]) & (lat >= JAPAN_LAT[0]) & (lat <= JAPAN_LAT[1])
    if not inside.all():
        raise ValueError(f"日本の範囲にない点が{int((~inside).sum())}件あります。")
    if not lon.size:
        return np.empty(0, dtype=np.int64)
    codes = to_meshcode(_never_single(lat) + _EDGE_DEG, _never_single(lon) + _EDGE_DEG, _JISMESH_LEVEL[level])
    return np.asarray(codes[: lon.size], dtype=np.int64)


def _never_single(values: NDArray[_Number]) -> NDArray[_Number]:
    # jismesh 2.1 calls np.asscalar for arrays of one, which NumPy 2 no longer has: so no array has one.
    return np.concatenate([values, values[:1]])


def code_of(point: Point, level: MeshLevel) -> int:
    """Code of the square that holds the point."""
    return int(codes_of([point.lon], [point.lat], level)[0])


def level_of(code: int) -> MeshLevel:
    """Which size a code means.

    Raises:
        ValueError: no code of 1 km, 500 m or 250 m in Japan: wrong length, or a digit that its place cannot have.
    """
    digits = str(code)
    # First 80 km squares (20°25′N to 45°33′N is 30 to 68 in two thirds of a degree), then 8 by 8, 10 by 10, 2 by 2, 2 by 2.
    if (
        digits.isdigit()
        and len(digits) in {8, 9, 10}
        and (
            30 <= int(digits[:2]) <= 68
            and 22 <= int(digits[2:4]) <= 53
            and max(digits[4:6]) <= "7"
            and set(digits[8:]) <= set("1234")
        )
    ):
        return MeshLevel(len(digits))
    raise ValueError(f"メッシュコード「{code}」は1km（8桁）・500m（9桁）・250m（10桁）のどれでもありません。")


def _corner_share(code: int, share: float) -> tuple[float, float]:
    level_of(code)
    lat, lon = to_meshpoint(code, share, share)
    return float(lon), float(lat)


def centre(code: int) -> Point:
    """The middle of a square.

    Raises:
        ValueError: the code is invalid or the middle lies outside Japan.
    """
    lon, lat = _corner_share(code, 0.5)
    return Point(lon=lon, lat=lat)


def centres(codes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes in degrees of the middles of many squares: int of shape (n,) to two of shape (n,).

    Raises:
        ValueError: a code is invalid.
    """
    numbers = np.asarray(codes, dtype=np.int64)
    for code in np.unique(numbers).tolist():
        level_of(code)
    if not numbers.size:
        return np.empty(0), np.empty(0)
    padded = _never_single(numbers)
    half = np.full(padded.size, 0.5)
    lats, lons = to_meshpoint(padded, half, half)
    return np.asarray(lons[: numbers.size], dtype=np.float64), np.asarray(
        lats[: numbers.size], dtype=np.float64
    )


def bounds(code: int) -> Bounds:
    """The four edges of a square in degrees.

    Raises:
        ValueError: the code is invalid.
    """
    west, south = _corner_share(code, 0.0)
    east, north = _corner_share(code, 1.0)
    return Bounds(west=west, south=south, east=east, north=north)
