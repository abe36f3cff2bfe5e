"""Hosts and their openings. What is free in them is said by `app.resources.queries.seats`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import Host, Opening, Resource
from app.web.errors import Missing


def list_openings(
    session: Session, *, resource_ids: Iterable[int] | None = None, scope: Scope
) -> Sequence[Opening]:
    """Return the openings of visible resources with host and slots, in the order of their keys."""
    openings = (
        sa.select(Opening)
        .join(Resource, Resource.id == Opening.resource_id)
        .options(sa.orm.selectinload(Opening.slots))
        .order_by(Opening.resource_id, Opening.id)
        .execution_options(scope=scope)
    )
    if resource_ids is not None:
        openings = openings.where(Opening.resource_id.in_(list(resource_ids)))
    return session.scalars(openings).all()


def get_host(session: Session, host_id: int, *, scope: Scope) -> Host:
    """Return a host; raise `Missing` when there is none."""
    host = session.scalars(
        sa.select(Host).where(Host.id == host_id).execution_options(scope=scope)
    ).one_or_none()
    if host is None:
        raise Missing
    return host


def list_openings_of_host(session: Session, host_id: int, *, scope: Scope) -> Sequence[Opening]:
    """Return a host's own openings with their slots."""
    return session.scalars(
        sa.select(Opening)
        .where(Opening.host_id == host_id)
        .options(sa.orm.selectinload(Opening.slots))
        .order_by(Opening.id)
        .execution_options(scope=scope)
    ).all()


def list_openings_of_same_hosts(
    session: Session, opening_ids: Iterable[int], *, scope: Scope
) -> dict[int, int]:
    """Return all openings of the hosts that have these, each with its host."""
    hosts = sa.select(Opening.host_id).where(Opening.id.in_(list(opening_ids)))
    return dict(
        session.execute(
            sa.select(Opening.id, Opening.host_id)
            .where(Opening.host_id.in_(hosts))
            .order_by(Opening.id)
            .execution_options(scope=scope)
        ).all()
    )


def get_ids_by_published_id(session: Session, *, municipality_code: str, scope: Scope) -> dict[str, int]:
    """Return the keys of a municipality's resources by their published ids."""
    rows = session.execute(
        sa.select(Resource.published_id, Resource.id)
        .where(Resource.municipality_code == municipality_code, Resource.published_id.is_not(None))
        .execution_options(scope=scope)
    )
    return {published: key for published, key in rows if published is not None}


def get_opening_ids_by_published_id(session: Session, *, scope: Scope) -> dict[str, int]:
    """Return the keys of all openings by their published ids."""
    return dict(
        session.execute(sa.select(Opening.published_id, Opening.id).execution_options(scope=scope)).all()
    )
