"""Reading and writing rows of the catalogue in the plain form that the history keeps (text, numbers, lists).

Beside its columns an `Opening` has `slots` and a `Resource` has `service_areas` and `point`. `all_slots` are the slots
with those that are closed just now (0 seats), which a host opens again on its own page; in `slots` there are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely import Point
from sqlalchemy.orm.attributes import flag_modified

from app.db.base import Moment, Word
from app.resources.models.catalogue import Resource, ResourceKind, ServiceArea
from app.resources.models.hosts import Host, Opening, OpeningSlot
from app.resources.vocabulary import ChangeSubject, Coverage, DayPart

Row = Resource | Host | Opening | ResourceKind

_SUBJECTS: Final[dict[type[Row], ChangeSubject]] = {
    Resource: ChangeSubject.RESOURCE,
    Host: ChangeSubject.HOST,
    Opening: ChangeSubject.OPENING,
    ResourceKind: ChangeSubject.KIND,
}
MODELS: Final = {subject: model for model, subject in _SUBJECTS.items()}
"""The tables of which a history is kept."""

_SRID = 4326
# About ten centimetres: what differs by less was only written differently.
_PLACES = 6


@dataclass(frozen=True, order=True)
class SlotValues:
    """Seats of an opening on a weekday (0 is Monday) in a part of the day; minutes count from midnight."""

    weekday: int
    part: DayPart
    seats: int
    begins_minute: int | None = None
    ends_minute: int | None = None
    capacity: int | None = None
    original_users: int | None = None

    @classmethod
    def of(cls, slot: OpeningSlot) -> SlotValues:
        """Return what stands in a row."""
        return cls(
            slot.weekday,
            slot.part,
            slot.seats,
            slot.begins_minute,
            slot.ends_minute,
            slot.capacity,
            slot.original_users,
        )

    @property
    def runs_backwards(self) -> bool:
        """Whether it would end before, or when, it begins."""
        return (
            self.begins_minute is not None
            and self.ends_minute is not None
            and self.ends_minute <= self.begins_minute
        )

    @property
    def is_crowded(self) -> bool:
        """Whether the seats leave too few for the facility's own users, who come first."""
        return self.capacity is not None and self.seats + (self.original_users or 0) > self.capacity


@dataclass(frozen=True, order=True)
class AreaServed:
    """An area that a resource serves."""

    area_id: int
    coverage: Coverage


def subject_of(row: Row) -> ChangeSubject:
    """Return what a row is, as the history calls it."""
    return _SUBJECTS[type(row)]


def name_of(row: Row) -> str:
    """Return what people call a row."""
    if isinstance(row, Opening):
        return row.task
    return row.label if isinstance(row, ResourceKind) else row.name


_ASKED_FOR_VALUE: Any = object()
_SLOTS = ("slots", "all_slots")


def as_plain(row: Any, name: str, value: Any = _ASKED_FOR_VALUE) -> Any:
    """Return what stands in a row under a name, or would with `value`, as the history writes it."""
    if name in _SLOTS:
        slots = _slots_of(row) if value is _ASKED_FOR_VALUE else value
        is_all = name == "all_slots"
        ordered = sorted(slots, key=_order)
        return [{**asdict(slot), "part": slot.part.value} for slot in ordered if is_all or _is_said(slot)]
    if name == "service_areas":
        areas = _areas_of(row) if value is _ASKED_FOR_VALUE else value
        return [[area.area_id, area.coverage.value] for area in sorted(areas)]
    held = getattr(row, name) if value is _ASKED_FOR_VALUE else value
    if isinstance(held, WKBElement):
        return [round(number, _PLACES) for number in to_shape(held).coords[0]]
    if name == "point" and held is not None:
        return [round(number, _PLACES) for number in held]
    if isinstance(held, StrEnum):
        return held.value
    return held.isoformat() if isinstance(held, date | datetime) else held


