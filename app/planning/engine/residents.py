"""Residents by age. They are everybody who lives in a town, out of the published population file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.planning.vocabulary import AgeGroup

LEAST_FOR_AGES: Final = 10
"""A town with fewer residents in all is hidden in breakdowns by age (DOMAIN §6-4)."""


@dataclass(frozen=True)
class Residents:
    """Who lives in a town. None: the file does not say, or it may not be told."""

    total: int | None
    by_band: Mapping[int, int]

    @property
    def hides_ages(self) -> bool:
        """Whether so few live there that their ages would speak of single people."""
        total = self.total if self.total is not None else sum(self.by_band.values())
        return bool(self.by_band) and total < LEAST_FOR_AGES

    def of_age(self, group: AgeGroup) -> int | None:
        """Return the residents of an age group."""
        if not self.by_band or self.hides_ages:
            return None
        return sum(self.by_band.get(band, 0) for band in group.bands)


def ages_together(towns: Iterable[Residents]) -> dict[AgeGroup, int] | None:
    """Return the residents of several towns by age, without the towns that hide theirs; None when no town tells any.

    The hidden ones are left out of the sum too: a sum with them, less the towns shown, would bring them back.
    """
    telling = [town for town in towns if town.by_band and not town.hides_ages]
    if not telling:
        return None
    return {group: sum(town.of_age(group) or 0 for town in telling) for group in AgeGroup}
