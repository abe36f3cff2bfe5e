"""The printed week: a place under each day of the week on which it takes place, and once at the end where none is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.resources.engine.public_list import Group, PublicPlace, Row
from app.resources.engine.when import Stretch, strip_of
from app.resources.vocabulary import WEEKDAYS

NO_DAY: Final = "曜日が決まっていない・わからない"


def by_day(places: Sequence[PublicPlace], *, today: date) -> tuple[Group, ...]:
    """Return places under Monday to Sunday by their first hour, and the others under `NO_DAY`."""
    days: list[list[tuple[str, Row]]] = [[] for _ in WEEKDAYS]
    rest: list[Row] = []
    for place in places:
        strip = strip_of(place.timetable, place.columns, today=today)
        if strip is None or not any(day.stretches for day in strip):
            rest.append(Row(place, place.when))
            continue
        for number, day in enumerate(strip):
            if day.stretches:
                times = "、".join(filter(None, map(_words, day.stretches)))
                days[number].append((_hour(day.stretches[0]), Row(place, times)))
    groups = [
        Group(
            f"{WEEKDAYS[number]}曜日", tuple(row for _, row in sorted(rows, key=lambda each: each[0])), number
        )
        for number, rows in enumerate(days)
        if rows
    ]
    return (*groups, Group(NO_DAY, tuple(rest))) if rest else tuple(groups)


def _words(stretch: Stretch) -> str:
    who = f"（{stretch.who}）" if stretch.who else ""
    return " ".join(filter(None, (stretch.weeks, stretch.hours))) + who


def _hour(stretch: Stretch) -> str:
    """What sorts as the clock does: 「9:30」 before 「10:00」, and no hour before both."""
    return stretch.hours.partition("〜")[0].zfill(5) if stretch.hours else ""
