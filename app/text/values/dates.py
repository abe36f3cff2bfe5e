"""Dates: ISO, slashes, 年月日, 和暦, and what Excel leaves behind."""

import re
from datetime import date, timedelta
from typing import Final

from app import clock
from app.text.normalise import normalise_text
from app.text.values.reading import Reading, says_nothing, shown
from app.text.values.weekdays import DAY_NAMES

_EXPECTED: Final = "日付を「2026-11-20」「2026年11月20日」「令和8年11月20日」のように書いてください。"
_WESTERN: Final = re.compile(
    r"(?P<year>\d{4})(?:年(?P<month>\d{1,2})月(?P<day>\d{1,2})日?"
    r"|(?P<separator>[-/.])(?P<month2>\d{1,2})(?P=separator)(?P<day2>\d{1,2})"
    r"|(?P<month3>\d{2})(?P<day3>\d{2}))"
)
# A time behind the date is what spreadsheets add; the weekday is checked against the date.
_TAIL: Final = re.compile(r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_WEEKDAY: Final = re.compile(r"\(([月火水木金土日])(?:曜日?)?(?:・祝)?\)|([月火水木金土日])曜日?")

# Day 0 of Excel's 1900 calendar as it is counted from 1 March 1900 on (Excel takes 1900 for a leap year).
_EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
# 1927 to 2064: five digits outside are not read as a date.
_EXCEL_SERIALS: Final = range(10_000, 60_001)


def parse_date(cell: str) -> Reading[date]:
    """Read a day written in any usual way, or as Excel's serial number (said so in the note).

    A weekday that does not belong to the date is told in the note: one of the two is wrong, and people must look.
    """
    if says_nothing(cell):
        return Reading()
    text = normalise_text(cell)
    if re.fullmatch(r"\d{5}(?:\.0+)?", text) and int(text[:5]) in _EXCEL_SERIALS:
        day = _EXCEL_DAY_ZERO + timedelta(days=int(text[:5]))
        return Reading(day, note=f"表計算ソフトの通し番号 {text[:5]} を日付として読みました。")
    named = _WEEKDAY.search(text)
    bare = _WEEKDAY.sub("", text, count=1).strip()
    try:
        day = _day_of(bare)
    except ValueError as error:
        return Reading(reason=f"「{shown(text)}」: {error}")
    if named is not None and (wrong := named[1] or named[2]) != DAY_NAMES[day.weekday()]:
        return Reading(day, note=f"「{wrong}曜日」とありますが、この日は{DAY_NAMES[day.weekday()]}曜日です。")
    return Reading(day)


def _day_of(text: str) -> date:
    compact = text.replace(" ", "")
    match = _WESTERN.match(text) or _WESTERN.match(compact)
    if match is not None:
        rest = match.string[match.end() :].strip()
        if not _TAIL.fullmatch(rest):
            raise ValueError(f"日付の後ろに読めない内容があります。{_EXPECTED}")
        month = int(match["month"] or match["month2"] or match["month3"])
        day = int(match["day"] or match["day2"] or match["day3"])
        try:
            return date(int(match["year"]), month, day)
        except ValueError:
            raise ValueError(f"{match['year']}年{month}月{day}日という日付はありません。") from None
    if re.match(r"[明大昭平令MTSHR]", compact.upper()):
        return clock.parse_wareki(compact)
    if re.match(r"\d{1,2}月\d{1,2}日|\d{1,2}/\d{1,2}$", compact):
        raise ValueError(f"年がありません。{_EXPECTED}")
    raise ValueError(_EXPECTED)
