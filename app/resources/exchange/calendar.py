"""Open days as an iCalendar file (.ics) that telephones and other programs take.

Every session is an event of its own and no rule is written. A rule would have to carry closures, yearly breaks, public
holidays that move, seasons, and fortnights as exceptions, and programs differ in how they read those; thirteen weeks of
single events are exact in every one of them. A calendar goes to services outside: it holds what the place is called, for
whom, where and when, and never a note, a contact or the name of a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event

from app.clock import TOKYO
from app.resources.engine.schedule.expansion import Session, expand
from app.resources.engine.schedule.timetable import Timetable

WEEKS: Final = 13
"""A quarter of a year: far enough to plan, near enough to be fetched anew before it is out of date."""

_PRODUCT: Final = "-//Tsunagi//Places to take part in//JA"


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """A place in a calendar. `key` is what never changes about it; a secret refuge must not become one."""

    key: str
    name: str
    timetable: Timetable | None
    location: str | None = None
    url: str | None = None


def calendar_of(
    places: Iterable[CalendarPlace],
    *,
    title: str,
    domain: str,
    first: date,
    stamp: datetime,
    weeks: int = WEEKS,
) -> bytes:
    """Return one calendar with the certain sessions of all places for `weeks` weeks from `first` on.

    `domain` makes the identifiers of events ours, and they stay the same from one fetch to the next. `stamp` (aware)
    is when the file was made. A day without a known beginning is an event of the whole day; a session of which only
    the beginning is known has no end.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", str(TOKYO))
    last = first + timedelta(weeks=weeks, days=-1)
    for place in places:
        seen: Counter[date] = Counter()
        for session in expand(place.timetable, first, last):
            seen[session.day] += 1
            uid = f"{place.key}-{session.day:%Y%m%d}-{seen[session.day]}@{domain}"
            calendar.add_component(_event(place, session, uid, stamp))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(place: CalendarPlace, session: Session, uid: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("summary", f"{place.name}（{session.who}）" if session.who else place.name)
    if session.opens is None:
        event.add("dtstart", session.day)
        event.add("dtend", session.day + timedelta(days=1))
    else:
        event.add("dtstart", _moment(session.day, session.opens))
        if session.closes is not None:
            event.add("dtend", _moment(session.day, session.closes))
    if place.location:
        event.add("location", place.location)
    if place.url:
        event.add("url", place.url)
    # Somewhere one may go is no appointment: it must not block anybody's time.
    event.add("transp", "TRANSPARENT")
    return event


def _moment(day: date, minute: int) -> datetime:
    """Return the moment; minutes beyond 1440 lie in the next morning. Japan has no summer time."""
    return datetime.combine(day, time(), TOKYO) + timedelta(minutes=minute)
