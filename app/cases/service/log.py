"""The log of cases: each change, and each reading."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.cases import queries
from app.people import service as people
from app.people.vocabulary import OpenedIdentity, OpeningReason


def record_case_event(
    session: Session, *, case_id: str, action: str, by: Actor, at: datetime, **detail: str | int | bool
) -> None:
    """Append an event of a case: ids, counts and words of vocabularies only."""
    record_event(
        session,
        action=action,
        subject_kind="case",
        subject_id=case_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )


def record_case_read(session: Session, *, case_id: str, by: Actor, at: datetime) -> None:
    """Note that a case is about to be shown; raise `Missing` when it is not theirs, so that nothing is."""
    queries.get_case(session, case_id, scope=by.scope)
    record_case_event(session, case_id=case_id, action="case.read", by=by, at=at)


def record_list_read(session: Session, *, page: str, count: int, by: Actor, at: datetime) -> None:
    """Note that a list with so many cases is about to be shown."""
    record_event(
        session,
        action="case.listed",
        subject_kind="page",
        subject_id=page,
        by=by.account_id,
        at=at,
        detail={"count": count},
    )


def open_identity(
    session: Session, *, case_id: str, reason: OpeningReason | None = None, by: Actor, at: datetime
) -> OpenedIdentity:
    """Open who the person of a case is, for a member of its team."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    return people.open_identity(session, person_id=case.person_id, reason=reason, by=by, at=at)
