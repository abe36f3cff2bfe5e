"""Asking for free seats by the key of a slot."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.seats import FreeSeats
from app.resources.queries.seats import list_free_slots


def free_by_slot(session: Session, *, on: date, now: datetime, scope: Scope) -> dict[int, FreeSeats]:
    """Return what is free, by slot, for somebody who begins on a day or on the slot's next day after it."""
    return {slot.slot_id: slot.answer for slot in list_free_slots(session, at=now, on=on, scope=scope)}
