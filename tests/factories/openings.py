"""Hosts and openings for tests."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.database import Database
from app.resources.queries import openings as queries
from app.resources.service.openings import Seats, add_host, add_opening
from app.resources.vocabulary import DayPart
from tests.factories.resources import make_resource

BY = Actor.system("test")
CODE = "242993"


# What `make_host` is told of its opening; all else is of the host.
_OF_OPENING = frozenset({"confirmed_on", "paused_until", "ended_on", "monthly_limit", "training"})
_NUMBERS = itertools.count(1)


def make_host(
    database: Database,
    name: str = "あさひ農園",
    *,
    seats: int = 2,
    resource_id: int | None = None,
    **facts: Any,
) -> int:
    """A host with one opening on Tuesday and Thursday mornings; the key of the host."""
    place_id = resource_id or make_resource(database, kind="就労体験", name=name)
    of_opening = {key: facts.pop(key) for key in _OF_OPENING & facts.keys()}
    with database.writing(BY.scope) as session:
        host_id = add_host(
            session, municipality_code=CODE, published_id=f"H-{name}", name=name, facts=facts, by=BY, at=now()
        )
        _add_opening(session, host_id, place_id, name, seats, of_opening)
    return host_id


def make_opening(
    database: Database,
    host_id: int,
    *,
    task: str,
    seats: int = 2,
    resource_id: int | None = None,
    **facts: Any,
) -> int:
    """One more opening of a host, at a place of its own unless one is named; the key of the opening."""
    place_id = resource_id or make_resource(database, kind="就労体験", name=f"{task}の場所")
    with database.writing(BY.scope) as session:
        return _add_opening(session, host_id, place_id, f"{task}-{next(_NUMBERS)}", seats, facts, task=task)


def make_slot(database: Database, *, seats: int = 1) -> int:
    """The key of a slot with so many seats."""
    host_id = make_host(database, "一席の店", seats=seats)
    with database.reading(BY.scope) as session:
        return queries.list_openings_of_host(session, host_id, scope=BY.scope)[0].slots[0].id


def _add_opening(
    session: Session,
    host_id: int,
    resource_id: int,
    name: str,
    seats: int,
    facts: dict[str, Any],
    *,
    task: str = "袋づめ",
) -> int:
    return add_opening(
        session,
        municipality_code=CODE,
        host_id=host_id,
        resource_id=resource_id,
        published_id=f"O-{name}",
        task=task,
        seats=[Seats(day, DayPart.MORNING, seats) for day in (1, 3)],
        facts=facts,
        by=BY,
        at=now(),
    )
