"""Schedules of HSDS read back: what is one of our rules becomes a timetable, everything else stays words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.exchange.hsds import clock_times
from app.resources.exchange.hsds.schedules import ICAL_DAYS, more_flags
from app.resources.exchange.hsds.values import day_of, facts_in, text_of
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK, DayRule, Weekdays

_BYDAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.IGNORECASE)
_FIFTH: Final = 5
_FORTNIGHT: Final = 2


@dataclass(slots=True)
class Found:
    """What schedules say. `words` is the days as they were written, where there is no rule; `notes` is beside them.

    `is_ours` tells that they come from a catalogue like ours: then words are words, and nothing is read out of them.
    """

    timetable: Timetable | None = None
    words: str = ""
    opens: int | None = None
    closes: int | None = None
    notes: list[str] = field(default_factory=list)
    is_ours: bool = False


@dataclass(slots=True)
class _Gathered:
    meetings: list[Meeting] = field(default_factory=list)
    dates: list[SpecialDays] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    breaks: list[YearlyBreak] = field(default_factory=list)
    holidays: HolidayRule | None = None
    flags: tuple[bool, bool] = (False, True)


def read_schedules(schedules: Iterable[Mapping[str, Any]]) -> Found:
    """Read all schedules of a service. One that is broken or beyond our rules becomes a note and harms no other."""
    found, gathered = Found(), _Gathered()
    for schedule in schedules:
        facts = facts_in(schedule)
        try:
            is_read = _own(schedule, facts, found, gathered) if facts else _foreign(schedule, gathered)
        except ValueError:
            is_read = False
        found.is_ours |= bool(facts)
        if not is_read:
            found.notes.append(_words(schedule))
    says_more, may_add = gathered.flags
    timetable = Timetable(
        tuple(dict.fromkeys(gathered.meetings)),
        tuple(gathered.dates),
        tuple(gathered.closures),
        tuple(gathered.breaks),
        gathered.holidays,
        says_more=says_more or (not found.is_ours and any(found.notes)),
        may_add=may_add,
    )
    if timetable.names_days or timetable.closures or timetable.breaks or timetable.holidays:
        found.timetable = timetable
    found.notes = [note for note in dict.fromkeys(found.notes) if note]
    return found


def _own(schedule: Mapping[str, Any], facts: Mapping[str, str], found: Found, into: _Gathered) -> bool:
    note = text_of(schedule, "notes")
    if (code := facts.get("weekday_code")) is not None:
        _add_meeting(into, _meeting(schedule, code, facts.get("who", ""), note))
    elif (days := facts.get("special_days")) is not None:
        first, last = _pair(days)
        into.dates.append(SpecialDays(first, last, *_hours(schedule), note=note))
    elif (days := facts.get("closure")) is not None:
        first, last = _pair(days)
        into.closures.append(Closure(first, last, note))
    elif (days := facts.get("yearly_break")) is not None:
        first_text, _, last_text = days.partition("/")
        into.breaks.append(YearlyBreak(_month_day(first_text), _month_day(last_text), note))
    elif (rule := facts.get("holiday_rule")) is not None:
        into.holidays = HolidayRule(rule)
    elif (more := facts.get("schedule_note")) is not None:
        into.flags = more_flags(more)
        found.notes.append(note)
    elif (words := facts.get("schedule_words")) is not None:
        found.words = words
        found.opens, found.closes = _hours(schedule)
    else:
        return False
    return True


def _add_meeting(into: _Gathered, meeting: Meeting) -> None:
    """Put together what is one rule of ours and several of iCalendar."""
    for place, known in enumerate(into.meetings):
        anchors = {known.anchor, meeting.anchor} - {None}
        if len(anchors) < 2 and replace(known, anchor=None) == replace(meeting, anchor=None):
            into.meetings[place] = known if meeting.anchor is None else meeting
            return
    into.meetings.append(meeting)


def _foreign(schedule: Mapping[str, Any], into: _Gathered) -> bool:
    code = _code(schedule)
    if code is None:
        return False
    into.meetings.append(_meeting(schedule, code, "", text_of(schedule, "notes")[:200]))
    return True


def _meeting(schedule: Mapping[str, Any], code: str, who: str, note: str) -> Meeting:
    start = day_of(schedule, "dtstart")
    is_fortnight = text_of(schedule, "interval") == str(_FORTNIGHT)
    return Meeting(
        code,
        *_hours(schedule),
        starts=day_of(schedule, "valid_from") or (None if is_fortnight else start),
        until=day_of(schedule, "valid_to") or day_of(schedule, "until"),
        anchor=start if is_fortnight else None,
        who=who,
        note=note,
    )


def _hours(schedule: Mapping[str, Any]) -> tuple[int | None, int | None]:
    hours = clock_times.read(schedule.get("opens_at"), schedule.get("closes_at"))
    if hours is None:
        raise ValueError("the hours are not understood")
    return hours


def _code(schedule: Mapping[str, Any]) -> str | None:
    """Return the code of GIF 441 of a recurrence; None for what it cannot say."""
    if any(schedule.get(name) for name in ("byweekno", "bymonthday", "byyearday", "count")):
        return None
    freq, interval = text_of(schedule, "freq").upper(), text_of(schedule, "interval") or "1"
    parts = [_BYDAY.fullmatch(part.strip()) for part in text_of(schedule, "byday").split(",")]
    rules = set()
    for part in parts:
        if part is None:
            return None
        week = _week(freq, interval, part[1], has_start=bool(schedule.get("dtstart")))
        if week is None:
            return None
        rules.add(DayRule(ICAL_DAYS.index(part[2].upper()) + 1, week))
    return Weekdays(frozenset(rules)).gif_code()


def _week(freq: str, interval: str, nth: str | None, *, has_start: bool) -> int | None:
    if freq == "WEEKLY" and nth is None:
        if interval == str(_FORTNIGHT) and has_start:
            return EVERY_OTHER_WEEK
        return EVERY_WEEK if interval == "1" else None
    if freq != "MONTHLY" or interval != "1":
        return None
    if nth is None:
        return EVERY_WEEK
    number = int(nth)
    if number == -1:
        return LAST_WEEK
    return number if 1 <= number <= _FIFTH else None


def _pair(text: str) -> tuple[date, date]:
    first, _, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


_SAID: Final = ("description", "notes", "byday", "bymonthday", "opens_at", "closes_at")


def _words(schedule: Mapping[str, Any]) -> str:
    """Return a schedule that is no rule of ours in its own words."""
    own = [text_of(schedule, name) for name in ("description", "notes")]
    said = list(filter(None, own)) or list(filter(None, (text_of(schedule, name) for name in _SAID)))
    first, last = (text_of(schedule, name) for name in ("valid_from", "valid_to"))
    span = f"（{first}〜{last}）" if first or last else ""
    return " ".join(dict.fromkeys(said)) + span if said else ""
