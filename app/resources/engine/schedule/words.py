"""A timetable in plain Japanese."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
    rules_of,
)
from app.text.values.times import MINUTES_PER_DAY
from app.text.values.weekdays import DAY_NAMES, EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK

# From three days on a run reads better than a list: 月〜金, but 火・水.
_RUN: Final = 3


@lru_cache(16_384)
def rule_words(code: str) -> str:
    """Return 「毎週火・木曜日」, 「第1・3月曜日」, 「毎週水曜日と最終金曜日」; `parse_weekdays` reads the same rules from it."""
    by_day: dict[int, set[int]] = {}
    for rule in rules_of(code).rules:
        by_day.setdefault(rule.day, set()).add(rule.week)
    groups: dict[tuple[int, ...], list[int]] = {}
    for day in sorted(by_day):
        weeks = by_day[day]
        named = tuple(sorted(week for week in weeks if EVERY_WEEK < week < LAST_WEEK))
        if EVERY_WEEK in weeks:
            # The other weeks of a day that comes every week add nothing.
            groups.setdefault((EVERY_WEEK,), []).append(day)
            continue
        for group in (named, *((week,) for week in (LAST_WEEK, EVERY_OTHER_WEEK) if week in weeks)):
            if group:
                groups.setdefault(group, []).append(day)
    ordered = sorted(groups.items(), key=lambda item: (item[0] != (EVERY_WEEK,), item[1], item[0]))
    return "と".join(_group_words(weeks, days) for weeks, days in ordered)


def fortnight_words(code: str) -> str:
    """Return 「隔週の日曜日」, the part of the rules that needs to know in which week it took place."""
    days = sorted(rule.day for rule in rules_of(code).rules if rule.week == EVERY_OTHER_WEEK)
    return _group_words((EVERY_OTHER_WEEK,), days)


def _group_words(weeks: tuple[int, ...], days: list[int]) -> str:
    if weeks == (EVERY_WEEK,):
        return "毎日" if len(days) == len(DAY_NAMES) else f"毎週{_days(days)}曜日"
    if weeks == (LAST_WEEK,):
        return f"最終{_days(days)}曜日"
    if weeks == (EVERY_OTHER_WEEK,):
        return f"隔週の{_days(days)}曜日"
    return f"第{'・'.join(map(str, weeks))}{_days(days)}曜日"


def _days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        names = [DAY_NAMES[day - 1] for day in run]
        parts.append(f"{names[0]}〜{names[-1]}" if len(run) >= _RUN else "・".join(names))
    return "・".join(parts)


def clock_words(minute: int) -> str:
    """Return 「9:30」, 「24:00」, and 「翌1:00」 for what lies in the next morning."""
    after = "翌" if minute > MINUTES_PER_DAY else ""
    minute -= MINUTES_PER_DAY if after else 0
    return f"{after}{minute // 60}:{minute % 60:02}"


def hours_words(opens: int | None, closes: int | None) -> str:
    """Return 「9:30〜11:30」, one end alone as 「9:30から」, '' when neither is known."""
    if opens is not None and closes is not None:
        return f"{clock_words(opens)}〜{clock_words(closes)}"
    if opens is not None:
        return f"{clock_words(opens)}から"
    return f"{clock_words(closes)}まで" if closes is not None else ""


def day_words(day: date, *, near: date | None = None) -> str:
    """Return 「2026年5月1日」, without the year when `near` lies in the same one."""
    year = "" if near is not None and near.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def span_words(first: date, last: date, *, near: date | None = None) -> str:
    """Return 「2026年5月1日〜5月3日」, a single day alone."""
    begins = day_words(first, near=near)
    return begins if first == last else f"{begins}〜{day_words(last, near=first)}"


def closure_words(closure: Closure, *, near: date | None = None) -> str:
    """Return 「8月10日〜8月16日は休み（改修）」."""
    return f"{span_words(closure.first, closure.last, near=near)}は休み{_bracketed(closure.why)}"


def break_words(yearly: YearlyBreak) -> str:
    """Return 「12月29日〜1月3日は休み（年末年始）」."""
    first, last = (f"{month}月{day}日" for month, day in (yearly.first, yearly.last))
    return f"{first if first == last else f'{first}〜{last}'}は休み{_bracketed(yearly.why)}"


def words_of(timetable: Timetable) -> str:
    """Return the whole timetable as it is read out; '' when it says nothing."""
    sentences = ["、".join([*_meetings(timetable.meetings), *map(_special, timetable.dates)])]
    if timetable.holidays is not None:
        sentences.append(
            timetable.holidays.label
            if timetable.meetings or timetable.holidays is not HolidayRule.OPEN
            else "祝日に開いている"
        )
    sentences += map(closure_words, timetable.closures)
    sentences += map(break_words, timetable.breaks)
    return "。".join(sentence for sentence in sentences if sentence)


def open_words(codes: Iterable[str], dates: Iterable[SpecialDays]) -> str:
    """Return days alone, without hours: 「毎週火・木曜日、第3土曜日」, 「2026年10月1日〜10月2日」."""
    names = [*map(rule_words, codes), *(span_words(special.first, special.last) for special in dates)]
    return "、".join(dict.fromkeys(names))


def _meetings(meetings: Iterable[Meeting]) -> list[str]:
    # Stretches of the same day are one entry: 「毎週火曜日 10:00〜12:30・13:30〜16:00」.
    hours: dict[tuple[str, str], list[str]] = {}
    for meeting in meetings:
        period = ""
        if meeting.starts or meeting.until:
            begins = f"{day_words(meeting.starts)}から" if meeting.starts else ""
            ends = f"{day_words(meeting.until)}まで" if meeting.until else ""
            period = f"{begins}{ends}"
        anchor = ""
        if meeting.anchor and any(weeks >> EVERY_OTHER_WEEK & 1 for weeks in meeting.weeks):
            anchor = f"{day_words(meeting.anchor)}の週から数えて"
        extra = "".join(map(_bracketed, (meeting.who, anchor, period, meeting.note)))
        hours.setdefault((rule_words(meeting.code), extra), []).append(
            hours_words(meeting.opens, meeting.closes)
        )
    return [
        " ".join(filter(None, (rule, "・".join(filter(None, spans))))) + extra
        for (rule, extra), spans in hours.items()
    ]


def _special(special: SpecialDays) -> str:
    hours = hours_words(special.opens, special.closes)
    return " ".join(filter(None, (span_words(special.first, special.last), hours))) + _bracketed(special.note)


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""
