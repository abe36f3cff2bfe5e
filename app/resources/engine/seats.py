"""How many seats of a slot are free for somebody who begins on a day, and why none is. Nothing else says so.

A person begins and stays, so what is free is what nobody uses on that day or on a later one. How many may begin in a
month at an opening (`monthly_limit`) follows the monthly cap of Immersion Facilitée, the French service for short work
immersions: a host that has taken in as many as it wanted in a month is offered no further, and comes back by itself.
Here the cap is spread over the weeks of the month as well, so that not everybody comes in the first one:

* a week runs from Monday to Sunday; the weeks of a month are those of whose days in the month the opening offers one;
* with `quota = ceil(limit / weeks)`, at most `quota × k` people, and never more than the limit, have begun by the end
  of the k-th week. What earlier weeks left unused is thereby carried over, and what later weeks have drawn on is not;
* a week over the turn of a month counts for each of the two months with the days that lie in it;
* closed days change nothing in this, so that the cap does not move with every change of a timetable.

A person who has seats in several slots of an opening begins there once, on the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from app.resources.engine.schedule.words import day_words
from app.resources.vocabulary import ResourceState, SeatReason

WEEKS_AHEAD: Final = 8
"""How many weeks are looked ahead for a day on which the place is not closed: a place may open once a month only."""

_ONE_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFacts:
    """What is agreed about a slot (`weekday` 0 is Monday), its opening, its host and its place.

    `capacity` and `original_users` are of a 狭間枠. `weekdays` are those of all slots of the opening with seats.
    """

    weekday: int
    seats: int
    capacity: int | None = None
    original_users: int | None = None
    paused_until: date | None = None
    ended_on: date | None = None
    host_is_active: bool = True
    place: ResourceState = ResourceState.ACTIVE
    monthly_limit: int | None = None
    weekdays: frozenset[int] = frozenset()

    @property
    def offered(self) -> int:
        """The seats for people who come: a facility's own users have theirs first."""
        if self.capacity is None or self.original_users is None:
            return max(self.seats, 0)
        return max(min(self.seats, self.capacity - self.original_users), 0)


@dataclass(frozen=True, slots=True)
class SeatUse:
    """A seat that somebody has: in which slot, who (an opaque name), from when, until when, both days inside."""

    slot_id: int
    holder: str
    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the seat is in use on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Usage:
    """What is in use: the most seats of the slot at once from the day on, and on which days of the month of that day
    people begin at the opening, each once."""

    used: int = 0
    began: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeSeats:
    """The answer for a day: how many people can begin, and why nobody can.

    `asked_on` is the day that was asked about, `on` the slot's own day that the answer is for. `used` counts the seats
    in use. `again_on` is the day from which it is worth asking again, `limit` the number that was reached.
    """

    on: date
    asked_on: date
    count: int
    why: SeatReason | None = None
    used: int = 0
    again_on: date | None = None
    limit: int | None = None

    @property
    def words(self) -> str:
        """「あと1人」, or why nobody can begin."""
        return seat_words(self)


def free_seats(facts: SlotFacts, usage: Usage, on: date, *, is_closed: bool | None = None) -> FreeSeats:
    """Say how many people can begin in a slot on this very day.

    `is_closed` is True where the timetable of the place says 否 for the day; None, not known, does not keep anybody out.
    """
    why = _standing_reason(facts, on)
    if why is not None:
        again_on = facts.paused_until if why is SeatReason.PAUSED else None
        return FreeSeats(on, on, 0, why, usage.used, again_on)
    if on.weekday() != facts.weekday:
        return FreeSeats(on, on, 0, SeatReason.OTHER_WEEKDAY, usage.used)
    if is_closed:
        return FreeSeats(on, on, 0, SeatReason.CLOSED, usage.used)
    if facts.offered == 0:
        none = SeatReason.OWN_USERS if facts.seats > 0 else SeatReason.NO_SEATS
        return FreeSeats(on, on, 0, none, usage.used)
    vacant = max(facts.offered - usage.used, 0)
    if vacant == 0:
        return FreeSeats(on, on, 0, SeatReason.FULL, usage.used)
    if facts.monthly_limit is None:
        return FreeSeats(on, on, vacant, None, usage.used)
    limit = max(facts.monthly_limit, 0)
    rooms = _rooms(limit, facts.weekdays | {facts.weekday}, usage.began, on)
    room = rooms[monday_of(on)]
    if room:
        return FreeSeats(on, on, min(vacant, room), None, usage.used)
    # The last week has room for all that the month has left, so a later week has some whenever the month has.
    again_on = next((monday for monday, free in rooms.items() if monday > on and free), None)
    why = SeatReason.MONTH_FULL if again_on is None else SeatReason.WEEK_FULL
    return FreeSeats(on, on, 0, why, usage.used, again_on, limit)


