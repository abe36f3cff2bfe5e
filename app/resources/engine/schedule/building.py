"""Making timetables: from what a row of a file says, and from an older one and a newer edition of the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from app.resources.engine.schedule.timetable import (
    MINUTES_MOST,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.text.values.times import Hours
from app.text.values.weekdays import EVERY_WEEK, DayRule, Weekdays

Span = tuple[int | None, int | None]
"""Opening and closing minute, each None when not known."""

_NO_HOURS: Final[tuple[Span, ...]] = ((None, None),)
_FIFTH_WEEK: Final = 5
_LONGEST_EVENT: Final = timedelta(days=31)
_SATURDAY, _SUNDAY = 6, 7


@dataclass(frozen=True, slots=True)
class HoursByDay:
    """Hours where a file gives them by kind of day; None for a kind of which it says nothing."""

    workdays: tuple[Span, ...] | None = None
    saturdays: tuple[Span, ...] | None = None
    sundays: tuple[Span, ...] | None = None

    def of(self, day: int) -> tuple[Span, ...] | None:
        """Return the hours of a day of the week, 1 Monday to 7 Sunday."""
        if day == _SATURDAY:
            return self.saturdays
        return self.sundays if day == _SUNDAY else self.workdays


def spans_of(hours: Iterable[Hours]) -> tuple[Span, ...]:
    """Return stretches as minutes."""
    return tuple(
        (each.begins.minutes, each.ends.minutes) for each in hours if each.ends.minutes <= MINUTES_MOST
    )


def timetable_from(
    weekdays: Weekdays | None,
    hours: Sequence[Span] = (),
    dates: tuple[date | None, date | None] = (None, None),
    *,
    by_day: HoursByDay | None = None,
    holidays: HolidayRule | None = None,
    breaks: Sequence[YearlyBreak] = (),
    closed_days: frozenset[int] = frozenset(),
    fifth_week_off: bool = False,
    notes_say_more: bool = False,
) -> Timetable | None:
    """Make a timetable of what the cells of a row say; None when they say nothing about the days.

    Days of the week between two dates are meetings that hold for that time. Dates alone are open days, unless they
    are more than a month apart: that is the time in which something runs, and on which days nobody has said.
    `closed_days` (1 Monday to 7 Sunday) are taken out of the rules; `fifth_week_off` leaves the first four weeks.
    """
    first, last = dates
    if weekdays is None and first is None:
        return None
    if holidays is None and weekdays is not None and weekdays.on_holidays is not None:
        holidays = HolidayRule.OPEN if weekdays.on_holidays else HolidayRule.CLOSED
    if weekdays is None:
        assert first is not None
        return _dated(first, last or first, hours, holidays, breaks, says_more=notes_say_more)
    rules = {rule for rule in weekdays.rules if rule.day not in closed_days}
    if fifth_week_off:
        rules = {week for rule in rules for week in _without_fifth(rule)}
    if first is not None and last is not None and first > last:
        first, last, notes_say_more = None, None, True
    return Timetable(
        meetings=tuple(
            Meeting(Weekdays(frozenset(group)).gif_code(), opens, closes, starts=first, until=last)
            for spans, group in _by_hours(rules, tuple(hours) or _NO_HOURS, by_day)
            for opens, closes in spans
        ),
        holidays=holidays,
        breaks=tuple(breaks),
        says_more=notes_say_more,
    )


def _dated(
    first: date,
    last: date,
    hours: Sequence[Span],
    holidays: HolidayRule | None,
    breaks: Sequence[YearlyBreak],
    *,
    says_more: bool,
) -> Timetable:
    if first > last or last - first > _LONGEST_EVENT:
        return Timetable(holidays=holidays, breaks=tuple(breaks), says_more=True)
    return Timetable(
        dates=tuple(SpecialDays(first, last, opens, closes) for opens, closes in hours or _NO_HOURS),
        holidays=holidays,
        breaks=tuple(breaks),
        says_more=says_more,
    )


def _without_fifth(rule: DayRule) -> Iterable[DayRule]:
    if rule.week == EVERY_WEEK:
        return [DayRule(rule.day, week) for week in range(1, _FIFTH_WEEK)]
    return [] if rule.week == _FIFTH_WEEK else [rule]


def _by_hours(
    rules: set[DayRule], hours: tuple[Span, ...], by_day: HoursByDay | None
) -> list[tuple[tuple[Span, ...], list[DayRule]]]:
    """Put together the days that have the same hours, in the order of the week."""
    groups: dict[tuple[Span, ...], list[DayRule]] = {}
    for rule in sorted(rules):
        spans = hours if by_day is None else by_day.of(rule.day) or _NO_HOURS
        groups.setdefault(spans, []).append(rule)
    return list(groups.items())


def merge_import(old: Timetable | None, new: Timetable | None) -> Timetable | None:
    """Return the timetable after a newer edition of the file: what it says replaces, what people entered stays.

    The meetings are those of the file. One with the same days as before keeps anchor, validity, words for whom and
    note where the file has none. Dates and the rule for holidays are replaced where the file has any. Closures and
    yearly breaks stay, and those of the file come beside them. A file that says nothing about the days leaves all.
    """
    if old is None or new is None:
        return new if old is None else old
    return Timetable(
        meetings=_merged_meetings(old.meetings, new.meetings),
        dates=new.dates or old.dates,
        closures=tuple(dict.fromkeys((*old.closures, *new.closures))),
        breaks=_merged_breaks(old.breaks, new.breaks),
        holidays=old.holidays if new.holidays is None else new.holidays,
        says_more=new.says_more,
        may_add=new.may_add,
    )


def _merged_meetings(old: tuple[Meeting, ...], new: tuple[Meeting, ...]) -> tuple[Meeting, ...]:
    waiting = list(old)
    partners: dict[int, Meeting] = {}
    # Those that kept their hours find each other first; then one whose hours have changed.
    for same_hours in (True, False):
        for place, meeting in enumerate(new):
            if place in partners:
                continue
            for known in waiting:
                if known.code == meeting.code and (known.hours == meeting.hours or not same_hours):
                    partners[place] = known
                    waiting.remove(known)
                    break
    return tuple(_kept(partners.get(place), meeting) for place, meeting in enumerate(new))


def _kept(known: Meeting | None, meeting: Meeting) -> Meeting:
    if known is None:
        return meeting
    says_when = meeting.starts is not None or meeting.until is not None
    return replace(
        meeting,
        starts=meeting.starts if says_when else known.starts,
        until=meeting.until if says_when else known.until,
        anchor=meeting.anchor or known.anchor,
        who=meeting.who or known.who,
        note=meeting.note or known.note,
    )


def _merged_breaks(old: tuple[YearlyBreak, ...], new: tuple[YearlyBreak, ...]) -> tuple[YearlyBreak, ...]:
    # A break that somebody has corrected by hand keeps its days: the file knows no more than its name.
    reasons = {each.why for each in old if each.why}
    return tuple(dict.fromkeys((*old, *(each for each in new if each.why not in reasons))))
