"""Times of day between minutes since midnight and the way in which HSDS writes them."""

from __future__ import annotations

import re
from typing import Final

from app.text.values.times import MINUTES_PER_DAY

ZONE: Final = "+09:00"
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_OURS: Final = (None, ZONE, "+0900")


def written(opens: int | None, closes: int | None) -> dict[str, str]:
    """Return `opens_at` and `closes_at`, each where it is known.

    An end after midnight is written as the clock shows it, when the beginning tells that it is the next morning, and
    counted on past 24 where nothing does.
    """
    found: dict[str, str] = {}
    if opens is not None:
        found["opens_at"] = _clock(opens)
    if closes is not None:
        shown = closes % MINUTES_PER_DAY
        found["closes_at"] = _clock(shown if _after(opens, shown) == closes else closes)
    return found


def read(opens: object, closes: object) -> tuple[int | None, int | None] | None:
    """Return both as minutes, None for one that is not said; None for both when one is no time of ours."""
    begins, ends = _minutes(opens), _minutes(closes)
    if begins is False or ends is False:
        return None
    first, last = (None if minute is True else minute for minute in (begins, ends))
    return first, None if last is None else _after(first, last)


def _after(opens: int | None, closes: int) -> int:
    if opens is not None and closes <= opens and closes < MINUTES_PER_DAY:
        return closes + MINUTES_PER_DAY
    return closes


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}{ZONE}"


def _minutes(value: object) -> int | bool:
    """Return the minutes, True for what says nothing and False for what is not understood."""
    if value is None or value == "":
        return True
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or match[3] not in _OURS or int(match[2]) > 59:
        return False
    return int(match[1]) * 60 + int(match[2])
