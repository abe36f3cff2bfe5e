"""Reading the log. It holds ids only; who may look at it is decided by the page that shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent, AuditHead

_SLICE = 1_000


def get_locked_head(session: Session) -> AuditHead:
    """Return the head, locked until the transaction ends, so that events stand in the order of their numbers.

    On the embedded database the transaction holds the writer's lock already.
    """
    return session.scalars(
        sa.select(AuditHead).with_for_update(), execution_options={"populate_existing": True}
    ).one()


def find_head(session: Session) -> AuditHead | None:
    """Return the head, None in a database that was never started."""
    return session.scalars(sa.select(AuditHead)).one_or_none()


def find_first_event(session: Session) -> AuditEvent | None:
    """Return the event that began the log."""
    return session.get(AuditEvent, 1)


def list_latest(
    session: Session, *, action: str, subject_kind: str, subject_ids: Collection[str]
) -> dict[str, datetime]:
    """Return when an action was last noted of these subjects."""
    rows = session.execute(
        sa.select(AuditEvent.subject_id, sa.func.max(AuditEvent.at))
        .where(
            AuditEvent.subject_kind == subject_kind,
            AuditEvent.subject_id.in_(subject_ids),
            AuditEvent.action == action,
        )
        .group_by(AuditEvent.subject_id)
    )
    return {key: at for key, at in rows}  # noqa: C416  # rows are no pairs for the type checker


def count_noted_since(
    session: Session,
    *,
    action: str,
    subject_kind: str,
    subject_id: str,
    actor_id: int | None,
    since: datetime,
) -> int:
    """Count how often somebody did this to a subject after a moment."""
    return session.scalars(
        sa.select(sa.func.count(AuditEvent.number)).where(
            AuditEvent.subject_kind == subject_kind,
            AuditEvent.subject_id == subject_id,
            AuditEvent.action == action,
            AuditEvent.actor_id == actor_id,
            AuditEvent.at > since,
        )
    ).one()


def iterate_events(session: Session) -> Iterator[AuditEvent]:
    """Yield all events from the first to the last, a slice at a time."""
    after = 0
    while True:
        events = session.scalars(
            sa.select(AuditEvent).where(AuditEvent.number > after).order_by(AuditEvent.number).limit(_SLICE)
        ).all()
        yield from events
        if len(events) < _SLICE:
            return
        after = events[-1].number
        session.expunge_all()
