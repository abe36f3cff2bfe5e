"""The plan of a week: what takes place on each day, by part of the day and time, and of what nobody knows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.resources.engine.open_days import Columns, answer_of
from app.resources.engine.schedule.expansion import OpenVerdict, Session, expand
from app.resources.engine.schedule.holidays import holiday_name
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.schedule.words import hours_words
from app.resources.vocabulary import DayPart, KindGroup, ResourceState

SHOWN_OF_A_PART: Final = 12
SHOWN_UNSURE: Final = 10
NO_HOURS: Final = "時間は不明"

_ENDS: Final = ((12 * 60, DayPart.MORNING.label), (17 * 60, DayPart.AFTERNOON.label))
_PARTS: Final = (*(part.label for part in DayPart), NO_HOURS)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedPlace:
    """A place that is going on, with what is known of its days."""

    id: int
    name: str
    kind: str
    group: KindGroup
    timetable: Timetable | None
    weekday_mask: int | None = None
    schedule: str | None = None
    opens_minute: int | None = None
    closes_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A session of a place. `hours` is '' when they are not known."""

    place: DatedPlace
    hours: str
    who: str
    opens: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, in the order of time; `more` is how many are not among its entries."""

    label: str
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """A place of which nobody knows whether it is open, and why not."""

    place: DatedPlace
    reason: str


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day. `unsure` are those about which something is known; `unsure_total` counts the rest as well."""

    day: date
    holiday: str | None
    parts: tuple[Part, ...]
    total: int
    unsure: tuple[Unsure, ...]
    unsure_total: int

    @property
    def more(self) -> int:
        """How many sessions are not shown."""
        return sum(part.more for part in self.parts)

    @property
    def more_unsure(self) -> int:
        """How many uncertain places are not named."""
        return self.unsure_total - len(self.unsure)


def plan_week(places: Sequence[DatedPlace], monday: date) -> tuple[DayPlan, ...]:
    """Return the seven days from `monday`; places of equal time stay in the order in which they came."""
    return tuple(_plan_day(places, monday + step * _ONE_DAY) for step in range(7))


def weeks_that_fit(timetables: Iterable[Timetable | None], first: date, *, weeks: int, most: int) -> int:
    """Return for how many weeks from `first` on all sessions are `most` at most; one week at least."""
    known = [timetable for timetable in timetables if timetable is not None]
    count = 0
    for number in range(weeks):
        begins = first + number * 7 * _ONE_DAY
        for timetable in known:
            count += len(expand(timetable, begins, begins + 6 * _ONE_DAY))
        if count > most:
            return max(number, 1)
    return weeks


def _plan_day(places: Sequence[DatedPlace], day: date) -> DayPlan:
    by_part: dict[str, list[Entry]] = {label: [] for label in _PARTS}
    unsure: list[Unsure] = []
    unsure_total = 0
    for place in places:
        columns = Columns(place.weekday_mask, place.schedule, place.opens_minute, place.closes_minute)
        answer = answer_of(ResourceState.ACTIVE, place.timetable, columns, day)
        for session in answer.sessions:
            entry = Entry(place, hours_words(session.opens, session.closes), session.who, session.opens)
            by_part[_part_of(session)].append(entry)
        if answer.verdict is OpenVerdict.UNKNOWN:
            unsure_total += 1
            if _says_something(place, day) and len(unsure) < SHOWN_UNSURE:
                unsure.append(Unsure(place, answer.reason))
    parts = tuple(_part(label, entries) for label, entries in by_part.items())
    total = sum(map(len, by_part.values()))
    return DayPlan(day, holiday_name(day), parts, total, tuple(unsure), unsure_total)


def _part(label: str, entries: list[Entry]) -> Part:
    entries.sort(key=lambda entry: -1 if entry.opens is None else entry.opens)
    return Part(label, tuple(entries[:SHOWN_OF_A_PART]), max(len(entries) - SHOWN_OF_A_PART, 0))


def _part_of(session: Session) -> str:
    if session.opens is None:
        return NO_HOURS
    return next((label for end, label in _ENDS if session.opens < end), DayPart.EVENING.label)


def _says_something(place: DatedPlace, day: date) -> bool:
    """Whether a doubt concerns this day; a place that nobody has asked at all would stand under every day."""
    if place.timetable is None:
        return bool((place.weekday_mask or 0) >> day.weekday() & 1)
    return place.timetable.names_days
