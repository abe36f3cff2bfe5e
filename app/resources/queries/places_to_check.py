"""Places whose confirmation is due, by district: the database counts the days, by `next_check_on`.

What comes within a month stands at the end of the list. An informal gathering is in it only where somebody gave it an
interval or a day of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import select_town_districts
from app.resources.engine.freshness import Freshness
from app.resources.models import Resource, ResourceKind
from app.resources.queries.freshness import URGENCY
from app.resources.vocabulary import ResourceState

NO_DISTRICT = 0
"""Asks for places whose district is not known."""


class CheckOrder(StrEnum):
    """The orders inside of a group."""

    DUE = "due"
    NAME = "name"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"due": "急ぐ順", "name": "名前の順"}[self.value]


@dataclass(frozen=True)
class PlaceFilter:
    """What narrows the list; what is empty narrows nothing."""

    district_id: int | None = None
    kind_id: int | None = None
    state: Freshness | None = None
    order: CheckOrder = CheckOrder.DUE


@dataclass(frozen=True)
class PlaceToCheck:
    """A place of the list. `due_on` is empty for what nobody has ever confirmed."""

    resource_id: int
    name: str
    kind: str
    is_refuge: bool
    address: str | None
    building: str | None
    contact: str | None
    confirmed_on: date | None
    confirmed_by: str | None
    check_note: str | None
    due_on: date | None
    state: Freshness
    district: str | None


@dataclass(frozen=True)
class PlaceCounts:
    """How many places there are of each state, whatever state the filter names."""

    by_state: Mapping[Freshness, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())


def count_places(
    session: Session, wanted: PlaceFilter, *, on: date, until: date, scope: Scope
) -> PlaceCounts:
    """Count the places that are due by a day, by state; the state that the filter names is passed over."""
    asked = _Asked(session, wanted, on, until, scope)
    rows = session.execute(
        asked.select(asked.state.label("state"), sa.func.count(Resource.id)).group_by(asked.state)
    )
    counts = {Freshness(state): number for state, number in rows}
    return PlaceCounts({state: counts.get(state, 0) for state in URGENCY})


def list_places_to_check(
    session: Session,
    wanted: PlaceFilter,
    *,
    on: date,
    until: date,
    first: int = 0,
    most: int | None = None,
    scope: Scope,
) -> list[PlaceToCheck]:
    """Return the places that are due by a day, by district, `most` of them from number `first` on."""
    asked = _Asked(session, wanted, on, until, scope)
    statement = asked.select(
        Resource.id,
        Resource.name,
        ResourceKind.label,
        Resource.is_refuge,
        Resource.address,
        Resource.building,
        Resource.contact,
        Resource.confirmed_on,
        Resource.confirmed_by,
        Resource.check_note,
        Resource.next_check_on,
        asked.state,
        asked.districts.c.district,
    )
    if wanted.state is not None:
        statement = statement.where(asked.state == wanted.state.value)
    rows = session.execute(
        statement.order_by(
            asked.districts.c.district_id.asc().nulls_last(), *asked.order(), Resource.name, Resource.id
        )
        .offset(first or None)
        .limit(most)
    )
    return [_place(tuple(row)) for row in rows]


class _Asked:
    """The parts of a statement about places that are due."""

    def __init__(self, session: Session, wanted: PlaceFilter, on: date, until: date, scope: Scope) -> None:
        self._wanted, self._until, self._scope = wanted, until, scope
        self.districts = select_town_districts(scope=scope).subquery()
        self._interval = sa.func.coalesce(
            Resource.check_interval_days,
            sa.case((Resource.is_light.is_(False), ResourceKind.check_interval_days), else_=sa.null()),
        )
        self._never = sa.and_(Resource.confirmed_on.is_(None), Resource.next_check_on.is_(None))
        gone = [
            sa.and_(self._interval == days, Resource.next_check_on <= on - timedelta(days=days))
            # The two databases add days to a day each in its own way; a town has few intervals.
            for days in _intervals(session, scope)
        ]
        self.state = sa.case(
            (self._never, Freshness.NEVER.value),
            (sa.or_(sa.false(), *gone), Freshness.STALE.value),
            (Resource.next_check_on <= on, Freshness.DUE.value),
            else_=Freshness.SOON.value,
        )

    def select(self, *columns: Any) -> sa.Select[Any]:
        """Build the statement without its order."""
        return (
            sa.select(*columns)
            .select_from(Resource)
            .join(Resource.kind)
            .outerjoin(self.districts, self.districts.c.town_id == Resource.town_id)
            .where(*self._conditions())
            .execution_options(scope=self._scope)
        )

    def order(self) -> Sequence[Any]:
        """Return the order inside of a district."""
        if self._wanted.order is CheckOrder.NAME:
            return ()
        ranks = {state.value: rank for rank, state in enumerate(URGENCY)}
        return (sa.case(ranks, value=self.state), Resource.next_check_on)

    def _conditions(self) -> list[sa.ColumnElement[bool]]:
        found = [
            Resource.state == ResourceState.ACTIVE,
            sa.or_(Resource.next_check_on <= self._until, sa.and_(self._never, self._interval.is_not(None))),
        ]
        if self._wanted.kind_id is not None:
            found.append(Resource.kind_id == self._wanted.kind_id)
        if self._wanted.district_id == NO_DISTRICT:
            found.append(self.districts.c.district_id.is_(None))
        elif self._wanted.district_id is not None:
            found.append(self.districts.c.district_id == self._wanted.district_id)
        return found


def _intervals(session: Session, scope: Scope) -> list[int]:
    """Return the intervals in use."""
    own = sa.select(Resource.check_interval_days).where(Resource.check_interval_days.is_not(None))
    of_kinds = sa.select(ResourceKind.check_interval_days).where(
        ResourceKind.check_interval_days.is_not(None)
    )
    found = session.scalars(sa.union(own, of_kinds).execution_options(scope=scope))
    return sorted(days for days in found if days)


def _place(row: tuple[Any, ...]) -> PlaceToCheck:
    values: tuple[Any, ...] = (*row[:11], Freshness(row[11]), row[12])
    return PlaceToCheck(*values)
