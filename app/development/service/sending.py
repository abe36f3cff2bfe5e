"""Taking in what a resident sends: not too often, under a number, sealed, handed to the right window."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import get_locked_installation
from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.db.sealing import new_row_id, write_sealed
from app.development.models import Notice, Offer, Sending
from app.development.policies import residents as policies
from app.development.queries import residents as queries
from app.development.vocabulary.residents import (
    NoticeContent,
    NoticeState,
    NoticeTopic,
    OfferContent,
    OfferKind,
    OfferState,
    Receipt,
)
from app.web.errors import Refused, TooOften

_SENDINGS_ARE_KEPT = timedelta(days=1)
_TRIES = 20
# Whoever sends sees nothing of what lies here; that a number is taken has to be seen all the same.
_TOWN = Actor.system("taking in what a resident sends").scope


def send_offer(
    session: Session,
    *,
    what: OfferKind,
    district_id: int | None,
    content: OfferContent,
    may_be_contacted: bool,
    address_digest: str,
    by: Actor,
    at: datetime,
) -> Receipt:
    """Take in an offer and return its receipt; raise `TooOften` for a flood.

    Without consent to be contacted nothing is kept: a name that nobody may use is a name too many.
    """
    if not may_be_contacted:
        raise Refused("連絡してよいかを確かめてください。連絡できないと、お願いできません。", field="consent")
    _count_sending(session, address_digest, at)
    offer = Offer(
        id=new_row_id(),
        receipt=_new_receipt(session),
        what=what,
        district_id=district_id,
        state=OfferState.NEW,
        received_at=at,
    )
    write_sealed(session, offer, content.as_document())
    session.add(offer)
    session.flush()
    _record(session, "offer.received", "offer", offer.id, by, at, what=what.value)
    return Receipt(offer.receipt, "")


def send_notice(
    session: Session,
    *,
    topic: NoticeTopic,
    content: NoticeContent,
    resource_id: int | None,
    address_digest: str,
    by: Actor,
    at: datetime,
) -> Receipt:
    """Take in a notice, hand it to the window of its topic and return the receipt; raise `TooOften` for a flood."""
    _count_sending(session, address_digest, at)
    if topic is NoticeTopic.PLACE:
        window = policies.PLACE_WINDOW
    else:
        window = queries.list_windows(session, scope=_TOWN)[topic]
    notice = Notice(
        id=new_row_id(),
        receipt=_new_receipt(session),
        topic=topic,
        window_role=window.role,
        window_name=window.label,
        resource_id=resource_id if topic is NoticeTopic.PLACE else None,
        state=NoticeState.NEW,
        received_at=at,
    )
    write_sealed(session, notice, {**content.as_document(), "handled": []})
    session.add(notice)
    session.flush()
    _record(
        session, "notice.received", "notice", notice.id, by, at, topic=topic.value, window=window.role.value
    )
    return Receipt(notice.receipt, window.label)


def _count_sending(session: Session, address_digest: str, at: datetime) -> None:
    # Lined up at one row, as sign-ins are: a hundred at the same moment then count as a hundred.
    get_locked_installation(session)
    since = at - policies.COUNTED_FOR
    wait = policies.wait_before_sending(
        queries.list_sendings(session, since=since, address_digest=address_digest, scope=_TOWN),
        queries.list_sendings(session, since=since, scope=_TOWN),
        now=at,
    )
    if wait > timedelta():
        raise TooOften(int(wait.total_seconds()) + 1)
    session.execute(sa.delete(Sending).where(Sending.at < at - _SENDINGS_ARE_KEPT))
    session.add(Sending(address_digest=address_digest, at=at))
    session.flush()


def _new_receipt(session: Session) -> str:
    """Return eight digits that can be read out on the telephone. They open nothing, so they need not be secret."""
    numbers = [f"{secrets.randbelow(10_000):04}-{secrets.randbelow(10_000):04}" for _ in range(_TRIES)]
    given = queries.list_receipt_numbers(session, numbers, scope=_TOWN)
    return next(number for number in numbers if number not in given)


def _record(
    session: Session, action: str, kind: str, subject: str, by: Actor, at: datetime, **detail: str
) -> None:
    record_event(
        session, action=action, subject_kind=kind, subject_id=subject, by=by.account_id, at=at, detail=detail
    )
