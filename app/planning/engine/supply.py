"""Supply: what places offer in a week. What nobody knows is counted as not known and never as nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.resources.vocabulary import DayPart, KindGroup
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, parse_weekdays

# Minutes since midnight at which the parts of a day meet.
_PARTS: Final = {DayPart.MORNING: (0, 720), DayPart.AFTERNOON: (720, 1020), DayPart.EVENING: (1020, 1440)}
_FIFTH_WEEK: Final = 5
# A named week of the month comes twelve times in 52 weeks, a fifth one about four times.
_ONCE_A_MONTH: Final = Fraction(12, 52)
_FIFTH: Final = Fraction(4, 52)


@dataclass(frozen=True)
class Slot:
    """Seats of an opening on a weekday (0 Monday) in a part of the day."""

    weekday: int
    part: DayPart
    seats: int


@dataclass(frozen=True)
class Place:
    """An active place of the catalogue with what is known of its size and hours; no refuge ever becomes one."""

    town: int | None
    group: KindGroup
    is_light: bool
    capacity: int | None = None
    weekday_mask: int | None = None
    schedule: str | None = None
    opens: int | None = None
    closes: int | None = None
    slots: tuple[Slot, ...] = ()

    def seat_hours(self) -> float | None:
        """Return seats × hours in a week, None when one of the two is not known.

        Where a host has cut out openings, their seats count and not the size of the building, and a slot lasts as
        long as the place is open in that part of the day.
        """
        if self.opens is None or self.closes is None or self.closes <= self.opens:
            return None
        if self.slots:
            return sum(slot.seats * self._minutes_in(slot.part) for slot in self.slots) / 60
        times = times_a_week(self.weekday_mask, self.schedule)
        if self.capacity is None or times is None:
            return None
        return float(self.capacity * times * (self.closes - self.opens) / 60)

    def _minutes_in(self, part: DayPart) -> int:
        begins, ends = _PARTS[part]
        return max(0, min(ends, self.closes or 0) - max(begins, self.opens or 0))


def times_a_week(mask: int | None, schedule: str | None) -> Fraction | None:
    """Return on how many days of a week a place is open on average; None where only a sentence says it."""
    if mask is None:
        return None
    if not schedule:
        return Fraction(mask.bit_count())
    days = parse_weekdays(schedule).value
    if days is None or days.gif_code() != schedule:
        return None
    times = Fraction(0)
    for rule in days.rules:
        if rule.week == EVERY_WEEK:
            times += 1
        elif rule.week == EVERY_OTHER_WEEK:
            times += Fraction(1, 2)
        else:
            times += _FIFTH if rule.week == _FIFTH_WEEK else _ONCE_A_MONTH
    return times


@dataclass(frozen=True)
class Supply:
    """What several places offer together. Informal gatherings (light cards) are counted apart and never by seats."""

    places: int
    light: int
    seat_hours: float
    unknown: int

    @property
    def unknown_share(self) -> float | None:
        """The share of places whose seats or hours nobody knows; None without any place."""
        return self.unknown / self.places if self.places else None


def supply_of(places: Iterable[Place], *, groups: frozenset[KindGroup] | None = None) -> Supply:
    """Add places up, of the given groups or of all."""
    formal = light = unknown = 0
    hours = 0.0
    for place in places:
        if groups is not None and place.group not in groups:
            continue
        if place.is_light:
            light += 1
            continue
        formal += 1
        known = place.seat_hours()
        if known is None:
            unknown += 1
        else:
            hours += known
    return Supply(formal, light, hours, unknown)


def week_of_seats(places: Iterable[Place]) -> dict[tuple[DayPart, int], int]:
    """Return the seats of openings by part of the day and weekday, for the strip of a panel."""
    strip = {(part, weekday): 0 for part in DayPart for weekday in range(7)}
    for place in places:
        for slot in place.slots:
            strip[slot.part, slot.weekday] += slot.seats
    return strip