def columns_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return what stands in columns as Python has it, but for a point, which is longitude and latitude."""
    return {name: as_plain(row, name) if name == "point" else getattr(row, name) for name in names}


def set_value(row: Any, name: str, value: Any) -> None:
    """Put a value of Python into a row, where it differs: a point is (longitude, latitude) in degrees."""
    if as_plain(row, name) == as_plain(row, name, value):
        return
    if name in _SLOTS:
        _set_slots(row, value if name == "all_slots" else filter(_is_said, value))
    elif name == "service_areas":
        _set_areas(row, value)
    elif name == "point" and value is not None and not isinstance(value, WKBElement):
        row.point = from_shape(Point(value), srid=_SRID)
    else:
        setattr(row, name, value)


def put_new(row: Any, name: str, value: Any) -> None:
    """Put a value of Python into a row that was just made and holds nothing yet: nothing is compared."""
    if name in _SLOTS or name == "service_areas" or (name == "point" and isinstance(value, WKBElement)):
        set_value(row, name, value)
    elif name == "point" and value is not None:
        row.point = from_shape(Point(value), srid=_SRID)
    else:
        setattr(row, name, value)


def set_plain(row: Any, name: str, plain: Any) -> None:
    """Put back what the history has written."""
    set_value(row, name, _from_plain(row, name, plain))


def _from_plain(row: Any, name: str, plain: Any) -> Any:
    if name in _SLOTS:
        return [SlotValues(**{**slot, "part": DayPart(slot["part"])}) for slot in plain]
    if name == "service_areas":
        return [AreaServed(area_id, Coverage(coverage)) for area_id, coverage in plain]
    if plain is None:
        return None
    kind = sa.inspect(type(row)).column_attrs[name].columns[0].type
    if isinstance(kind, Geometry):
        return tuple(plain)
    if isinstance(kind, Word):
        return kind.vocabulary(plain)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(plain)
    return date.fromisoformat(plain) if isinstance(kind, sa.Date) else plain


def _is_said(slot: SlotValues) -> bool:
    # A slot without seats is kept for who had one there; to people it is no slot.
    return slot.seats > 0 or slot.capacity is not None


def _order(slot: SlotValues) -> tuple[int, DayPart]:
    # A weekday and a part of the day are one slot; what follows may be empty and has no order.
    return slot.weekday, slot.part


def _slots_of(opening: Opening) -> list[SlotValues]:
    return [SlotValues.of(slot) for slot in opening.slots]


def _set_slots(opening: Opening, wanted: Iterable[SlotValues]) -> None:
    if opening.id is not None:
        # Slots lie in a table of their own: a change of these alone would not move the version of the opening.
        flag_modified(opening, "task")
    values = {(slot.weekday, slot.part): slot for slot in wanted}
    for slot in list(opening.slots):
        value = values.pop((slot.weekday, slot.part), None)
        if value is not None:
            _fill(slot, value)
        elif slot.reservations:
            # Whoever has a seat keeps it; there are only no further ones.
            _fill(slot, SlotValues(slot.weekday, slot.part, 0, slot.begins_minute, slot.ends_minute))
        else:
            opening.slots.remove(slot)
    for value in values.values():
        slot = OpeningSlot(weekday=value.weekday, part=value.part)
        _fill(slot, value)
        opening.slots.append(slot)


def _fill(slot: OpeningSlot, value: SlotValues) -> None:
    slot.seats, slot.capacity, slot.original_users = value.seats, value.capacity, value.original_users
    slot.begins_minute, slot.ends_minute = value.begins_minute, value.ends_minute


def _areas_of(resource: Resource) -> list[AreaServed]:
    return [AreaServed(area.area_id, area.coverage) for area in resource.service_areas]


def _set_areas(resource: Resource, wanted: Iterable[AreaServed]) -> None:
    values = {area.area_id: area.coverage for area in wanted}
    for area in list(resource.service_areas):
        coverage = values.pop(area.area_id, None)
        if coverage is None:
            resource.service_areas.remove(area)
        else:
            area.coverage = coverage
    resource.service_areas.extend(
        ServiceArea(area_id=area_id, coverage=coverage) for area_id, coverage in values.items()
    )
