"""Places with their timetables, for the plan of a week and for calendars that leave the product. Never a refuge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.open_days import read_timetable_text
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.week_plan import DatedPlace
from app.resources.models import Resource, ResourceKind
from app.resources.queries.catalogue import select_resources
from app.resources.queries.criteria import Filter, Order
from app.resources.vocabulary import KindGroup, ResourceState
from app.web.errors import Missing


class CalendarRow(NamedTuple):
    """What a calendar outside may know of a place."""

    id: int
    name: str
    timetable: Timetable | None
    address: str | None
    building: str | None
    updated_at: datetime


def list_dated_places(session: Session, wanted: Filter, *, scope: Scope) -> list[DatedPlace]:
    """Return the places of a filter that are going on, by name; its day is left out of account."""
    rows = session.execute(
        _select_places(session, wanted, scope).with_only_columns(
            Resource.id,
            Resource.name,
            ResourceKind.label,
            ResourceKind.group,
            sa.cast(Resource.timetable, sa.Text),
            Resource.weekday_mask,
            Resource.schedule,
            Resource.opens_minute,
            Resource.closes_minute,
        )
    )
    return [
        DatedPlace(key, name, kind, group, read_timetable_text(text), *columns)
        for key, name, kind, group, text, *columns in rows
    ]


def list_calendar_rows(session: Session, wanted: Filter, *, scope: Scope) -> list[CalendarRow]:
    """Return the places of a filter whose days are known, in the order of their keys."""
    return _calendar_rows(
        session, _select_places(session, wanted, scope).order_by(None).order_by(Resource.id)
    )


def get_calendar_row(session: Session, resource_id: int, *, scope: Scope) -> CalendarRow:
    """Return one place; raise `Missing` when there is none for this scope, or a refuge."""
    found = session.execute(
        sa.select(*_COLUMNS)
        .where(Resource.id == resource_id, Resource.is_refuge.is_(False))
        .execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return _row(found)


_COLUMNS = (
    Resource.id,
    Resource.name,
    sa.cast(Resource.timetable, sa.Text),
    Resource.address,
    Resource.building,
    Resource.updated_at,
)


def _select_places(session: Session, wanted: Filter, scope: Scope) -> sa.Select[Any]:
    plain = replace(wanted, open_on=None, with_ended=False, order=Order.NAME)
    return select_resources(session, plain, scope=scope).where(
        Resource.is_refuge.is_(False),
        ResourceKind.group != KindGroup.REFUGE,
        Resource.state == ResourceState.ACTIVE,
    )


def _calendar_rows(session: Session, places: sa.Select[Any]) -> list[CalendarRow]:
    known = places.where(Resource.timetable.is_not(None)).with_only_columns(*_COLUMNS)
    return [row for row in map(_row, session.execute(known)) if row.timetable is not None]


def _row(values: Iterable[Any]) -> CalendarRow:
    key, name, text, *rest = values
    return CalendarRow(key, name, read_timetable_text(text), *rest)
