"""When a place is open, as its card says it: the usual week, the next days, what is closed, and what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from app.resources.engine.open_days import Columns, read_timetable
from app.resources.engine.schedule.expansion import DayAnswer, next_days
from app.resources.engine.schedule.timetable import Meeting, Timetable
from app.resources.engine.schedule.words import (
    break_words,
    closure_words,
    day_words,
    hours_words,
    words_of,
)
from app.resources.engine.week import hours_text, schedule_text, week_of, weeks_text
from app.resources.vocabulary import WEEKDAYS, ResourceState

DAYS_SHOWN: Final = 5
_EVERY_WEEK_TO_EVERY_OTHER: Final = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a day of the week. `weeks` says in which weeks where it is not each, `period` in which time."""

    weeks: str
    hours: str
    who: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of the usual week; without stretches it is not open on it."""

    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class When:
    """All that a card says of it. `strip` is None while the days are not known, `words` '' when there are none."""

    words: str
    strip: tuple[StripDay, ...] | None
    upcoming: tuple[DayAnswer, ...]
    doubts: tuple[str, ...]
    closed: tuple[str, ...]
    holidays_unasked: bool
    # True when only days of the week are known: then no date can be named.
    lacks_dates: bool


def when_of(state: ResourceState, document: Any, columns: Columns, *, today: date) -> When:
    """Return what is known, from the document that the row keeps or from its columns."""
    timetable = read_timetable(document)
    if timetable is None:
        return _from_columns(columns)
    found = next_days(timetable, today, DAYS_SHOWN)
    is_going_on = state is ResourceState.ACTIVE
    return When(
        words=words_of(replace(timetable, closures=(), breaks=())),
        strip=_strip(timetable, today) if timetable.meetings else None,
        upcoming=found.days if is_going_on else (),
        doubts=_doubts(found.uncertain) if is_going_on and timetable.names_days else (),
        closed=_closed(timetable, today),
        holidays_unasked=timetable.holidays is None and bool(timetable.meetings),
        lacks_dates=not timetable.names_days,
    )


def strip_of(timetable: Timetable | None, columns: Columns, *, today: date) -> tuple[StripDay, ...] | None:
    """Return the usual week alone, Monday first; None while the days are not known."""
    if timetable is None:
        return _from_columns(columns).strip
    return _strip(timetable, today) if timetable.meetings else None


def _from_columns(columns: Columns) -> When:
    mask, schedule, *span = columns
    hours = hours_text(*span)
    days = week_of(mask, schedule)
    strip = None
    if days is not None:
        strip = tuple(
            StripDay(day.name, (Stretch(day.when, hours or ""),) if day.is_open else ()) for day in days
        )
    words = " ".join(filter(None, (schedule_text(schedule), hours)))
    return When(words, strip, (), (), (), holidays_unasked=False, lacks_dates=True)


def _strip(timetable: Timetable, today: date) -> tuple[StripDay, ...]:
    current = [meeting for meeting in timetable.meetings if meeting.until is None or meeting.until >= today]
    current.sort(key=lambda meeting: (meeting.opens is None, meeting.opens or 0, meeting.who))
    return tuple(
        StripDay(name, tuple(_stretch(meeting, day, today) for meeting in current if meeting.weeks[day]))
        for day, name in enumerate(WEEKDAYS)
    )


def _stretch(meeting: Meeting, day: int, today: date) -> Stretch:
    weeks = [week for week in range(_EVERY_WEEK_TO_EVERY_OTHER) if meeting.weeks[day] >> week & 1]
    begins = meeting.starts if meeting.starts is not None and meeting.starts > today else None
    period = "".join(
        (
            f"{day_words(begins, near=today)}から" if begins else "",
            f"{day_words(meeting.until, near=today)}まで" if meeting.until else "",
        )
    )
    return Stretch(weeks_text(weeks), hours_words(*meeting.hours), meeting.who, period)


def _doubts(uncertain: tuple[DayAnswer, ...]) -> tuple[str, ...]:
    """Return each reason once, with the first day that it concerns."""
    first: dict[str, date] = {}
    for answer in uncertain:
        first.setdefault(answer.reason, answer.day)
    return tuple(
        f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）など：{reason}"
        for reason, day in first.items()
    )


def _closed(timetable: Timetable, today: date) -> tuple[str, ...]:
    ahead = sorted((each for each in timetable.closures if each.last >= today), key=lambda each: each.first)
    return (
        *(closure_words(each, near=today) for each in ahead),
        *(f"毎年{break_words(each)}" for each in timetable.breaks),
    )
