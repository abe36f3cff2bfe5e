"""Writing to the log and checking it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.engine import START, Detail, Link, Verdict, canonical, check_chain
from app.audit.models import AuditEvent, AuditHead


def record_event(
    session: Session,
    *,
    action: str,
    subject_kind: str,
    subject_id: object,
    by: int | None,
    at: datetime,
    detail: Detail | None = None,
) -> AuditEvent:
    """Append an event in the caller's transaction: what was done and the record of it stand or fall together.

    `by` is the account's id, None for the product itself. `detail` holds ids, counts and words of vocabularies only.
    """
    head = queries.get_locked_head(session)
    link = Link(
        number=head.number + 1,
        at=_spelled(at),
        actor_id=by,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        detail=canonical(detail or {}),
        previous=head.chained,
    )
    event = AuditEvent(
        number=link.number,
        at=at,
        actor_id=by,
        action=action,
        subject_kind=subject_kind,
        subject_id=link.subject_id,
        detail=link.detail,
        previous=link.previous,
        chained=link.chained(session.info["chain key"]),
    )
    session.add(event)
    head.number, head.chained = event.number, event.chained
    session.flush()
    return event


def verify_log(session: Session) -> Verdict:
    """Check every event of the log against the chain; reads it in slices, so its length does not matter."""
    head = queries.find_head(session)
    return check_chain(
        ((_link(event), event.chained) for event in queries.iterate_events(session)),
        (head.number, head.chained) if head else (0, START),
        session.info["chain key"],
    )


def key_fits(session: Session) -> bool:
    """Tell whether the log was begun under the key of this session, by its first event; an empty log fits all."""
    first = queries.find_first_event(session)
    return first is None or hmac.compare_digest(
        _link(first).chained(session.info["chain key"]), first.chained
    )


def ensure_head(session: Session) -> None:
    """Give a new database the head of an empty chain."""
    if queries.find_head(session) is None:
        session.add(AuditHead(id=1, number=0, chained=START))
        session.flush()


def _link(event: AuditEvent) -> Link:
    return Link(
        number=event.number,
        at=_spelled(event.at),
        actor_id=event.actor_id,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        detail=event.detail,
        previous=event.previous,
    )


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
