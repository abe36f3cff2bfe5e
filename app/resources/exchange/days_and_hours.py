"""The columns about days and hours of a row: the timetable, and the columns that filters ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Final

from app.resources.engine.schedule.building import HoursByDay, Span, spans_of, timetable_from
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.summary import summary_of
from app.resources.engine.schedule.timetable import HolidayRule
from app.resources.exchange.cells import LONGEST, REMEMBERED, Cells, shown_whole, tidy
from app.resources.exchange.columns import Column
from app.resources.exchange.own_timetable import read_own_timetable
from app.resources.exchange.remarks import Remarks, read_remarks
from app.text import values
from app.text.values import Weekdays, parse_time

parse_date = lru_cache(REMEMBERED)(values.parse_date)
parse_hours = lru_cache(REMEMBERED)(values.parse_hours)
parse_weekdays = lru_cache(REMEMBERED)(values.parse_weekdays)

# 「8月12日(水)」 is one day and no weekly rule, and 「8月5日(水)〜8月16日(日)」 is every day between the two.
_CALENDAR_DAY: Final = re.compile(
    r"\d{1,2}月\s*\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])"
)
_TO: Final = re.compile(r"[~〜～\-－–—―]|から|まで")
# ①, ② before the first and the second round: folded to digits they would stand in the time.
_ROUND_MARKS: Final = re.compile("[\u2460-\u2473]")
_REST: Final = re.compile(r"休|不可|閉|なし|無")


@dataclass(slots=True)
class _Found:
    """What the cells about days and hours say, gathered until the timetable is made."""

    notes: list[str]
    weekdays: Weekdays | None = None
    # Words beside the days in their cell.
    beside: str = ""
    says_days: bool = False
    dates: list[date | None] = field(default_factory=lambda: [None, None])
    hours: tuple[Span, ...] = ()


def read_schedule(cells: Cells) -> None:
    """Days and hours: the timetable, and the columns that filters ask, which say the same as far as they can.

    Where words beside the days leave it open on which of them it takes place (「月1回」), there is no timetable, and
    the columns hold the days on which it may take place, as the file names them.
    """
    if read_own_timetable(cells):
        return
    found = _Found([cells.spell_lines(text) for text in cells.all(Column.SCHEDULE_NOTE)])
    _read_days(cells, found)
    _read_hours(cells, found)
    closed = cells.words(Column.CLOSED_DAYS)
    _read_timetable(cells, found, closed)
    if closed:
        found.notes.append(f"定休日：{closed}")
    if found.notes:
        cells.values["schedule_note"] = "\n".join(dict.fromkeys(note for note in found.notes if note))


def _read_days(cells: Cells, found: _Found) -> None:
    text = cells.words(Column.WEEKDAYS)
    dates = _dates(cells, found)
    if text and names_calendar_days(text):
        _read_calendar_days(cells, found, text)
    elif text:
        reading = parse_weekdays(text)
        found.weekdays, found.beside = reading.value, reading.note
        if reading.value is not None and reading.value.days:
            cells.values["weekday_mask"] = sum(1 << (day - 1) for day in reading.value.days)
        elif reading.reason:
            cells.warnings.append(
                f"曜日：{reading.reason}曜日は「不明」とし、書かれていた内容をそのまま残します。"
            )
    shown = " ".join(part for part in (dates, text) if part)
    found.says_days = bool(shown)
    if len(shown) > LONGEST["schedule"]:
        found.notes.insert(0, shown)
    elif shown:
        cells.values["schedule"] = shown


def names_calendar_days(text: str) -> bool:
    """Tell whether a cell about days names days of the calendar (8月12日, 2026-08-12)."""
    return _CALENDAR_DAY.search(text) is not None


def _read_calendar_days(cells: Cells, found: _Found, text: str) -> None:
    """Take one day that is said with its year; without a year the words stand, and single days tell their weekday."""
    day = parse_date(text)
    if day.value is not None and not day.note and found.dates == [None, None]:
        found.dates = [day.value, day.value]
        return
    if not _TO.search(_CALENDAR_DAY.sub("", text)):
        named = parse_weekdays(text).value
        if named is not None and named.days:
            cells.values["weekday_mask"] = sum(1 << (day - 1) for day in named.days)


def _dates(cells: Cells, found: _Found) -> str:
    days: list[str] = []
    for place, column in enumerate((Column.STARTS_ON, Column.ENDS_ON)):
        value, _note = cells.read(column, parse_date)
        found.dates[place] = value
        if value is not None and value.isoformat() not in days:
            days.append(value.isoformat())
    return "〜".join(days)


_ONE_CELL_HOURS: Final = (
    (Column.OPENS_ON_WORKDAYS, "平日"),
    (Column.OPENS_ON_SATURDAYS, "土曜"),
    (Column.OPENS_ON_SUNDAYS, "日曜"),
    (Column.OPENS_ON_HOLIDAYS, "祝日"),
)


def _read_hours(cells: Cells, found: _Found) -> None:
    opens, closes = (_ROUND_MARKS.sub(" ", cells.one(column)) for column in (Column.OPENS, Column.CLOSES))
    by_day = [(label, cells.one(column)) for column, label in _ONE_CELL_HOURS if cells.one(column)]
    found.notes += [f"{label} {tidy(text)}" for label, text in by_day]
    if not opens and not closes and by_day:
        opens = by_day[0][1]
    if not opens and not closes:
        return
    reading = parse_hours(opens, closes)
    if reading.value:
        cells.values["opens_minute"] = min(hours.begins.minutes for hours in reading.value)
        cells.values["closes_minute"] = max(hours.ends.minutes for hours in reading.value)
        found.hours = spans_of(reading.value)
        if len(reading.value) > 1:
            found.notes.append("時間：" + "、".join(map(str, reading.value)))
        if reading.note:
            found.notes.append(reading.note)
        return
    begins = parse_time(opens)
    if begins.value is not None and not closes:
        # Only the beginning is known; the end stays 不明.
        cells.values["opens_minute"] = begins.value.minutes
        found.hours = ((begins.value.minutes, None),)
        return
    written = "〜".join(shown_whole(text) for text in (opens, closes))
    found.notes.append(f"時間：{written}")
    if not by_day:
        cells.warnings.append(
            f"時間：{reading.reason}時間は「不明」とし、書かれていた内容をそのまま残します。"
        )


def _read_timetable(cells: Cells, found: _Found, closed: str) -> None:
    if not found.says_days:
        # Hours or remarks alone do not say on which days: whatever is known of them stays.
        return
    remarks = _both(
        read_remarks([*cells.all(Column.SCHEDULE_NOTE), found.beside]),
        read_remarks([closed], are_closed_days=True),
    )
    days = cells.words(Column.WEEKDAYS)
    has_date = names_calendar_days(days) and found.dates != [None, None]
    if remarks.say_how_often or (found.weekdays is None and days and not has_date):
        return
    holidays, holidays_are_clear = _holidays(cells, found, remarks)
    first, last = found.dates
    timetable = timetable_from(
        found.weekdays,
        found.hours,
        (first, last),
        by_day=_hours_by_day(cells),
        holidays=holidays,
        breaks=remarks.breaks,
        closed_days=remarks.closed_days | _closed_kinds(cells),
        fifth_week_off=remarks.fifth_week_off,
        notes_say_more=bool(remarks.rest) or not holidays_are_clear,
    )
    if timetable is None or not timetable.names_days:
        return
    may_add = remarks.may_name_further_days or not remarks.rest or not holidays_are_clear
    cells.values["timetable"] = document_of(replace(timetable, may_add=may_add))
    if found.beside:
        # The column holds the days alone from here on.
        found.notes.insert(0, cells.words(Column.WEEKDAYS))
    summary = summary_of(timetable)
    for name in ("weekday_mask", "schedule", "opens_minute", "closes_minute"):
        cells.values.pop(name, None)
        if (value := getattr(summary, name)) is not None:
            cells.values[name] = value


def _both(one: Remarks, other: Remarks) -> Remarks:
    return Remarks(
        one.holidays_closed or other.holidays_closed,
        one.holidays_open or other.holidays_open,
        tuple(dict.fromkeys((*one.breaks, *other.breaks))),
        one.closed_days | other.closed_days,
        one.fifth_week_off or other.fifth_week_off,
        (*one.rest, *other.rest),
    )


def _hours_by_day(cells: Cells) -> HoursByDay | None:
    """Return the hours by kind of day, None where the file has one pair for all days."""
    columns = [column for column, _label in _ONE_CELL_HOURS]
    if cells.one(Column.OPENS) or cells.one(Column.CLOSES) or not any(map(cells.one, columns)):
        return None
    workdays, saturdays, sundays, _holidays = (_spans(cells.one(column)) for column in columns)
    return HoursByDay(workdays, saturdays, sundays)


def _is_rest(text: str) -> bool:
    return bool(text) and _spans(text) is None and _REST.search(tidy(text)) is not None


def _closed_kinds(cells: Cells) -> frozenset[int]:
    """Return Saturday and Sunday where the column of their hours says that they are closed."""
    columns = {6: Column.OPENS_ON_SATURDAYS, 7: Column.OPENS_ON_SUNDAYS}
    return frozenset(day for day, column in columns.items() if _is_rest(cells.one(column)))


def _spans(text: str) -> tuple[Span, ...] | None:
    reading = parse_hours(text)
    return spans_of(reading.value) if reading.value else None


def _holidays(cells: Cells, found: _Found, remarks: Remarks) -> tuple[HolidayRule | None, bool]:
    """Return the rule for holidays, and False where it is more than a rule can say."""
    said = found.weekdays.on_holidays if found.weekdays is not None else None
    if said is None and remarks.holidays_open:
        said = True
    text = cells.one(Column.OPENS_ON_HOLIDAYS)
    if remarks.holidays_closed or said is False or _is_rest(text):
        return HolidayRule.CLOSED, said is not True
    own = _spans(text)
    if own is None:
        return (HolidayRule.OPEN if said else None), not text
    by_day = _hours_by_day(cells)
    usual = {found.hours} if by_day is None else {by_day.of(day) for day in range(1, 8)} - {None}
    # A holiday with hours of its own has no place in the timetable, and those of the weekday would be wrong.
    return (HolidayRule.OPEN, True) if usual == {own} else (None, False)
