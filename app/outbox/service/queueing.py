"""Taking drafts in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.db.sealing import new_row_id, write_sealed
from app.outbox import policies
from app.outbox.models import Delivery
from app.outbox.service.recording import record_delivery
from app.outbox.vocabulary import Channel, Content, DeliveryState, Draft


def queue_delivery(session: Session, *, draft: Draft, by: Actor, at: datetime) -> str | None:
    """Put a draft on its way and return the delivery's id; None when its key was queued before.

    Mail or letter: the channel is chosen here; a mail becomes a letter later where no server is set up. Ask
    `find_delivery_by_key` under a system scope before a signed link is made for a draft, since a new link ends the
    one in a letter that is on its way. Raises `ValueError` for a draft that no upper slice may hand in.
    """
    problem = policies.draft_problem(draft)
    if problem is not None:
        raise ValueError(problem)
    choice = policies.choose_channel(
        has_account=draft.account_id is not None,
        mail_address=draft.mail_address,
        prefers_letter=draft.prefers_letter,
        has_mail_server=True,
    )
    is_notice = choice.channel is Channel.IN_APP
    delivery = Delivery(
        id=new_row_id(),
        channel=choice.channel,
        channel_reason=choice.reason,
        purpose=draft.purpose,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        account_id=draft.account_id,
        needs_right=draft.needs_right,
        # A notice has arrived as soon as it stands there; its page shows it from the day on.
        state=DeliveryState.SENT if is_notice else DeliveryState.WAITING,
        due_on=draft.due_on,
        made_at=at,
        made_by=by.account_id,
        done_at=at if is_notice else None,
        attempts=0,
        dedup_key=draft.dedup_key,
    )
    write_sealed(session, delivery, _content_of(draft).document)
    try:
        with session.begin_nested():
            session.add(delivery)
    except IntegrityError as error:
        # Asked of the database, not before: two who queue the same at once must not both succeed, and who queues
        # need not see what somebody else has queued.
        if "dedup_key" in str(error.orig):
            return None
        raise
    record_delivery(session, delivery=delivery, action="queued", by=by, at=at)
    return delivery.id


def _content_of(draft: Draft) -> Content:
    return Content(
        title=policies.on_one_line(draft.title),
        paragraphs=tuple(
            cleaned for part in draft.paragraphs if (cleaned := policies.without_controls(part).strip())
        ),
        sender=draft.sender,
        addressee=policies.on_one_line(draft.addressee),
        mail_address=policies.on_one_line(draft.mail_address),
        postal_address=policies.without_controls(draft.postal_address),
        link=draft.link,
        valid_until=draft.valid_until,
    )
