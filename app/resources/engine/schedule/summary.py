"""What the columns of the catalogue say of a timetable, for filters and arithmetic that look at thousands of places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from app.resources.engine import catalogue_rows
from app.resources.engine.candidates import Hours
from app.resources.engine.schedule.timetable import HolidayRule, Meeting, SpecialDays, Timetable, rules_of
from app.resources.engine.schedule.words import words_of
from app.text.values.weekdays import Weekdays

SCHEDULE_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Summary:
    """The derived columns. None is not known.

    `weekday_mask` has bit 0 for Monday: the days on which a meeting may take place. `schedule` is the code of GIF 441
    where one code names the days, the dates (ISO) where there are dates alone, and otherwise the timetable in words.
    `opens_minute` and `closes_minute` are the earliest and the latest that is known.
    """

    weekday_mask: int | None = None
    schedule: str | None = None
    opens_minute: int | None = None
    closes_minute: int | None = None


def summary_of(timetable: Timetable | None) -> Summary:
    """Derive the columns; all of them None for what is not known."""
    if timetable is None or not timetable.names_days:
        return Summary()
    spans: tuple[Meeting | SpecialDays, ...] = (*timetable.meetings, *timetable.dates)
    opens = [each.opens for each in spans if each.opens is not None]
    closes = [each.closes for each in spans if each.closes is not None]
    return Summary(
        weekday_mask=_mask(timetable),
        schedule=_schedule(timetable),
        opens_minute=min(opens, default=None),
        closes_minute=max(closes, default=None),
    )


def slots_of(timetable: Timetable | None) -> int | None:
    """Return the mask of the 21 slots (`traits.slot_bit`) in which it may be open.

    None while the days or the hours of any meeting are not known: a part of the week would look like the whole.
    """
    if timetable is None or not timetable.meetings:
        return None
    mask = 0
    for meeting in timetable.meetings:
        days = sum(1 << day for day, weeks in enumerate(meeting.weeks) if weeks)
        slots = catalogue_rows.slots_of(days, meeting.opens, meeting.closes)
        if slots is None:
            return None
        mask |= slots
    return mask


def hours_of(timetable: Timetable, day: date) -> dict[int, Hours]:
    """Return from when one may come in each slot and when it ends, by the meetings that still go on on a day.

    Of several meetings in one slot the earliest beginning and the earliest end count, since one may choose among them;
    an end that one of them does not tell is told by none.
    """
    found: dict[int, list[Hours]] = {}
    for meeting in timetable.meetings:
        if meeting.until is None or meeting.until >= day:
            days = sum(1 << weekday for weekday, weeks in enumerate(meeting.weeks) if weeks)
            for slot, hours in catalogue_rows.hours_by_slot(days, *meeting.hours).items():
                found.setdefault(slot, []).append(hours)
    return {
        slot: (_earliest(begins for begins, _ in hours), _earliest(ends for _, ends in hours))
        for slot, hours in found.items()
    }


def _earliest(minutes: Iterable[int | None]) -> int | None:
    known = list(minutes)
    return None if None in known else min(minute for minute in known if minute is not None)


def weeks_a_month(timetable: Timetable | None) -> float | None:
    """Return in how many weeks of a month it takes place, by its most frequent day; None for what no rule says."""
    if timetable is None or not timetable.meetings:
        return None
    return catalogue_rows.weeks_of(code_of(timetable.meetings))


def code_of(meetings: tuple[Meeting, ...]) -> str:
    """Return the code of GIF 441 that names the days of all of them together."""
    return _union(tuple([meeting.code for meeting in meetings]))


@lru_cache(16_384)
def _union(codes: tuple[str, ...]) -> str:
    return Weekdays(frozenset(rule for code in codes for rule in rules_of(code).rules)).gif_code()


def _mask(timetable: Timetable) -> int | None:
    if not timetable.meetings:
        return None
    return sum(1 << day for day in range(7) if any(meeting.weeks[day] for meeting in timetable.meetings))


def _schedule(timetable: Timetable) -> str | None:
    if not timetable.meetings and timetable.holidays is not HolidayRule.OPEN:
        return _shortened(
            "、".join(_span(each.first.isoformat(), each.last.isoformat()) for each in timetable.dates)
        )
    if timetable.meetings and not timetable.dates and timetable.holidays is not HolidayRule.OPEN:
        codes = {meeting.code for meeting in timetable.meetings}
        # Days with hours of their own, and seasons, are more than a code with one pair of hours says. What is closed
        # is an exception from the days and leaves the code as it is.
        frames = {(meeting.hours, meeting.starts, meeting.until) for meeting in timetable.meetings}
        if len(codes) == 1 or len(frames) == 1:
            return code_of(timetable.meetings)
    return _shortened(words_of(timetable))


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}〜{last}"


def _shortened(text: str) -> str:
    return text if len(text) <= SCHEDULE_MOST else f"{text[: SCHEDULE_MOST - 1]}…"
