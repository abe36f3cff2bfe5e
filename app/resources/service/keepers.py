"""Telling who looks after a host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.outbox.service.queueing import queue_delivery
from app.resources.engine.keeping import Notice, Worker, draft_to
from app.resources.service.hosts import SUBJECT


def tell_keepers(
    session: Session, *, host_id: int, notice: Notice, keepers: Iterable[Worker], by: Actor, at: datetime
) -> bool:
    """Tell each of them, and return whether anybody had not heard it before."""
    told = False
    for worker in keepers:
        own = replace(notice, key=f"{notice.key}@{worker.id}")
        draft = draft_to(worker, own, subject=(SUBJECT, str(host_id)), on=at.date())
        told |= queue_delivery(session, draft=draft, by=by, at=at) is not None
    return told
