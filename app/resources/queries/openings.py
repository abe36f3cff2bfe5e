"""Openings of hosts and the seats in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import Host, Opening, OpeningSlot, Reservation, Resource
from app.resources.vocabulary import HoldState
from app.web.errors import Missing


def select_counting_reservations(*, scope: Scope, on: date, now: datetime) -> sa.Select[int, int]:
    """Return (slot id, seats in use) for a day: what was taken and has not ended, and what is held and has not lapsed.

    This is the one definition of capacity; lists, the matcher and the taking of a seat all count by it.
    """
    counts = sa.or_(
        Reservation.state == HoldState.TAKEN,
        sa.and_(Reservation.state == HoldState.HELD, Reservation.held_until > now),
    )
    in_period = sa.and_(
        Reservation.starts_on <= on, sa.or_(Reservation.ends_on.is_(None), Reservation.ends_on >= on)
    )
    return (
        sa.select(Reservation.slot_id, sa.func.count())
        .where(counts, in_period)
        .group_by(Reservation.slot_id)
        .execution_options(scope=scope)
    )


def get_locked_slot(session: Session, slot_id: int, *, scope: Scope) -> OpeningSlot:
    """Return a slot whose seats nobody else can take until the transaction ends; raise `Missing` when there is none.

    PostgreSQL locks the row; on the embedded database the transaction holds the writer's lock already.
    """
    slot = session.scalars(
        sa.select(OpeningSlot)
        .where(OpeningSlot.id == slot_id)
        .with_for_update()
        .execution_options(scope=scope, populate_existing=True)
    ).one_or_none()
    if slot is None:
        raise Missing
    return slot


def get_seats_in_use(session: Session, slot_id: int, *, on: date, now: datetime, scope: Scope) -> int:
    """Return how many seats of a slot are in use on a day."""
    counted = select_counting_reservations(scope=scope, on=on, now=now).where(Reservation.slot_id == slot_id)
    row = session.execute(counted).one_or_none()
    return row[1] if row else 0


def list_free_seats(session: Session, *, on: date, now: datetime, scope: Scope) -> dict[int, int]:
    """Return the free seats of every slot for a day, by slot id."""
    used = dict(session.execute(select_counting_reservations(scope=scope, on=on, now=now)).all())
    seats = session.execute(sa.select(OpeningSlot.id, OpeningSlot.seats).execution_options(scope=scope))
    return {slot_id: max(count - used.get(slot_id, 0), 0) for slot_id, count in seats}


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


def list_hosts(session: Session, *, scope: Scope) -> Sequence[Host]:
    """Return the active hosts: those who asked for a call first, then by name."""
    return session.scalars(
        sa.select(Host)
        .where(Host.is_active)
        .order_by(Host.call_asked_at.is_(None), Host.call_asked_at, Host.name, Host.id)
        .execution_options(scope=scope)
    ).all()


def list_openings_of_host(session: Session, host_id: int, *, scope: Scope) -> Sequence[Opening]:
    """Return a host's own openings with their slots."""
    return session.scalars(
        sa.select(Opening)
        .where(Opening.host_id == host_id)
        .options(sa.orm.selectinload(Opening.slots))
        .order_by(Opening.id)
        .execution_options(scope=scope)
    ).all()


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


def get_last_confirmations(session: Session, *, scope: Scope) -> dict[int, date | None]:
    """Return for each host the earliest day on which one of its openings was confirmed: the stalest counts."""
    return dict(
        session.execute(
            sa.select(Opening.host_id, sa.func.min(Opening.confirmed_on))
            .group_by(Opening.host_id)
            .execution_options(scope=scope)
        ).all()
    )


def list_reservations(session: Session, *, holder: str, scope: Scope) -> Sequence[Reservation]:
    """Return the seats of a holder that are held or taken, lapsed holds included."""
    return session.scalars(
        sa.select(Reservation)
        .where(Reservation.holder == holder, Reservation.state != HoldState.RELEASED)
        .order_by(Reservation.id)
        .execution_options(scope=scope)
    ).all()
