"""How much each part of a score can give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.matching.vocabulary import PartId

FULL_POINTS: Final = 10_000


@dataclass(frozen=True)
class Weights:
    """Points that each part can give at most; together FULL_POINTS. A part of 0 counts for nobody."""

    version: str
    points: Mapping[PartId, int]

    def __post_init__(self) -> None:
        if set(self.points) != set(PartId) or sum(self.points.values()) != FULL_POINTS:
            raise ValueError(f"weights name every part and sum to {FULL_POINTS}")
        if min(self.points.values()) < 0:
            raise ValueError("a weight cannot be negative")


WEIGHTS_VERSION: Final = "2026-11"

# The person's wish first (目的, 形: 4,000). Then what makes people stop coming by the catalogue of reasons of ending:
# environment, then time and the way. Common interests open a conversation but hold nobody alone. How fresh our own
# record is says little about the place: enough to part two that are otherwise alike.
WEIGHTS: Final = Weights(
    version=WEIGHTS_VERSION,
    points=MappingProxyType(
        {
            PartId.PURPOSE: 2200,
            PartId.KIND: 1800,
            PartId.TIME: 1500,
            PartId.TRAVEL: 1300,
            PartId.ENVIRONMENT: 1800,
            PartId.INTERESTS: 1000,
            PartId.FRESHNESS: 400,
        }
    ),
)
