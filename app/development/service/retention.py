"""Letting go of what was kept long enough."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.development.policies.residents import KEPT_AFTER_CLOSING
from app.development.queries import residents as queries
from app.jobs.service.duties import Duty


def purge_closed(session: Session, *, by: Actor, at: datetime) -> int:
    """Empty what was over a year ago – offers, notices, helpers who have stopped – and return how many rows.

    The rows stay without their content: what came, when, and what became of it is counted further.
    """
    found = queries.list_purgeable(session, closed_before=at - KEPT_AFTER_CLOSING, scope=by.scope)
    for rows in found:
        for row in rows:
            row.sealed, row.purged_at = None, at
    offers, notices, helpers = map(len, found)
    count = offers + notices + helpers
    if count:
        record_event(
            session,
            action="residents.purged",
            subject_kind="page",
            subject_id="residents",
            by=by.account_id,
            at=at,
            detail={"offers": offers, "notices": notices, "helpers": helpers},
        )
    return count


DUTIES: Final = (Duty("development.purge", "終わって1年たった申し出・気づきの中身を消す", purge_closed),)
