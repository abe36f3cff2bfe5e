"""Kinds of areas, and the age bands of the standard population file."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class AreaKind(StrEnum):
    """What an area is."""

    TOWN = "town"
    DISTRICT = "district"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"town": "町丁", "district": "圏域"}[self.value]


BANDS: Final = 18
"""Age bands of 推奨データセット「地域・年齢別人口」: 0–4, 5–9, … 80–84, and 85 or older as the last."""


def band_label(band: int) -> str:
    """Return the ages of a band, counted from 1: 「0–4歳」 … 「85歳以上」."""
    if not 1 <= band <= BANDS:
        raise ValueError(f"there is no age band {band}")
    first = (band - 1) * 5
    return f"{first}歳以上" if band == BANDS else f"{first}–{first + 4}歳"
