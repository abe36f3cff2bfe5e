"""Finding the town of an address or a point. Pure: towns come in as values, nothing is asked of a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import shapely

from app.geo.addresses import CHOME_MARK, marked_ground
from app.geo.points import Point, distance_m, problem_of

# Words behind which the name of a town may begin: 「高松市…」, 「木田郡三木町…」, 「名古屋市中区…」.
_ENDS_OF_REGIONS: Final = frozenset("市区町村郡")
_REGION_WITHIN: Final = 12
# A town of the same name in another municipality lies farther away than its own far end.
_FARTHEST_M: Final = 12_000


def name_key(name: str) -> str:
    """The form in which names of towns and beginnings of addresses are compared: 「塩上町１丁目」 is 「塩上町1#」."""
    return marked_ground(name)[:80]


@dataclass(frozen=True)
class KnownTown:
    """A town as the finder needs it. `outline` and `centre` may be unknown."""

    id: int
    municipality_code: str
    key: str
    centre: tuple[float, float] | None = None
    outline: shapely.Geometry | None = None


class TownFinder:
    """The towns of one or several municipalities, ready for many addresses."""

    def __init__(self, towns: Iterable[KnownTown]) -> None:
        self._by_key: dict[str, list[KnownTown]] = defaultdict(list)
        outlines: list[shapely.Geometry] = []
        self._outlined: list[KnownTown] = []
        for town in towns:
            self._by_key[town.key].append(town)
            if town.outline is not None:
                self._outlined.append(town)
                outlines.append(town.outline)
        self._longest = max(map(len, self._by_key), default=0)
        self._tree = shapely.STRtree(outlines) if outlines else None

    def find(
        self,
        *,
        municipality: str = "",
        town: str = "",
        address: str = "",
        point: tuple[float, float] | None = None,
    ) -> KnownTown | None:
        """Return the town by its own name, else by the beginning of the address, else by the outline around the point.

        None when nothing says it, or when the name fits a town too far from the point to be meant.
        """
        if not self._by_key:
            return None
        for text in (town, address):
            found = self._by_name(text, municipality, point) if text else None
            if found is not None:
                return found
        return self._by_point(point, municipality) if point else None

    def _by_name(self, text: str, municipality: str, point: tuple[float, float] | None) -> KnownTown | None:
        ground = marked_ground(text)
        beginnings = [0] + [
            place + 1 for place, letter in enumerate(ground[:_REGION_WITHIN]) if letter in _ENDS_OF_REGIONS
        ]
        for begins in beginnings:
            for reading in _readings(ground[begins:]):
                for town in self._longest_prefix(reading):
                    fits = not municipality or town.municipality_code == municipality
                    if fits and not _is_far(town, point):
                        return town
        return None

    def _longest_prefix(self, ground: str) -> list[KnownTown]:
        for length in range(min(self._longest, len(ground)), 0, -1):
            # A name that ends in a digit is not the beginning of a longer number.
            if ground[length - 1].isdigit() and ground[length : length + 1].isdigit():
                continue
            found = self._by_key.get(ground[:length])
            if found:
                return found
        return []

    def _by_point(self, point: tuple[float, float], municipality: str) -> KnownTown | None:
        if self._tree is None:
            return None
        indexes: list[int] = self._tree.query(shapely.Point(point), predicate="intersects").tolist()
        for index in sorted(indexes):
            town = self._outlined[index]
            if not municipality or town.municipality_code == municipality:
                return town
        return None


def _readings(ground: str) -> list[str]:
    """Both readings of a hyphen that may stand for 丁目, the likelier one first (see `app.geo.geocoding`)."""
    head, hyphen, tail = ground.partition("-")
    if not hyphen or CHOME_MARK in head or not head[-1:].isdigit():
        return [ground]
    as_chome = f"{head}{CHOME_MARK}{tail}"
    return [as_chome, ground] if "-" in tail else [ground, as_chome]


def _is_far(town: KnownTown, point: tuple[float, float] | None) -> bool:
    if point is None or town.centre is None or problem_of(*point) or problem_of(*town.centre):
        return False
    one, other = Point(lon=point[0], lat=point[1]), Point(lon=town.centre[0], lat=town.centre[1])
    return distance_m(one, other) > _FARTHEST_M
