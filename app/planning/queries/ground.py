"""Towns, districts, residents and supply: what says nothing about anybody supported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.models import Area, AreaPopulation
from app.areas.vocabulary import AreaKind
from app.planning.engine.ground import District, Ground, Town
from app.planning.engine.residents import Residents
from app.planning.engine.supply import Place, Slot
from app.resources.models import Opening, OpeningSlot, Resource, ResourceKind
from app.resources.vocabulary import KindGroup, ResourceState
from app.web.errors import Missing


def find_ground(session: Session, *, scope: Scope) -> Ground:
    """Return all towns and districts without their outlines; empty before any were imported."""
    bands: dict[int, dict[int, int]] = defaultdict(dict)
    for area_id, band, people in session.execute(
        sa.select(
            AreaPopulation.area_id, AreaPopulation.band, AreaPopulation.men + AreaPopulation.women
        ).execution_options(scope=scope)
    ):
        bands[area_id][band] = people
    rows = session.execute(
        sa.select(
            Area.id, Area.kind, Area.name, Area.parent_id, Area.residents, Area.surveyed_on, Area.source
        )
        .order_by(Area.id)
        .execution_options(scope=scope)
    ).all()
    return Ground(
        towns=tuple(
            Town(
                row.id,
                row.name,
                row.parent_id,
                Residents(row.residents, bands[row.id]),
                row.surveyed_on,
                row.source,
            )
            for row in rows
            if row.kind is AreaKind.TOWN
        ),
        districts=tuple(District(row.id, row.name) for row in rows if row.kind is AreaKind.DISTRICT),
    )


def list_outlines_by_id(session: Session, kind: AreaKind, *, scope: Scope) -> list[tuple[int, str, bytes]]:
    """Return id, name and boundary (WKB) of the areas of a kind that have one."""
    rows = session.execute(
        sa.select(Area.id, Area.name, Area.boundary)
        .where(Area.kind == kind, Area.boundary.is_not(None))
        .order_by(Area.id)
        .execution_options(scope=scope)
    )
    return [(key, name, to_shape(boundary).wkb) for key, name, boundary in rows if boundary is not None]


def list_supply(session: Session, *, scope: Scope) -> list[Place]:
    """Return the active places with their size and hours. Refuges are left out, whoever asks (DOMAIN §6-3)."""
    slots: dict[int, list[Slot]] = defaultdict(list)
    for resource_id, weekday, part, seats in session.execute(
        sa.select(Opening.resource_id, OpeningSlot.weekday, OpeningSlot.part, OpeningSlot.seats)
        .join(OpeningSlot, OpeningSlot.opening_id == Opening.id)
        .where(Opening.ended_on.is_(None), OpeningSlot.seats > 0)
        .execution_options(scope=scope)
    ):
        slots[resource_id].append(Slot(weekday, part, seats))
    rows = session.execute(
        _supply(scope).with_only_columns(
            Resource.id,
            Resource.town_id,
            ResourceKind.group,
            Resource.is_light,
            Resource.capacity,
            Resource.weekday_mask,
            Resource.schedule,
            Resource.opens_minute,
            Resource.closes_minute,
        )
    )
    return [
        Place(
            town=row.town_id,
            group=row.group,
            is_light=row.is_light,
            capacity=row.capacity,
            weekday_mask=row.weekday_mask,
            schedule=row.schedule,
            opens=row.opens_minute,
            closes=row.closes_minute,
            slots=tuple(slots[row.id]),
        )
        for row in rows
    ]


def list_places_of_town(session: Session, town_id: int, *, scope: Scope) -> Sequence[tuple[int, str, str]]:
    """Return id, name and kind of the active places of a town, by name."""
    rows = session.execute(
        _supply(scope)
        .with_only_columns(Resource.id, Resource.name, ResourceKind.label)
        .where(Resource.town_id == town_id)
        .order_by(Resource.name, Resource.id)
    )
    return [(key, name, kind) for key, name, kind in rows]


def get_area_kind(session: Session, area_id: int, *, scope: Scope) -> AreaKind:
    """Return what an area is; raise `Missing` when there is none."""
    kind = session.scalars(
        sa.select(Area.kind).where(Area.id == area_id).execution_options(scope=scope)
    ).one_or_none()
    if kind is None:
        raise Missing
    return kind


def _supply(scope: Scope) -> sa.Select[int]:
    return (
        sa.select(Resource.id)
        .join(ResourceKind, ResourceKind.id == Resource.kind_id)
        .where(
            Resource.state == ResourceState.ACTIVE,
            Resource.is_refuge.is_(False),
            ResourceKind.group != KindGroup.REFUGE,
        )
        .execution_options(scope=scope)
    )
