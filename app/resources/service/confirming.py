"""What a worker notes who has asked whether all still stands: it does, or nobody answered; and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.policies import KEEPERS
from app.resources.queries import history
from app.resources.queries import hosts as queries
from app.resources.queries.catalogue import get_resource
from app.resources.service.batches import Batch
from app.resources.service.catalogue import confirm_resource
from app.resources.service.changes import Undone, undo_batch
from app.resources.vocabulary import ChangeCause, ChangeSubject
from app.web.errors import Missing

MISSED = "confirmation.missed"
"""The word of the log for an attempt to which nobody answered."""


@dataclass(frozen=True)
class Confirmed:
    """The step that can be taken back, and how many openings stand as they are."""

    batch: str
    openings: int


def confirm_host(session: Session, *, host_id: int, by: Actor, at: datetime) -> Confirmed:
    """Note that the host said that all its openings stand as they are. Raises `Missing`."""
    openings = queries.list_offered_openings(session, host_id, on=at.date(), scope=by.scope)
    batch = Batch(session, ChangeCause.CONFIRM, by=by, at=at)
    for opening in openings:
        batch.change(opening, {"confirmed_on": at.date()})
    return Confirmed(batch.id, len(openings))


def confirm_place(session: Session, *, resource_id: int, by: Actor, at: datetime) -> str:
    """Note that a place stands as it is, and return the step that can be taken back."""
    return confirm_resource(session, resource_id=resource_id, by=by, at=at).id


def note_missed(
    session: Session, *, subject: ChangeSubject, subject_id: int, by: Actor, at: datetime
) -> None:
    """Note that a host or a place was called or visited and nobody was there. Raises `Missing`."""
    if subject is ChangeSubject.HOST:
        queries.get_host_entry(session, subject_id, on=at.date(), scope=by.scope)
    elif not get_resource(session, subject_id, scope=by.scope).is_within(by.scope):
        raise Missing
    record_event(
        session,
        action=MISSED,
        subject_kind=subject.value,
        subject_id=subject_id,
        by=by.account_id,
        at=at,
    )


def undo_confirmation(session: Session, *, batch: str, by: Actor, at: datetime) -> Undone:
    """Take back what one has confirmed oneself; raise `Missing` for any other step."""
    head = history.get_batch(session, batch, scope=by.scope)
    if head.cause is not ChangeCause.CONFIRM or head.account_id != by.account_id or not by.holds(*KEEPERS):
        raise Missing
    return undo_batch(session, batch_id=batch, by=by, at=at)
