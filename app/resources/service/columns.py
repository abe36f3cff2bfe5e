"""Reading and writing columns of the catalogue in the plain form that the history keeps (text, numbers, lists).

Beside its columns an `Opening` has `slots` and a `Resource` has `service_areas` and `point`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely import Point
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.base import Moment, Word
from app.resources.models import Opening, OpeningSlot, Resource, ServiceArea
from app.resources.queries.history import list_slots_in_use
from app.resources.vocabulary import Coverage, DayPart

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


@dataclass(frozen=True, order=True)
class AreaServed:
    """An area that a resource serves."""

    area_id: int
    coverage: Coverage


_ASKED_FOR_VALUE: Any = object()


def as_plain(row: Any, name: str, value: Any = _ASKED_FOR_VALUE) -> Any:
    """Return what stands in a row under a name, or would with `value`, as the history writes it."""
    if name == "slots":
        slots = _slots_of(row) if value is _ASKED_FOR_VALUE else value
        return [{**asdict(slot), "part": slot.part.value} for slot in sorted(slots) if _is_said(slot)]
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


def set_value(session: Session, row: Any, name: str, value: Any, *, scope: Scope) -> None:
    """Put a value of Python into a row, where it differs: a point is (longitude, latitude) in degrees."""
    if as_plain(row, name) == as_plain(row, name, value):
        return
    if name == "slots":
        _set_slots(session, row, value, scope)
    elif name == "service_areas":
        _set_areas(row, value)
    elif name == "point" and value is not None and not isinstance(value, WKBElement):
        row.point = from_shape(Point(value), srid=_SRID)
    else:
        setattr(row, name, value)


def set_plain(session: Session, row: Any, name: str, plain: Any, *, scope: Scope) -> None:
    """Put back what the history has written."""
    set_value(session, row, name, _from_plain(row, name, plain), scope=scope)


def _from_plain(row: Any, name: str, plain: Any) -> Any:
    if name == "slots":
        return [SlotValues(**{**slot, "part": DayPart(slot["part"])}) for slot in plain]
    if name == "service_areas":
        return [AreaServed(area_id, Coverage(coverage)) for area_id, coverage in plain]
    if plain is None:
        return None
    kind = type(row).__table__.c[sa.inspect(type(row)).attrs[name].columns[0].name].type
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


def _slots_of(opening: Opening) -> list[SlotValues]:
    return [
        SlotValues(
            slot.weekday,
            slot.part,
            slot.seats,
            slot.begins_minute,
            slot.ends_minute,
            slot.capacity,
            slot.original_users,
        )
        for slot in opening.slots
    ]


def _set_slots(session: Session, opening: Opening, wanted: Iterable[SlotValues], scope: Scope) -> None:
    values = {(slot.weekday, slot.part): slot for slot in wanted if _is_said(slot)}
    used = list_slots_in_use(session, [slot.id for slot in opening.slots], scope=scope)
    for slot in list(opening.slots):
        value = values.pop((slot.weekday, slot.part), None)
        if value is not None:
            _fill(slot, value)
        elif slot.id in used:
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
