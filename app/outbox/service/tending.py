"""What people do with deliveries: print, withdraw, try again, turn into a letter, read."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Right
from app.db.sealing import write_sealed
from app.outbox import queries
from app.outbox.models import Delivery
from app.outbox.service.recording import record_delivery
from app.outbox.vocabulary import Channel, ChannelReason, DeliveryState
from app.web.errors import Missing, Refused

_BEING_SENT = "いま送っているところです。少し待ってから、もう一度お試しください。"
_OVER = "もう送ったか、取りやめたものです。画面を開き直して、いまの様子を確かめてください。"
_NONE_CHOSEN = "印刷した手紙に、しるしを付けてください。"


def mark_printed(session: Session, *, delivery_ids: Collection[str], by: Actor, at: datetime) -> int:
    """Note that letters were printed and return how many; one that was noted or withdrawn before stays as it is."""
    if not delivery_ids:
        raise Refused(_NONE_CHOSEN)
    count = 0
    for letter in queries.list_letters(session, delivery_ids, scope=by.scope, locked=True):
        if letter.state is DeliveryState.WAITING:
            close_delivery(session, delivery=letter, state=DeliveryState.PRINTED, by=by, at=at)
            count += 1
    return count


def withdraw_delivery(session: Session, *, delivery_id: str, by: Actor, at: datetime) -> None:
    """Keep a delivery from going out; raise `Refused` when it has gone, or is being sent at this moment."""
    delivery = _get_open(session, delivery_id, by, at)
    close_delivery(session, delivery=delivery, state=DeliveryState.WITHDRAWN, by=by, at=at)


def restrict_deliveries(
    session: Session, *, delivery_ids: Collection[str], right: Right, by: Actor, at: datetime
) -> None:
    """Let only the holders of a right see these deliveries from now on, sent ones included."""
    for delivery in queries.list_deliveries_by_id(session, delivery_ids, scope=by.scope):
        delivery.needs_right = right
        record_delivery(session, delivery=delivery, action="restricted", by=by, at=at)


def retry_delivery(session: Session, *, delivery_id: str, by: Actor, at: datetime) -> None:
    """Try a mail that failed again, as if for the first time."""
    delivery = _get_open(session, delivery_id, by, at)
    if delivery.channel is not Channel.MAIL or delivery.state is not DeliveryState.FAILED:
        raise Refused(_OVER)
    _open_again(delivery)
    record_delivery(session, delivery=delivery, action="retried", by=by, at=at)


def turn_into_letter(
    session: Session, *, delivery_id: str, by: Actor, at: datetime, reason: ChannelReason
) -> None:
    """Let a mail wait to be printed instead."""
    delivery = _get_open(session, delivery_id, by, at)
    if delivery.channel is not Channel.MAIL:
        raise Refused(_OVER)
    delivery.channel, delivery.channel_reason = Channel.LETTER, reason
    _open_again(delivery)
    record_delivery(session, delivery=delivery, action="turned_into_letter", by=by, at=at)


def mark_read(session: Session, *, delivery_id: str, by: Actor, at: datetime) -> None:
    """Note that one has read a notice of one's own. The log does not speak of it: who reads what is nobody's affair."""
    notice = queries.get_delivery(session, delivery_id, scope=by.scope, locked=True)
    if notice.channel is not Channel.IN_APP or notice.account_id != by.account_id:
        raise Missing
    notice.read_at = notice.read_at or at
    session.flush()


def mark_all_read(session: Session, *, by: Actor, at: datetime) -> int:
    """Note that one has read all notices up to today; return how many were new."""
    if by.account_id is None:
        raise Missing
    unread = queries.list_unread_notices(session, by.account_id, scope=by.scope, on=at.date())
    for notice in unread:
        notice.read_at = at
    session.flush()
    return len(unread)


def close_delivery(
    session: Session, *, delivery: Delivery, state: DeliveryState, by: Actor, at: datetime
) -> None:
    """Bring a mail or letter to its end. Its link is forgotten: the database need not keep a key that was handed over."""
    delivery.state, delivery.done_at = state, at
    delivery.error = delivery.next_try_at = delivery.lease = delivery.lease_until = None
    write_sealed(session, delivery, dataclasses.replace(delivery.content, link="").document)
    record_delivery(session, delivery=delivery, action=state.value, by=by, at=at)


def _get_open(session: Session, delivery_id: str, by: Actor, at: datetime) -> Delivery:
    delivery = queries.get_delivery(session, delivery_id, scope=by.scope, locked=True)
    if delivery.channel is Channel.IN_APP:
        raise Missing
    if delivery.state not in (DeliveryState.WAITING, DeliveryState.FAILED):
        raise Refused(_OVER)
    if delivery.lease_until is not None and delivery.lease_until > at:
        raise Refused(_BEING_SENT)
    return delivery


def _open_again(delivery: Delivery) -> None:
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.error = delivery.next_try_at = delivery.lease = delivery.lease_until = None
