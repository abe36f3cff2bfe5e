"""Openings with the rhythm in which they want to be confirmed, and the hosts to whom they belong.

Openings are few, so their days are counted here, by the one function that knows how. What is ended, rests, belongs to a
host that has left or stands at a place that is closed just now asks for nothing; an informal gathering never does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import select_town_districts
from app.resources.engine.freshness import Freshness, Rhythm, rhythm_of_opening
from app.resources.models import Host, Opening, Resource, ResourceKind
from app.resources.vocabulary import ResourceState


@dataclass(frozen=True)
class TimedOpening:
    """An opening that is offered, with its rhythm. `district_id` is that of its place."""

    opening_id: int
    host_id: int
    resource_id: int
    task: str
    is_refuge: bool
    kind_id: int
    district_id: int | None
    district: str | None
    rhythm: Rhythm


@dataclass(frozen=True)
class AskingHost:
    """A host with those of its openings about which somebody should ask, the longest waiting first."""

    host: Host
    openings: tuple[TimedOpening, ...]
    state: Freshness

    @property
    def due_on(self) -> date | None:
        """The day from which the oldest word counts as old; None when nobody has ever confirmed one."""
        days = [opening.rhythm.due_on for opening in self.openings]
        return None if None in days else min(day for day in days if day is not None)

    @property
    def confirmed_on(self) -> date | None:
        """The oldest confirmation; None when there is an opening without one."""
        days = [opening.rhythm.confirmed_on for opening in self.openings]
        return None if None in days else min(day for day in days if day is not None)


URGENCY = (Freshness.STALE, Freshness.DUE, Freshness.NEVER, Freshness.SOON)
"""What is asked for first; NEVER stands behind DUE, because it leaves nothing."""


def list_timed_openings(
    session: Session, *, on: date, host_ids: Collection[int] | None = None, scope: Scope
) -> list[TimedOpening]:
    """Return the openings that are offered on a day with their rhythms, by host; one statement."""
    districts = select_town_districts(scope=scope).subquery()
    wanted = (
        sa.select(
            Opening.id,
            Opening.host_id,
            Opening.resource_id,
            Opening.task,
            Resource.is_refuge,
            Resource.kind_id,
            districts.c.district_id,
            districts.c.district,
            Opening.confirmed_on,
            Resource.check_interval_days.label("place_interval"),
            ResourceKind.check_interval_days.label("kind_interval"),
        )
        .join(Resource, Resource.id == Opening.resource_id)
        .join(Resource.kind)
        .join(Host, Host.id == Opening.host_id)
        .outerjoin(districts, districts.c.town_id == Resource.town_id)
        .where(*_offered(on))
        .order_by(Opening.host_id, Opening.id)
        .execution_options(scope=scope)
    )
    if host_ids is not None:
        wanted = wanted.where(Opening.host_id.in_(host_ids))
    return [_timed(row) for row in session.execute(wanted)]


def list_asking_hosts(
    session: Session,
    *,
    on: date,
    asks_until: date | None = None,
    host_ids: Collection[int] | None = None,
    scope: Scope,
) -> list[AskingHost]:
    """Return the hosts whose openings ask for a confirmation, the most urgent first; two statements.

    `asks_until` takes those in as well whose day comes by then.
    """
    found: dict[int, list[TimedOpening]] = {}
    for opening in list_timed_openings(session, on=on, host_ids=host_ids, scope=scope):
        due_on = opening.rhythm.due_on
        comes = asks_until is not None and due_on is not None and due_on <= asks_until
        if comes or opening.rhythm.on(on).asks:
            found.setdefault(opening.host_id, []).append(opening)
    hosts = session.scalars(
        sa.select(Host).where(Host.id.in_(list(found))).order_by(Host.id).execution_options(scope=scope)
    )
    asking = [_asking(host, found[host.id], on) for host in hosts]
    return sorted(asking, key=lambda each: (URGENCY.index(each.state), each.due_on or date.min, each.host.id))


def get_opening_states(session: Session, *, on: date, scope: Scope) -> dict[int, Freshness]:
    """Return where the confirmations of the openings that are offered stand, by opening; never of a refuge."""
    openings = list_timed_openings(session, on=on, scope=scope)
    return {opening.opening_id: opening.rhythm.on(on) for opening in openings if not opening.is_refuge}


def find_asking_host(session: Session, host_id: int, *, on: date, scope: Scope) -> AskingHost | None:
    """Return what one host is to be asked; None when there is nothing."""
    return next(iter(list_asking_hosts(session, on=on, host_ids=[host_id], scope=scope)), None)


def _offered(on: date) -> Sequence[sa.ColumnElement[bool]]:
    return (
        sa.or_(Opening.ended_on.is_(None), Opening.ended_on > on),
        sa.or_(Opening.paused_until.is_(None), Opening.paused_until <= on),
        Host.is_active.is_(True),
        Resource.state == ResourceState.ACTIVE,
        Resource.is_light.is_(False),
    )


def _timed(row: Any) -> TimedOpening:
    return TimedOpening(
        opening_id=row.id,
        host_id=row.host_id,
        resource_id=row.resource_id,
        task=row.task,
        is_refuge=row.is_refuge,
        kind_id=row.kind_id,
        district_id=row.district_id,
        district=row.district,
        rhythm=rhythm_of_opening(
            row.confirmed_on, place_interval=row.place_interval, kind_interval=row.kind_interval
        ),
    )


def _asking(host: Host, openings: list[TimedOpening], on: date) -> AskingHost:
    states = {opening.opening_id: _state(opening, on) for opening in openings}
    openings.sort(key=lambda each: (URGENCY.index(states[each.opening_id]), each.opening_id))
    return AskingHost(host, tuple(openings), states[openings[0].opening_id])


def _state(opening: TimedOpening, on: date) -> Freshness:
    state = opening.rhythm.on(on)
    # A day that is looked ahead for is not asked for yet; on the list it comes soon all the same.
    return state if state.asks else Freshness.SOON
