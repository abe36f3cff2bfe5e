"""When a release may be made: rarely, and never two within a short time, whoever asks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

LEAST_BETWEEN: Final = timedelta(days=60)
"""A quarter counted on its last day and the next one on its first would be two releases a day apart."""


def quarter_of(day: date) -> str:
    """Return the quarter of the year that a day lies in: 「2026年10–12月」."""
    first = (day.month - 1) // 3 * 3 + 1
    return f"{day.year}年{first}–{first + 2}月"


def next_release_on(last: date | None) -> date | None:
    """Return the first day on which the next release may be made; None when there is none yet and it may be at once.

    Two tables that stand close together tell who came between them: a cell that goes from 0–4 to 5–9 while one case
    was added held four before. With a quarter between them nobody knows how many came and went.
    """
    if last is None:
        return None
    quarter = (last.month - 1) // 3
    begins = date(last.year + 1, 1, 1) if quarter == 3 else date(last.year, quarter * 3 + 4, 1)
    return max(begins, last + LEAST_BETWEEN)


def release_is_due(last: date | None, *, today: date) -> bool:
    """Tell whether a release may be made today."""
    due = next_release_on(last)
    return due is None or today >= due
