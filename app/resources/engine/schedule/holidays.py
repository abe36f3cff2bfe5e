"""Public holidays of Japan with the days that move and the days in lieu, from the library that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays


def holiday_name(day: date) -> str | None:
    """Return 「文化の日」, 「振替休日」 and so on; None on any other day, and in years that the library does not know."""
    return _holidays_in(day.year).get(day)


@lru_cache(256)
def _holidays_in(year: int) -> Mapping[date, str]:
    # A plain dictionary: the library's own one works out further years on every look.
    return dict(country_holidays("JP", years=[year], language="ja", expand=False))
