"""Counts of cases as ranges: how they are rounded, added and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

STEP: Final = 5
"""The width of a range, and so the least number of values between which nobody can tell (DOMAIN §6-4)."""


@dataclass(frozen=True, order=True)
class Range:
    """A count that lies between two numbers, both inside."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError("a range of counts begins at 0 or above and does not end before it begins")

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        return f"{self.low:,}–{self.high:,}" if self.high > self.low else f"{self.low:,}"

    def is_surely_more_than(self, other: Range) -> bool:
        """Tell whether it is the larger one whatever the two counts are."""
        return self.low > other.high


NOTHING: Final = Range(0, 0)


def round_down_to_range(count: int) -> Range:
    """Return the range 0–4, 5–9, 10–14 … that a count lies in; a count of nothing is 0–4 as well.

    Rounding is downwards and by a fixed grid, so that it depends on this one count and on no random number: asking
    again tells nothing new.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    low = count // STEP * STEP
    return Range(low, low + STEP - 1)


def total_of(ranges: Iterable[Range]) -> Range:
    """Return the range of a sum of counts: lows with lows, highs with highs."""
    return sum(ranges, NOTHING)


def words_of_change(before: Range, after: Range) -> str:
    """Say whether a count has grown or shrunk where two ranges leave no doubt, and nothing elsewhere."""
    if after.is_surely_more_than(before):
        return "増えたと言えます"
    if before.is_surely_more_than(after):
        return "減ったと言えます"
    return ""
