"""The lists of the residents' pages: places for everybody, by purpose, day, part of the day and area."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.resources.engine.distances import APPROXIMATE
from app.resources.engine.open_days import Columns, answer_of
from app.resources.engine.purposes import purposes_of
from app.resources.engine.schedule.expansion import DayAnswer, OpenVerdict, Session
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.schedule.words import words_of
from app.resources.engine.week import hours_text, schedule_text
from app.resources.vocabulary import DayPart, KindGroup, ResourceState

_ONE_DAY: Final = timedelta(days=1)
_A_WEEK: Final = 7
# So many of a day of the week are looked at: what comes once a month is among five.
_WEEKS_AHEAD: Final = 5
_NOON, _EVENING, _MIDNIGHT = 12 * 60, 17 * 60, 24 * 60
_BOUNDS: Final = {
    DayPart.MORNING: (0, _NOON),
    DayPart.AFTERNOON: (_NOON, _EVENING),
    DayPart.EVENING: (_EVENING, _MIDNIGHT),
}


class DayChoice(StrEnum):
    """The days that somebody without a calendar asks for."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @property
    def weekday(self) -> int | None:
        """0 for Monday; None for today and tomorrow."""
        number = list(DayChoice).index(self) - 2
        return number if number >= 0 else None

    def dates(self, today: date) -> tuple[date, ...]:
        """Return the dates that are meant: one, or the next five of a day of the week."""
        if self.weekday is None:
            return (today if self is DayChoice.TODAY else today + _ONE_DAY,)
        first = today + (self.weekday - today.weekday()) % _A_WEEK * _ONE_DAY
        return tuple(first + week * _A_WEEK * _ONE_DAY for week in range(_WEEKS_AHEAD))


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A place as everybody may know it. `contact` is None where it is not public, `said` all that tells its purpose."""

    id: int
    name: str
    kana: str | None
    kind: str
    group: KindGroup
    is_light: bool
    said: str
    town_id: int | None
    address: str | None
    building: str | None
    timetable: Timetable | None
    columns: Columns
    schedule_note: str | None
    fee: str | None
    contact: str | None
    operator: str | None
    source: str | None
    confirmed_on: date | None
    point: Point | None
    precision: PositionPrecision

    @property
    def purposes(self) -> frozenset[str]:
        """The slugs of the purposes that it serves."""
        return purposes_of(self.kind, self.group, self.said)

    @property
    def is_approximate(self) -> bool:
        """Whether its point is the middle of a town."""
        return self.precision in APPROXIMATE

    @property
    def when(self) -> str:
        """When it takes place, in the words of the catalogue; '' where nobody knows."""
        if self.timetable is not None:
            return words_of(self.timetable) or self.schedule_note or ""
        schedule, hours = schedule_text(self.columns.schedule), hours_text(*self.columns[2:])
        return " ".join(filter(None, (schedule, hours))) or self.schedule_note or ""

    def on(self, day: date) -> DayAnswer:
        """Say whether it is open on a day."""
        return answer_of(ResourceState.ACTIVE, self.timetable, self.columns, day)


@dataclass(frozen=True, slots=True)
class Found:
    """A place of a list, and the day that it is listed for, where one was asked."""

    place: PublicPlace
    day: DayAnswer | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is open for certain, or simply found where no day was asked; and what may be open."""

    certain: tuple[Found, ...]
    unsure: tuple[Found, ...]

    @property
    def total(self) -> int:
        """How many there are of both."""
        return len(self.certain) + len(self.unsure)


def choose(
    places: Iterable[PublicPlace],
    *,
    purpose: str | None = None,
    days: Sequence[date] = (),
    part: DayPart | None = None,
    towns: Collection[int] | None = None,
) -> Answer:
    """Return the places of a purpose, a day and an area, in the order in which they came."""
    certain: list[Found] = []
    unsure: list[Found] = []
    for place in places:
        if (purpose and purpose not in place.purposes) or (towns is not None and place.town_id not in towns):
            continue
        if not days:
            certain.append(Found(place))
            continue
        verdict, answer = _best([(_verdict(answer, part), answer) for answer in map(place.on, days)])
        if verdict is OpenVerdict.YES:
            certain.append(Found(place, answer))
        elif verdict is OpenVerdict.UNKNOWN:
            unsure.append(Found(place, answer))
    return Answer(tuple(certain), tuple(unsure))


def _best(answers: Sequence[tuple[OpenVerdict, DayAnswer]]) -> tuple[OpenVerdict, DayAnswer]:
    """Return the first certain day. Without one: 不明 or 否, whichever is said of more days.

    A holiday of which nobody has asked does not make a place of the afternoons uncertain for the mornings.
    """
    by_verdict = {verdict: [answer for said, answer in answers if said is verdict] for verdict in OpenVerdict}
    if by_verdict[OpenVerdict.YES]:
        return OpenVerdict.YES, by_verdict[OpenVerdict.YES][0]
    unsure, shut = by_verdict[OpenVerdict.UNKNOWN], by_verdict[OpenVerdict.NO]
    if len(unsure) >= len(shut):
        return OpenVerdict.UNKNOWN, unsure[0]
    return OpenVerdict.NO, shut[0]


def _verdict(answer: DayAnswer, part: DayPart | None) -> OpenVerdict:
    if part is None or answer.verdict is not OpenVerdict.YES:
        return answer.verdict
    verdicts = {_in_part(session, part) for session in answer.sessions}
    if OpenVerdict.YES in verdicts:
        return OpenVerdict.YES
    return OpenVerdict.UNKNOWN if OpenVerdict.UNKNOWN in verdicts or not verdicts else OpenVerdict.NO


def _in_part(session: Session, part: DayPart) -> OpenVerdict:
    """Say whether a session runs in a part of the day; with one end alone, what lies beyond it is not known."""
    starts, ends = _BOUNDS[part]
    opens, closes = session.opens, session.closes
    if opens is None and closes is None:
        return OpenVerdict.UNKNOWN
    if opens is not None and closes is not None:
        return OpenVerdict.YES if opens < ends and closes > starts else OpenVerdict.NO
    known = closes - 1 if opens is None and closes is not None else opens
    assert known is not None
    if starts <= known < ends or (ends == _MIDNIGHT and known >= ends):
        return OpenVerdict.YES
    is_beyond = starts > known if closes is None else ends <= known
    return OpenVerdict.UNKNOWN if is_beyond else OpenVerdict.NO


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the printed list; `times` says when, on the day under which it stands."""

    place: PublicPlace
    times: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of the printed list under one heading; `weekday` counts from Monday, None where none is known."""

    label: str
    rows: tuple[Row, ...]
    weekday: int | None = None


def by_kind(places: Iterable[PublicPlace]) -> tuple[Group, ...]:
    """Return places by kind, kinds in the order in which they came first."""
    found: dict[str, list[Row]] = {}
    for place in places:
        found.setdefault(place.kind, []).append(Row(place, place.when))
    return tuple(Group(label, tuple(rows)) for label, rows in found.items())
