"""When a place is open, in our own files: columns that people read, and one beside them that carries all of it.

What the columns for people cannot say (seasons, closures, fortnights) stands in the column for the machine. Where
somebody has changed the columns for people afterwards, those are what is meant, and the other one is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app.resources.engine.schedule.document import document_of, timetable_of
from app.resources.engine.schedule.summary import code_of
from app.resources.engine.schedule.timetable import Meeting, SpecialDays, Timetable
from app.resources.exchange.cells import LONGEST, Cells
from app.resources.exchange.columns import Column
from app.text.values import parse_date, parse_time, parse_weekdays

WORDS_ONLY: Final = 0
"""The version of a document that holds no timetable, but what a file once said of the days in words."""

_WORDS: Final = frozenset({"v", "days", "mask", "opens", "closes"})
_MINUTES_MOST: Final = 30 * 60

_BROKEN: Final = "予定（機械用）：読めない形に変わっています。曜日・時間の列を読みました。祝日や休みの日は、画面で確かめてください。"
_CHANGED: Final = (
    "予定（機械用）：曜日・時間・日付の列とちがうため、曜日・時間・日付のほうを読みました。"
    "祝日や休みの日は、画面で確かめてください。"
)


def clock(minute: int | None) -> str:
    """Return 「09:00」; minutes beyond 1440 lie in the next morning. Empty for what is not known."""
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def machine_cell(timetable: Timetable | None, facts: Mapping[str, Any]) -> str:
    """Return the cell that carries all that is known of the days; `facts` are the columns that filters ask."""
    document: dict[str, Any]
    if timetable is not None:
        document = document_of(timetable)
    else:
        document = {
            "v": WORDS_ONLY,
            "days": facts["schedule"],
            "mask": facts["weekday_mask"],
            "opens": facts["opens_minute"],
            "closes": facts["closes_minute"],
        }
        if all(value is None for name, value in document.items() if name != "v"):
            return ""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def day_cells(timetable: Timetable | None, facts: Mapping[str, Any]) -> dict[Column, str]:
    """Return the cells for people, which hold as much of it as they can."""
    cells = {Column.OPENS: clock(facts["opens_minute"]), Column.CLOSES: clock(facts["closes_minute"])}
    if timetable is None:
        cells[Column.WEEKDAYS] = facts["schedule"] or ""
    elif timetable.meetings:
        cells[Column.WEEKDAYS] = code_of(timetable.meetings)
    elif timetable.dates:
        cells[Column.STARTS_ON] = min(each.first for each in timetable.dates).isoformat()
        cells[Column.ENDS_ON] = max(each.last for each in timetable.dates).isoformat()
    return cells


def read_own_timetable(cells: Cells) -> bool:
    """Take the cell for the machine; False where there is none, or where the cells for people are to be read."""
    written = cells.one(Column.TIMETABLE)
    if not written:
        return False
    try:
        document = json.loads(written)
        values, timetable = _values_of(document)
    except (ValueError, TypeError, RecursionError):
        cells.warnings.append(_BROKEN)
        return False
    if not _is_unchanged(cells, day_cells(timetable, values)):
        cells.warnings.append(_CHANGED)
        return False
    if timetable is not None:
        cells.values["timetable"] = document_of(timetable)
    else:
        cells.values |= {name: value for name, value in values.items() if value is not None}
    notes = [cells.spell_lines(text) for text in cells.all(Column.SCHEDULE_NOTE)]
    if any(notes):
        cells.values["schedule_note"] = "\n".join(filter(None, notes))
    return True


def _values_of(document: Any) -> tuple[dict[str, Any], Timetable | None]:
    """Return the columns that filters ask, and the timetable where the document holds one; raise ValueError."""
    if not isinstance(document, dict):
        raise ValueError
    if document.get("v") != WORDS_ONLY:
        timetable = timetable_of(document)
        assert timetable is not None, "a document is a timetable"
        spans: tuple[Meeting | SpecialDays, ...] = (*timetable.meetings, *timetable.dates)
        return {
            "schedule": None,
            "weekday_mask": None,
            "opens_minute": min((each.opens for each in spans if each.opens is not None), default=None),
            "closes_minute": max((each.closes for each in spans if each.closes is not None), default=None),
        }, timetable
    days = document.get("days")
    if (
        not _WORDS.issuperset(document)
        or not isinstance(days, str | None)
        or len(days or "") > LONGEST["schedule"]
    ):
        raise ValueError
    return {
        "schedule": days,
        "weekday_mask": _number(document.get("mask"), 127),
        "opens_minute": _number(document.get("opens"), _MINUTES_MOST),
        "closes_minute": _number(document.get("closes"), _MINUTES_MOST),
    }, None


def _number(value: Any, most: int) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        raise ValueError
    return value


def _is_unchanged(cells: Cells, expected: Mapping[Column, str]) -> bool:
    """Whether the cells for people say what the export had put there; an empty cell says nothing against it."""
    columns = (Column.WEEKDAYS, Column.OPENS, Column.CLOSES, Column.STARTS_ON, Column.ENDS_ON)
    return all(_is_same(column, cells.words(column), expected.get(column, "")) for column in columns)


def _is_same(column: Column, written: str, expected: str) -> bool:
    if not written or written == " ".join(expected.split()):
        return True
    # A spreadsheet writes 「09:00」 as 「9:00:00」 and 「2026-05-01」 as 「2026/5/1」.
    if column is Column.WEEKDAYS:
        days = parse_weekdays(written).value
        return days is not None and days == parse_weekdays(expected).value
    if column in (Column.OPENS, Column.CLOSES):
        time = parse_time(written).value
        return time is not None and time == parse_time(expected).value
    day = parse_date(written).value
    return day is not None and day == parse_date(expected).value
