"""The timetable as the JSON document that the catalogue keeps, version 1. Broken input is told and never repaired.

A ValueError says in Japanese which field is meant and what to write, so that a form or an import can show it as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar

from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)

T = TypeVar("T")

VERSION: Final = 1
TEXT_MOST: Final = 200
"""How many letters a note, a reason or the words for whom may have."""
LIST_MOST: Final = 400
"""How many entries a list may have: the single days of a year and some."""

_FIELDS: Final = frozenset(
    {"v", "meetings", "dates", "closures", "breaks", "holidays", "says_more", "may_add"}
)
_MEETING: Final = frozenset({"code", "opens", "closes", "from", "until", "anchor", "who", "note"})
_SPECIAL: Final = frozenset({"from", "to", "opens", "closes", "note"})
_CLOSED: Final = frozenset({"from", "to", "why"})
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_DAY: Final = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


def timetable_of(document: object) -> Timetable | None:
    """Read a document; None stays None (not known). Raises ValueError naming the field that is broken."""
    if document is None:
        return None
    fields = _mapping("予定", document, _FIELDS)
    if type(fields.get("v")) is not int or fields["v"] != VERSION:
        raise ValueError(f"予定の「v」：この版の予定は読めません。「{VERSION}」にしてください。")
    return Timetable(
        meetings=_list(fields, "meetings", _meeting),
        dates=_list(fields, "dates", _special),
        closures=_list(fields, "closures", _closure),
        breaks=_list(fields, "breaks", _break),
        holidays=_holidays(fields.get("holidays")),
        says_more=_switch(fields, "says_more", default=False),
        may_add=_switch(fields, "may_add", default=True),
    )


@lru_cache(16_384)
def timetable_of_text(text: str | None) -> Timetable | None:
    """Read a document from its JSON text; the same text is read once. Raises ValueError as `timetable_of`."""
    if text is None:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("予定：JSONとして読めません。") from None
    return timetable_of(document)


def document_of(timetable: Timetable) -> dict[str, Any]:
    """Return the document of a timetable with every field, so that equal timetables have equal documents."""
    return {
        "v": VERSION,
        "meetings": [
            {
                "code": meeting.code,
                "opens": meeting.opens,
                "closes": meeting.closes,
                "from": _iso(meeting.starts),
                "until": _iso(meeting.until),
                "anchor": _iso(meeting.anchor),
                "who": meeting.who,
                "note": meeting.note,
            }
            for meeting in timetable.meetings
        ],
        "dates": [
            {
                "from": _iso(special.first),
                "to": _iso(special.last),
                "opens": special.opens,
                "closes": special.closes,
                "note": special.note,
            }
            for special in timetable.dates
        ],
        "closures": [
            {"from": _iso(closure.first), "to": _iso(closure.last), "why": closure.why}
            for closure in timetable.closures
        ],
        "breaks": [
            {
                "from": "{:02}-{:02}".format(*each.first),
                "to": "{:02}-{:02}".format(*each.last),
                "why": each.why,
            }
            for each in timetable.breaks
        ],
        "holidays": None if timetable.holidays is None else timetable.holidays.value,
        "says_more": timetable.says_more,
        "may_add": timetable.may_add,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _mapping(where: str, value: object, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}：項目の組（JSONのオブジェクト）で書いてください。")
    for name in value:
        if name not in known:
            raise ValueError(f"{where}の「{str(name)[:40]}」：この項目はありません。")
    return value


def _list(fields: Mapping[str, Any], name: str, read: Callable[[str, object], T]) -> tuple[T, ...]:
    values = fields.get(name, [])
    if not isinstance(values, list):
        raise ValueError(f"予定の「{name}」：一覧（JSONの配列）で書いてください。")
    if len(values) > LIST_MOST:
        raise ValueError(f"予定の「{name}」：{LIST_MOST}件までにしてください。")
    found: list[T] = []
    for number, value in enumerate(values, start=1):
        where = f"予定の「{name}」{number}件目"
        found.append(read(where, value))
    return tuple(found)


def _meeting(where: str, value: object) -> Meeting:
    fields = _mapping(where, value, _MEETING)
    code = fields.get("code")
    if not isinstance(code, str):
        raise ValueError(f"{where}の「code」：曜日コードがありません。「13Mo」のように書いてください。")
    opens, closes = _minute(where, fields, "opens"), _minute(where, fields, "closes")
    starts, until = _day(where, fields, "from"), _day(where, fields, "until")
    anchor = _day(where, fields, "anchor")
    who, note = _text(where, fields, "who"), _text(where, fields, "note")
    try:
        return Meeting(code, opens, closes, starts, until, anchor, who, note)
    except ValueError as problem:
        raise ValueError(f"{where}：{problem}") from None


def _special(where: str, value: object) -> SpecialDays:
    fields = _mapping(where, value, _SPECIAL)
    first, last = _needed_day(where, fields, "from"), _needed_day(where, fields, "to")
    opens, closes = _minute(where, fields, "opens"), _minute(where, fields, "closes")
    note = _text(where, fields, "note")
    try:
        return SpecialDays(first, last, opens, closes, note)
    except ValueError as problem:
        raise ValueError(f"{where}：{problem}") from None


def _closure(where: str, value: object) -> Closure:
    fields = _mapping(where, value, _CLOSED)
    first, last = _needed_day(where, fields, "from"), _needed_day(where, fields, "to")
    why = _text(where, fields, "why")
    try:
        return Closure(first, last, why)
    except ValueError as problem:
        raise ValueError(f"{where}：{problem}") from None


def _break(where: str, value: object) -> YearlyBreak:
    fields = _mapping(where, value, _CLOSED)
    first, last = _month_day(where, fields, "from"), _month_day(where, fields, "to")
    why = _text(where, fields, "why")
    try:
        return YearlyBreak(first, last, why)
    except ValueError as problem:
        raise ValueError(f"{where}：{problem}") from None


def _switch(fields: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = fields.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"予定の「{name}」：true か false にしてください。")
    return value


def _holidays(value: object) -> HolidayRule | None:
    if value is None:
        return None
    try:
        return HolidayRule(str(value))
    except ValueError:
        raise ValueError(
            f"予定の「holidays」：{'・'.join(HolidayRule)}のどれか、聞いていなければ null にしてください。"
        ) from None


def _minute(where: str, fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    # True is an int to Python, and no time of day to anybody.
    if value is not None and type(value) is not int:
        raise ValueError(f"{where}の「{name}」：0時からの分（整数）で書いてください。")
    return value


def _day(where: str, fields: Mapping[str, Any], name: str) -> date | None:
    value = fields.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"{where}の「{name}」：日付を「2026-05-01」のように書いてください。")


def _needed_day(where: str, fields: Mapping[str, Any], name: str) -> date:
    day = _day(where, fields, name)
    if day is None:
        raise ValueError(f"{where}の「{name}」：日付がありません。「2026-05-01」のように書いてください。")
    return day


def _month_day(where: str, fields: Mapping[str, Any], name: str) -> tuple[int, int]:
    value = fields.get(name)
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{where}の「{name}」：月と日を「12-29」のように書いてください。")
    return int(match[1]), int(match[2])


def _text(where: str, fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{where}の「{name}」：文字で書いてください。")
    if len(value) > TEXT_MOST:
        raise ValueError(f"{where}の「{name}」：{TEXT_MOST}文字までにしてください。")
    return value
