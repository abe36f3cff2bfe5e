"""The audit rows of deliveries: ids and words, never whom it was for or what it said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.outbox.models import Delivery


def record_delivery(session: Session, *, delivery: Delivery, action: str, by: Actor, at: datetime) -> None:
    """Write that something was done with a delivery."""
    record_event(
        session,
        action=f"delivery.{action}",
        subject_kind="delivery",
        subject_id=delivery.id,
        by=by.account_id,
        at=at,
        detail={"channel": delivery.channel.value, "purpose": delivery.purpose},
    )