def free_seats_from(
    facts: SlotFacts,
    uses: Collection[SeatUse],
    on: date,
    *,
    slot_id: int,
    is_closed: Callable[[date], bool | None] = lambda _: None,
    holder: str | None = None,
) -> FreeSeats:
    """Say how many people can begin in a slot on a day or, where the slot is not held on it, on its next day.

    That day is the first of the slot's weekday on which the place is not closed. `uses` are the seats in use of the
    whole opening. The seats of `holder` are left out: what somebody has does not stand in the way of having it. Who
    begins at the opening in another slot already begins no second time.
    """
    others = [use for use in uses if use.holder != holder]
    own = [use for use in uses if use.holder == holder]
    if _standing_reason(facts, on) is not None:
        return free_seats(facts, usage_of(others, slot_id=slot_id, on=on), on)
    first = first_day(facts.weekday, on)
    days = (first + week * _ONE_WEEK for week in range(WEEKS_AHEAD))
    day = next((day for day in days if not is_closed(day)), None)
    found = first if day is None else day
    if any(use.starts_on <= found for use in own):
        facts = replace(facts, monthly_limit=None)
    usage = usage_of(others, slot_id=slot_id, on=found)
    return replace(free_seats(facts, usage, found, is_closed=day is None), asked_on=on)


def usage_of(uses: Iterable[SeatUse], *, slot_id: int, on: date) -> Usage:
    """Count what is in use of a slot from a day on, and who begins at its opening in the month of that day.

    Seats given back before that month are forgotten: who comes back after that begins anew.
    """
    known = [use for use in uses if use.ends_on is None or use.ends_on >= on.replace(day=1)]
    own = [use for use in known if use.slot_id == slot_id]
    days = {on, *(use.starts_on for use in own if use.starts_on > on)}
    begins: dict[str, date] = {}
    for use in known:
        begins[use.holder] = min(use.starts_on, begins.get(use.holder, use.starts_on))
    return Usage(
        used=max(sum(use.covers(day) for use in own) for day in days),
        began=tuple(sorted(day for day in begins.values() if (day.year, day.month) == (on.year, on.month))),
    )


def first_day(weekday: int, on: date) -> date:
    """Return the day itself or the next one with this weekday (0 is Monday)."""
    return on + timedelta(days=(weekday - on.weekday()) % 7)


def monday_of(day: date) -> date:
    """Return the first day of the week in which a day lies."""
    return date.fromordinal(max(day.toordinal() - day.weekday(), 1))


@lru_cache(512)
def weeks_of_month(year: int, month: int, weekdays: frozenset[int]) -> tuple[date, ...]:
    """Return the Mondays of the weeks that hold, within the month, a day of these weekdays."""
    first = date(year, month, 1)
    days = (first + timedelta(days=number) for number in range(31))
    return tuple(
        dict.fromkeys(monday_of(day) for day in days if day.month == month and day.weekday() in weekdays)
    )


def seat_words(free: FreeSeats, today: date | None = None) -> str:
    """Return 「あと2人」, or the reason with its day and number: 「休み中（12月1日から再開）」.

    `today` is the day on which it is read, the day that was asked about when none is given.
    """
    if free.why is None:
        return f"あと{free.count}人"
    near = today or free.asked_on
    match free.why:
        case SeatReason.PAUSED if free.again_on is not None:
            return f"{free.why.label}（{day_words(free.again_on, near=near)}から再開）"
        case SeatReason.CLOSED:
            return f"{day_words(free.on, near=near)}は{free.why.label}"
        case SeatReason.MONTH_FULL:
            return f"{free.why.label}（{free.on.month}月は{free.limit}人まで）"
        case SeatReason.WEEK_FULL if free.again_on is not None:
            return _week_words(free.on, free.again_on, near)
        case _:
            return free.why.label


def _week_words(on: date, again_on: date, today: date) -> str:
    """Say which week is full and when it opens again."""
    this_week = monday_of(today)
    full = SeatReason.WEEK_FULL.label
    if monday_of(on) != this_week:
        full = full.replace("今週", f"{day_words(on, near=today)}の週")
    again = "来週" if again_on - this_week == _ONE_WEEK else f"{day_words(again_on, near=today)}から"
    return f"{full}（{again}また空きます）"


def _standing_reason(facts: SlotFacts, on: date) -> SeatReason | None:
    """Why nothing is offered at all, whatever the weekday and the seats."""
    if facts.ended_on is not None and facts.ended_on <= on:
        return SeatReason.OPENING_ENDED
    if not facts.host_is_active:
        return SeatReason.HOST_INACTIVE
    if facts.place is ResourceState.ENDED:
        return SeatReason.PLACE_ENDED
    if facts.place is ResourceState.PAUSED:
        return SeatReason.PLACE_PAUSED
    if facts.paused_until is not None and on < facts.paused_until:
        return SeatReason.PAUSED
    return None


def _rooms(limit: int, weekdays: frozenset[int], began: Collection[date], on: date) -> dict[date, int]:
    """Return how many more may begin in each week of the month, by its Monday, the first week first.

    One who begins in a week counts in all weeks that follow, so a week has no more room than any later one.
    """
    mondays = weeks_of_month(on.year, on.month, weekdays)
    quota = -(-limit // len(mondays))
    least = limit - len(began)
    rooms: dict[date, int] = {}
    for number, monday in reversed(list(enumerate(mondays, start=1))):
        begun = sum(monday_of(day) <= monday for day in began)
        least = min(least, min(limit, quota * number) - begun)
        rooms[monday] = max(least, 0)
    return dict(sorted(rooms.items()))
