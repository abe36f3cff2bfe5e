"""Hosts as the staff keep them, with what their openings add up to.

Staff see a host through its openings: one whose openings are all at places that are not for these eyes does not exist
for them, since its name and telephone would lead to the place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import Host, Opening, Resource
from app.resources.queries.host_criteria import STALE_AFTER_DAYS, HostFilter, HostOrder, Standing
from app.text.normalise import normalise_text
from app.web.errors import Missing


@dataclass(frozen=True)
class HostEntry:
    """A host of the list: how many openings it offers, how many of them rest, and the day of the stalest word on them.

    `confirmed_on` is None when there is no opening, or one that was never confirmed.
    """

    host: Host
    openings: int
    resting: int
    confirmed_on: date | None

    @property
    def is_resting(self) -> bool:
        """Whether nothing that it offers is open just now."""
        return self.openings > 0 and self.resting == self.openings


def select_hosts(wanted: HostFilter, *, on: date, scope: Scope) -> sa.Select[Any]:
    """Build the list that a filter names, in its order: host, openings, resting ones, stalest confirmation."""
    sums = _sums(on)
    openings = sa.func.coalesce(sums.c.openings, 0)
    return (
        sa.select(Host, openings, sa.func.coalesce(sums.c.resting, 0), sums.c.confirmed_on)
        .outerjoin(sums, sums.c.host_id == Host.id)
        .where(*_conditions(wanted, sums, on))
        .order_by(*_order(wanted.order, sums), Host.id)
        .execution_options(scope=scope)
    )


def list_host_entries(
    session: Session, wanted: HostFilter, *, on: date, scope: Scope, first: int = 0, most: int | None = None
) -> list[HostEntry]:
    """Return hosts with their sums, all of them or `most` from number `first` on."""
    rows = session.execute(select_hosts(wanted, on=on, scope=scope).offset(first or None).limit(most))
    return [HostEntry(*row) for row in rows]


def count_hosts(session: Session, wanted: HostFilter, *, on: date, scope: Scope) -> int:
    """Return how many hosts a filter names."""
    sums = _sums(on)
    return session.scalars(
        sa.select(sa.func.count(Host.id))
        .outerjoin(sums, sums.c.host_id == Host.id)
        .where(*_conditions(wanted, sums, on))
        .execution_options(scope=scope)
    ).one()


def get_host_entry(session: Session, host_id: int, *, on: date, scope: Scope) -> HostEntry:
    """Return one host with its sums, one that has left included; raise `Missing` when it is not for these eyes."""
    sums = _sums(on)
    row = session.execute(
        sa.select(
            Host,
            sa.func.coalesce(sums.c.openings, 0),
            sa.func.coalesce(sums.c.resting, 0),
            sums.c.confirmed_on,
        )
        .outerjoin(sums, sums.c.host_id == Host.id)
        .where(Host.id == host_id, _may_be_seen())
        .execution_options(scope=scope)
    ).one_or_none()
    if row is None:
        raise Missing
    return HostEntry(*row)


def list_trades(session: Session, *, scope: Scope) -> Sequence[str]:
    """Return the trades in use."""
    trades = session.scalars(
        sa.select(Host.trade)
        .where(Host.trade.is_not(None), _may_be_seen())
        .distinct()
        .order_by(Host.trade)
        .execution_options(scope=scope)
    )
    return [trade for trade in trades if trade]


def list_opening_ids(session: Session, host_ids: Collection[int], *, scope: Scope) -> Sequence[int]:
    """Return the keys of all openings of these hosts at places that may be seen."""
    return session.scalars(
        sa.select(Opening.id)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Opening.host_id.in_(host_ids))
        .order_by(Opening.id)
        .execution_options(scope=scope)
    ).all()


def get_opening(session: Session, opening_id: int, *, scope: Scope) -> Opening:
    """Return an opening of a place that may be seen, with host and slots; raise `Missing` when there is none."""
    found = session.scalars(
        sa.select(Opening)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Opening.id == opening_id)
        .options(sa.orm.selectinload(Opening.slots))
        .execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def list_openings_to_keep(session: Session, host_id: int, *, scope: Scope) -> Sequence[Opening]:
    """Return the openings of a host at places that may be seen: those that are offered first, then those that ended."""
    return session.scalars(
        sa.select(Opening)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Opening.host_id == host_id)
        .options(sa.orm.selectinload(Opening.slots))
        .order_by(Opening.ended_on.is_not(None), Opening.id)
        .execution_options(scope=scope)
    ).all()


def list_offered_openings(session: Session, host_id: int, *, on: date, scope: Scope) -> list[Opening]:
    """Return the openings of a host that have not ended by a day. Raises `Missing` for a host that may not be seen."""
    get_host_entry(session, host_id, on=on, scope=scope)
    return [
        opening
        for opening in list_openings_to_keep(session, host_id, scope=scope)
        if opening.ended_on is None or opening.ended_on > on
    ]


def list_places_of_host(session: Session, host_id: int, *, scope: Scope) -> Sequence[Resource]:
    """Return the places of the catalogue at which a host has, or had, an opening."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.id.in_(sa.select(Opening.resource_id).where(Opening.host_id == host_id)))
        .order_by(Resource.name, Resource.id)
        .execution_options(scope=scope)
    ).all()


