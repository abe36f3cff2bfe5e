"""What hosts changed by their links: what waits for a coordinator, what was decided, what can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Right, Scope
from app.resources.models import Change, Opening, Resource
from app.resources.vocabulary import ChangeCause, ChangeState

_SETTLED: Final = (ChangeState.APPLIED, ChangeState.DECLINED)


def list_waiting_of_hosts(session: Session, *, host_id: int | None = None, scope: Scope) -> Sequence[Change]:
    """Return what hosts, or one of them, proposed and nobody has decided on, the longest waiting first."""
    wanted = (
        sa.select(Change)
        .where(Change.state == ChangeState.WAITING, Change.cause == ChangeCause.HOST)
        .order_by(Change.made_at, Change.id)
        .execution_options(scope=scope)
    )
    if host_id is not None:
        wanted = wanted.where(Change.host_id == host_id)
    return session.scalars(wanted).all()


def count_waiting_of_hosts(session: Session, *, scope: Scope) -> int:
    """Return how many changes of hosts wait for a decision."""
    waiting = sa.select(sa.func.count(Change.id)).where(
        Change.state == ChangeState.WAITING, Change.cause == ChangeCause.HOST
    )
    return session.scalar(waiting.execution_options(scope=scope)) or 0


def list_decided_of_host(
    session: Session, host_id: int, *, since: datetime, scope: Scope
) -> Sequence[Change]:
    """Return what was decided on a host's proposals since a moment, the latest first."""
    return session.scalars(
        sa.select(Change)
        .where(
            Change.host_id == host_id,
            Change.cause == ChangeCause.HOST,
            Change.state.in_(_SETTLED),
            Change.decided_at >= since,
        )
        .order_by(Change.decided_at.desc(), Change.id.desc())
        .execution_options(scope=scope)
    ).all()


def find_last_batch_of_host(
    session: Session, host_id: int, *, since: datetime, scope: Scope
) -> Sequence[Change]:
    """Return the changes of a host's last step since a moment that still stands; a mere confirmation is none."""
    last = (
        sa.select(Change.batch)
        .where(
            Change.host_id == host_id,
            Change.cause == ChangeCause.HOST,
            Change.state == ChangeState.APPLIED,
            Change.decided_at.is_(None),
            Change.made_at >= since,
            Change.field != "confirmed_on",
        )
        .order_by(Change.id.desc())
        .limit(1)
        .execution_options(scope=scope)
    )
    batch = session.scalars(last).one_or_none()
    if batch is None:
        return ()
    return session.scalars(
        sa.select(Change).where(Change.batch == batch).order_by(Change.id).execution_options(scope=scope)
    ).all()


def find_right_needed(session: Session, host_id: int, *, scope: Scope) -> Right | None:
    """Return the right that it takes to hear of a host: its name gives a secret place away where it has no other."""
    rows = session.execute(
        sa.select(Resource.is_refuge, sa.func.count(Opening.id))
        .join(Opening, Opening.resource_id == Resource.id)
        .where(Opening.host_id == host_id)
        .group_by(Resource.is_refuge)
        .execution_options(scope=scope)
    ).all()
    is_secret = bool(rows) and all(is_refuge for is_refuge, _ in rows)
    return Right.PLACE_IN_REFUGE if is_secret else None
