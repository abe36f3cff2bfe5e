"""What the pages ask on which one entry of the catalogue is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.geo.geocoding import PositionPrecision
from app.resources.exchange.identity import place_of
from app.resources.models import Change, Resource
from app.resources.vocabulary import ChangeSubject, ResourceState

_EXACT = (PositionPrecision.SURVEYED, PositionPrecision.LOT)


@dataclass(frozen=True)
class Neighbour:
    """What a card says of another entry in the same building."""

    id: int
    name: str
    kind: str
    is_light: bool
    state: ResourceState
    schedule: str | None
    schedule_note: str | None
    opens_minute: int | None
    closes_minute: int | None


def find_resource_by_identity(session: Session, identity: str, *, scope: Scope) -> Resource | None:
    """Return the entry with this identity; None where there is none that the scope reaches."""
    return session.scalars(
        sa.select(Resource).where(Resource.identity == identity).execution_options(scope=scope)
    ).one_or_none()


def list_resources_with_served_area(session: Session, *, scope: Scope) -> Sequence[Resource]:
    """Return the entries that say in words from where people may come."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.served_area.is_not(None))
        .order_by(Resource.id)
        .execution_options(scope=scope)
    ).all()


def find_newest_change_id(session: Session, resource_id: int, *, scope: Scope) -> int:
    """Return the newest change in the history of an entry, 0 without any."""
    return (
        session.scalars(
            sa.select(sa.func.max(Change.id))
            .where(Change.subject == ChangeSubject.RESOURCE, Change.subject_id == resource_id)
            .execution_options(scope=scope)
        ).one_or_none()
        or 0
    )


def count_rows_of_batches(session: Session, batches: Collection[str], *, scope: Scope) -> dict[str, int]:
    """Return how many changes of each step concern how many rows: a step over many is not undone from one card."""
    rows = session.execute(
        sa.select(Change.batch, sa.func.count(sa.distinct(Change.subject_id)))
        .where(Change.batch.in_(batches))
        .group_by(Change.batch)
        .execution_options(scope=scope)
    )
    return {batch: count for batch, count in rows}  # noqa: C416  # rows are no pairs for the type checker


def list_neighbours(session: Session, resource: Resource, *, scope: Scope, most: int = 30) -> list[Neighbour]:
    """Return what else there is in the building of an entry: by its address and building, or by an exact point.

    A refuge has no neighbours and is nobody's neighbour, whoever asks.
    """
    if resource.is_refuge or (resource.town_id is None and not resource.address):
        return []
    here = place_of(resource.address or "", resource.building or "", "", "")
    nearby = (
        Resource.town_id == resource.town_id
        if resource.town_id is not None
        else Resource.address == resource.address
    )
    rows: Sequence[Resource] = session.scalars(
        sa.select(Resource)
        .where(
            nearby,
            Resource.id != resource.id,
            Resource.is_refuge.is_(False),
            Resource.state != ResourceState.ENDED,
        )
        .order_by(Resource.name, Resource.id)
        .execution_options(scope=scope)
    ).all()
    found = [row for row in rows if _is_same_place(resource, row, here.ground, here.building)]
    return [
        Neighbour(
            row.id, row.name, row.kind.label, row.is_light, row.state, row.schedule, row.schedule_note,
            row.opens_minute, row.closes_minute,
        )
        for row in found[:most]
    ]  # fmt: skip


def _is_same_place(one: Resource, other: Resource, ground: str, building: str) -> bool:
    exact = one.point_precision in _EXACT and other.point_precision in _EXACT
    if exact and one.point is not None and other.point is not None and one.point.data == other.point.data:
        return True
    there = place_of(other.address or "", other.building or "", "", "")
    # A town alone is no building: without a number, only the same words for the place say that it is one.
    if ground and any(sign.isdigit() for sign in ground):
        return there.ground == ground and (there.building == building or not there.building or not building)
    return bool(building) and there.ground == ground and there.building == building