def find_place_by_identity(session: Session, identity: str, *, scope: Scope) -> Resource | None:
    """Return the place that two rows would be the same as; None when there is none for these eyes."""
    return session.scalars(
        sa.select(Resource).where(Resource.identity == identity).execution_options(scope=scope)
    ).one_or_none()


def find_municipality_code(session: Session, *, scope: Scope) -> str:
    """Return the municipality that most places belong to; empty in a catalogue without any."""
    return (
        session.scalars(
            sa.select(Resource.municipality_code)
            .group_by(Resource.municipality_code)
            .order_by(sa.func.count().desc(), Resource.municipality_code)
            .limit(1)
            .execution_options(scope=scope)
        ).one_or_none()
        or ""
    )


def _sums(on: date) -> sa.Subquery:
    """What the openings that are offered add up to, by host."""
    rests = sa.func.sum(sa.case((_rests(on), 1), else_=0))
    # One opening without a day makes the whole unconfirmed: the stalest counts.
    confirmed_on = sa.case(
        (sa.func.count() == sa.func.count(Opening.confirmed_on), sa.func.min(Opening.confirmed_on))
    )
    return (
        sa.select(
            Opening.host_id,
            sa.func.count().label("openings"),
            rests.label("resting"),
            confirmed_on.label("confirmed_on"),
        )
        .join(Resource, Resource.id == Opening.resource_id)
        .where(_is_open(on))
        .group_by(Opening.host_id)
        .subquery()
    )


def _is_open(on: date) -> sa.ColumnElement[bool]:
    return sa.or_(Opening.ended_on.is_(None), Opening.ended_on > on)


def _rests(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(Opening.paused_until.is_not(None), Opening.paused_until > on)


def list_active_hosts(session: Session, *, scope: Scope) -> Sequence[Host]:
    """Return the active hosts that these eyes may know of, by name."""
    return session.scalars(
        sa.select(Host)
        .where(Host.is_active, _may_be_seen())
        .order_by(Host.name, Host.id)
        .execution_options(scope=scope)
    ).all()


def list_secret_host_ids(session: Session, *, scope: Scope) -> Sequence[int]:
    """Return the hosts all of whose places are secret refuges, as far as the scope reaches."""
    open_hosts = (
        sa.select(Opening.host_id)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Resource.is_refuge.is_(False))
    )
    return session.scalars(
        sa.select(Opening.host_id)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Resource.is_refuge, Opening.host_id.not_in(open_hosts))
        .distinct()
        .order_by(Opening.host_id)
        .execution_options(scope=scope)
    ).all()


def find_host_name(session: Session, host_id: int, *, scope: Scope) -> str | None:
    """Return the name of a host; None when there is none for these eyes."""
    return session.scalars(
        sa.select(Host.name).where(Host.id == host_id, _may_be_seen()).execution_options(scope=scope)
    ).one_or_none()


def _may_be_seen() -> sa.ColumnElement[bool]:
    has_openings = sa.exists().where(Opening.host_id == Host.id)
    at_seen_place = (
        sa.select(Opening.id)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Opening.host_id == Host.id)
        .exists()
    )
    return sa.or_(sa.not_(has_openings), at_seen_place)


def _conditions(wanted: HostFilter, sums: sa.Subquery, on: date) -> list[sa.ColumnElement[bool]]:
    conditions = [_may_be_seen(), Host.is_active.is_(wanted.standing is not Standing.LEFT)]
    if wanted.words:
        # As it was written, and as it is usually typed: the databases fold the case of plain letters only.
        usual = normalise_text(wanted.words).lower()
        conditions.append(
            sa.or_(
                Host.name.contains(wanted.words, autoescape=True),
                sa.func.lower(Host.name).contains(usual, autoescape=True),
            )
        )
    if wanted.trade:
        conditions.append(Host.trade == wanted.trade)
    match wanted.standing:
        case Standing.CALL:
            conditions.append(Host.call_asked_at.is_not(None))
        case Standing.STALE:
            limit = on - timedelta(days=STALE_AFTER_DAYS)
            conditions += [
                sums.c.openings > 0,
                sa.or_(sums.c.confirmed_on.is_(None), sums.c.confirmed_on < limit),
            ]
        case Standing.PAUSED:
            conditions += [sums.c.openings > 0, sums.c.resting == sums.c.openings]
        case Standing.NO_OPENING:
            conditions.append(sums.c.openings.is_(None))
    return conditions


def _order(order: HostOrder, sums: sa.Subquery) -> list[Any]:
    openings = sa.func.coalesce(sums.c.openings, 0)
    match order:
        case HostOrder.CALL:
            return [Host.call_asked_at.is_(None), Host.call_asked_at, Host.name]
        case HostOrder.TRADE:
            return [Host.trade.asc().nulls_last(), Host.name]
        case HostOrder.TRADE_DOWN:
            return [Host.trade.desc().nulls_last(), Host.name]
        case HostOrder.OPENINGS:
            return [openings, Host.name]
        case HostOrder.OPENINGS_DOWN:
            return [openings.desc(), Host.name]
        case HostOrder.CONFIRMED:
            # Who was never confirmed is the first to be asked.
            return [sums.c.confirmed_on.asc().nulls_first(), Host.name]
        case HostOrder.CONFIRMED_DOWN:
            return [sums.c.confirmed_on.desc().nulls_last(), Host.name]
        case HostOrder.NAME_DOWN:
            return [Host.name.desc()]
        case _:
            return [Host.name]
