"""Noting who took more of the catalogue than everybody may have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.exchange.files import Wish


def record_export(session: Session, *, wish: Wish, count: int, by: Actor, at: datetime) -> None:
    """Note that somebody took a file for the staff: what kind of file and how much of it, and no name."""
    record_event(
        session,
        action="resources.exported",
        subject_kind="export",
        subject_id="resources",
        by=by.account_id,
        at=at,
        detail={"layout": wish.layout.code, "file": wish.file, "count": count},
    )
