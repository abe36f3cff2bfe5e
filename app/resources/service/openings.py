"""Putting hosts and their openings into the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.models import Host, Opening, OpeningSlot
from app.resources.vocabulary import DayPart


@dataclass(frozen=True)
class Seats:
    """Seats on a weekday (0 is Monday) in a part of the day."""

    weekday: int
    part: DayPart
    seats: int


def add_host(
    session: Session,
    *,
    municipality_code: str,
    published_id: str,
    name: str,
    facts: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> int:
    """Add a host and return its key; `facts` are further columns of `Host`, what is not known stays empty."""
    host = Host(
        municipality_code=municipality_code,
        published_id=published_id,
        name=name,
        is_active=facts.get("is_active", True),
        **{key: value for key, value in facts.items() if key != "is_active"},
    )
    session.add(host)
    session.flush()
    record_event(
        session, action="host.added", subject_kind="host", subject_id=host.id, by=by.account_id, at=at
    )
    return host.id


def add_opening(
    session: Session,
    *,
    municipality_code: str,
    host_id: int,
    resource_id: int,
    published_id: str,
    task: str,
    seats: Iterable[Seats],
    facts: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> int:
    """Add an opening of a host with its seats and return its key; `facts` are further columns of `Opening`."""
    opening = Opening(
        municipality_code=municipality_code,
        published_id=published_id,
        host_id=host_id,
        resource_id=resource_id,
        task=task,
        slots=[OpeningSlot(weekday=seat.weekday, part=seat.part, seats=seat.seats) for seat in seats],
        **facts,
    )
    session.add(opening)
    session.flush()
    record_event(
        session,
        action="opening.added",
        subject_kind="host",
        subject_id=host_id,
        by=by.account_id,
        at=at,
        detail={"opening": opening.id},
    )
    return opening.id
