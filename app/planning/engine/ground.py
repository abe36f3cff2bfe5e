"""Towns and districts with who lives there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.planning.engine.residents import Residents


@dataclass(frozen=True)
class Town:
    """A town with its residents and the district that it lies in."""

    id: int
    name: str
    district_id: int | None
    residents: Residents
    surveyed_on: date | None
    source: str | None


@dataclass(frozen=True)
class District:
    """A district."""

    id: int
    name: str


@dataclass(frozen=True)
class Ground:
    """All towns and districts."""

    towns: tuple[Town, ...]
    districts: tuple[District, ...]

    def town(self, key: int) -> Town | None:
        """Return the town with this id."""
        return next((town for town in self.towns if town.id == key), None)

    def district(self, key: int) -> District | None:
        """Return the district with this id."""
        return next((district for district in self.districts if district.id == key), None)

    def towns_of(self, district_id: int | None) -> list[Town]:
        """Return the towns of a district."""
        return [town for town in self.towns if town.district_id == district_id]
