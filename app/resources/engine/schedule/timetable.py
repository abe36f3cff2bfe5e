"""The timetable of a place: what somebody has said about when it is open. What nobody has said is not in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from app.text.values.weekdays import Weekdays, parse_weekdays

MINUTES_MOST: Final = 30 * 60
"""A day may end at six of the next morning, as `app.text.values.times` reads it."""

_CODE: Final = re.compile(r"(?:[0-7]{1,8}(?:Mo|Tu|We|Th|Fr|Sa|Su)){1,14}")
# 2024 has a 29 February: a yearly break may name it.
_LEAP_YEAR: Final = 2024


class HolidayRule(StrEnum):
    """What a place does on public holidays; None beside it means that nobody has asked."""

    CLOSED = "closed"
    USUAL = "usual"
    OPEN = "open"

    @property
    def label(self) -> str:
        """The words on screen."""
        return {"closed": "祝日は休み", "usual": "祝日も曜日のとおり", "open": "祝日は開いている"}[self.value]


@lru_cache(16_384)
def rules_of(code: str) -> Weekdays:
    """Return the rules of a code of GIF 441; raise ValueError for anything else."""
    found = parse_weekdays(code).value if _CODE.fullmatch(code) else None
    if found is None:
        raise ValueError("曜日は「0We」「13Mo」のような曜日コードで書いてください。")
    return found


@lru_cache(16_384)
def _weeks_of(code: str) -> tuple[int, ...]:
    """One mask for each day from Monday: bit 0 every week, 1–5 the nth, 6 the last, 7 every other week."""
    weeks = [0] * 7
    for rule in rules_of(code).rules:
        weeks[rule.day - 1] |= 1 << rule.week
    return tuple(weeks)


@lru_cache(16_384)
def _canonical(code: str) -> str:
    return rules_of(code).gif_code()


def _check_hours(opens: int | None, closes: int | None) -> None:
    for minute in (opens, closes):
        if minute is not None and not 0 <= minute <= MINUTES_MOST:
            raise ValueError("時刻は0時から翌朝6時（0〜1800分）で書いてください。")
    if opens is not None and closes is not None and opens >= closes:
        raise ValueError("終わりの時刻は、始まりより後にしてください。")


def _check_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and first > last:
        raise ValueError("終わりの日は、始まりの日より前にはできません。")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A rule that comes again and again, for example the first and third Monday from ten to twelve.

    `opens` and `closes` are minutes since midnight, each None when not known. `starts` and `until` bound the time in
    which the rule holds, both days inside. `anchor` is a day on which an every-other-week rule took place: fortnights
    are counted from the week (from Monday) in which it lies. `weeks` is derived: see `_weeks_of`.
    """

    code: str
    opens: int | None = None
    closes: int | None = None
    starts: date | None = None
    until: date | None = None
    anchor: date | None = None
    who: str = ""
    note: str = ""
    weeks: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_hours(self.opens, self.closes)
        _check_order(self.starts, self.until)
        object.__setattr__(self, "code", _canonical(self.code))
        object.__setattr__(self, "weeks", _weeks_of(self.code))

    @property
    def hours(self) -> tuple[int | None, int | None]:
        """Both ends in minutes since midnight."""
        return self.opens, self.closes


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """A day or a span of days on which the place is open beside its rules: an event, an extra opening."""

    first: date
    last: date
    opens: int | None = None
    closes: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check_hours(self.opens, self.closes)
        _check_order(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Closure:
    """A span of days on which the place is closed whatever the rules say."""

    first: date
    last: date
    why: str = ""

    def __post_init__(self) -> None:
        _check_order(self.first, self.last)


@dataclass(frozen=True, slots=True)
class YearlyBreak:
    """A stretch of (month, day) closed every year; it runs over the new year when the first lies after the last."""

    first: tuple[int, int]
    last: tuple[int, int]
    why: str = ""

    def __post_init__(self) -> None:
        for month, day in (self.first, self.last):
            try:
                date(_LEAP_YEAR, month, day)
            except ValueError:
                raise ValueError("毎年の休みは「12-29」のように、月と日で書いてください。") from None

    def covers(self, month: int, day: int) -> bool:
        """Say whether a day of the year lies in the break. In a year without 29 February that day is simply not there."""
        if self.first <= self.last:
            return self.first <= (month, day) <= self.last
        return (month, day) >= self.first or (month, day) <= self.last


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that is known of when a place is open. `says_more`: free words beside it say more about when;
    `may_add`: these may name further days, and do not only take some away.

    `starts` and `ends` are derived: the first and the last day about which the rules say anything, None without such
    a bound. Beyond `ends` nobody knows; special days after it are named one by one and bound nothing.
    """

    meetings: tuple[Meeting, ...] = ()
    dates: tuple[SpecialDays, ...] = ()
    closures: tuple[Closure, ...] = ()
    breaks: tuple[YearlyBreak, ...] = ()
    holidays: HolidayRule | None = None
    says_more: bool = False
    may_add: bool = True
    starts: date | None = field(init=False, repr=False, compare=False)
    ends: date | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [meeting.starts for meeting in self.meetings if meeting.starts is not None]
        ends = [meeting.until for meeting in self.meetings if meeting.until is not None]
        if not self.meetings and self.holidays is not HolidayRule.OPEN:
            ends = [special.last for special in self.dates]
        object.__setattr__(
            self, "starts", min(starts) if starts and len(starts) == len(self.meetings) else None
        )
        object.__setattr__(self, "ends", max(ends) if ends and len(ends) >= len(self.meetings) else None)

    @property
    def names_days(self) -> bool:
        """False while nothing in it says when the place is open, so that every day is 不明."""
        return bool(self.meetings or self.dates) or self.holidays is HolidayRule.OPEN
