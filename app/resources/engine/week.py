"""The days and hours of a resource in words. What is not known stays None, and the page says 不明."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.resources.vocabulary import WEEKDAYS
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK, DayRule, parse_weekdays


@dataclass(frozen=True)
class Day:
    """One day of the strip. `when` says in which weeks, where it is not every week."""

    name: str
    is_open: bool
    when: str = ""


def week_of(mask: int | None, schedule: str | None) -> tuple[Day, ...] | None:
    """Return Monday to Sunday; None when the days are not known."""
    if mask is None:
        return None
    rules = _rules(schedule)
    return tuple(
        Day(name, bool(mask >> bit & 1), weeks_text([rule.week for rule in rules if rule.day == bit + 1]))
        for bit, name in enumerate(WEEKDAYS)
    )


def schedule_text(schedule: str | None) -> str | None:
    """Return the schedule for people: a code of GIF 441 (`13Mo`) spelled out, other words as they were written."""
    rules = _rules(schedule)
    if not rules:
        return schedule
    weekly = "・".join(WEEKDAYS[rule.day - 1] for rule in rules if rule.week == EVERY_WEEK)
    seldom = [
        f"{weeks_text([rule.week for rule in rules if rule.day == day])}{WEEKDAYS[day - 1]}曜日"
        for day in dict.fromkeys(rule.day for rule in rules if rule.week != EVERY_WEEK)
    ]
    return "、".join([*([f"毎週{weekly}曜日"] if weekly else []), *seldom])


def hours_text(opens: int | None, closes: int | None) -> str | None:
    """Return 「10:00〜12:00」, one end alone as 「10:00から」, None when neither is known."""
    if opens is not None and closes is not None:
        return f"{_clock(opens)}〜{_clock(closes)}"
    if opens is not None:
        return f"{_clock(opens)}から"
    return f"{_clock(closes)}まで" if closes is not None else None


def _rules(schedule: str | None) -> list[DayRule]:
    """Return the rules of a code of GIF 441; none for a sentence, which says more than its days."""
    days = parse_weekdays(schedule or "").value
    return sorted(days.rules) if days is not None and days.gif_code() == schedule else []


def mask_text(mask: int) -> str:
    """Return the days of a mask: 「月・水曜日」."""
    return "・".join(name for bit, name in enumerate(WEEKDAYS) if mask >> bit & 1) + "曜日" if mask else ""


def weeks_text(weeks: Sequence[int]) -> str:
    """Return in which weeks a day counts: 「第1・3」, 「隔週」, '' for every week."""
    if not weeks or EVERY_WEEK in weeks:
        return ""
    words = {LAST_WEEK: "最終", EVERY_OTHER_WEEK: "隔週"}
    counted = "・".join(str(week) for week in weeks if week not in words)
    return "・".join(
        [*([f"第{counted}"] if counted else []), *(words[week] for week in weeks if week in words)]
    )


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
