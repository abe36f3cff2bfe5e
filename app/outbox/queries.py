"""Reading deliveries. What is sealed in them is opened by the service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.outbox.models import Delivery
from app.outbox.policies import MOST_ATTEMPTS
from app.outbox.vocabulary import Channel, DeliveryState
from app.web.errors import Missing

_STILL_HERE: Final = (DeliveryState.WAITING, DeliveryState.FAILED)


def get_delivery(session: Session, delivery_id: str, *, scope: Scope, locked: bool = False) -> Delivery:
    """Return a delivery, `locked` as it stands now until the transaction ends; raise `Missing` without one."""
    wanted = sa.select(Delivery).where(Delivery.id == delivery_id).execution_options(scope=scope)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise Missing
    return found


def find_delivery_by_key(session: Session, dedup_key: str, *, scope: Scope) -> Delivery | None:
    """Return the delivery that was queued under a key."""
    return session.scalars(
        sa.select(Delivery).where(Delivery.dedup_key == dedup_key).execution_options(scope=scope)
    ).one_or_none()


@dataclass(frozen=True)
class DeliveryAbout:
    """What an upper slice asks of what it queued. `link` is that of a mail or letter that has not gone out."""

    id: str
    purpose: str
    subject_id: str
    channel: Channel
    state: DeliveryState
    dedup_key: str
    made_at: datetime
    # When it was sent, printed or withdrawn.
    done_at: datetime | None
    link: str

    @property
    def is_open(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.channel is not Channel.IN_APP and self.state in _STILL_HERE


def list_deliveries_about(
    session: Session,
    *,
    purposes: Collection[str],
    subject_kind: str,
    subject_ids: Collection[str] | None = None,
    only_open: bool = False,
    scope: Scope,
) -> list[DeliveryAbout]:
    """Return what was queued for these purposes, about some subjects or all of a kind, oldest first."""
    wanted = (
        sa.select(Delivery)
        .where(Delivery.subject_kind == subject_kind, Delivery.purpose.in_(purposes))
        .order_by(Delivery.made_at, Delivery.id)
        .execution_options(scope=scope)
    )
    if subject_ids is not None:
        wanted = wanted.where(Delivery.subject_id.in_(subject_ids))
    if only_open:
        wanted = wanted.where(Delivery.channel != Channel.IN_APP, Delivery.state.in_(_STILL_HERE))
    return [_about(delivery) for delivery in session.scalars(wanted)]


def _about(delivery: Delivery) -> DeliveryAbout:
    is_open = delivery.channel is not Channel.IN_APP and delivery.state in _STILL_HERE
    return DeliveryAbout(
        id=delivery.id,
        purpose=delivery.purpose,
        subject_id=delivery.subject_id,
        channel=delivery.channel,
        state=delivery.state,
        dedup_key=delivery.dedup_key,
        made_at=delivery.made_at,
        done_at=delivery.done_at,
        link=delivery.content.link if is_open else "",
    )


def select_sendable_mail_ids(*, scope: Scope, at: datetime) -> sa.Select[str]:
    """Build the ids of the mails that can be taken now: due, not waiting after a failure, in nobody's hands."""
    return (
        sa.select(Delivery.id)
        .where(
            *_mails_in_nobodys_hands(at),
            Delivery.attempts < MOST_ATTEMPTS,
            sa.or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= at),
        )
        .order_by(Delivery.due_on, Delivery.made_at, Delivery.id)
        .execution_options(scope=scope)
    )


def select_interrupted_mail_ids(*, scope: Scope, at: datetime) -> sa.Select[str]:
    """Build the ids of the mails whose last attempt never came to an end."""
    return (
        sa.select(Delivery.id)
        .where(*_mails_in_nobodys_hands(at), Delivery.attempts >= MOST_ATTEMPTS)
        .execution_options(scope=scope)
    )


def _mails_in_nobodys_hands(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.channel == Channel.MAIL,
        Delivery.state == DeliveryState.WAITING,
        Delivery.due_on <= at.date(),
        sa.or_(Delivery.lease_until.is_(None), Delivery.lease_until <= at),
    )


def count_due_mails(session: Session, *, scope: Scope, at: datetime) -> int:
    """Count what the postman has to look after at a moment."""
    return session.scalars(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(
            *_mails_in_nobodys_hands(at),
            sa.or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= at),
        )
        .execution_options(scope=scope)
    ).one()


def count_waiting_mails(session: Session, *, scope: Scope) -> int:
    """Count the mails that wait, due or not."""
    return session.scalars(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(Delivery.channel == Channel.MAIL, Delivery.state == DeliveryState.WAITING)
        .execution_options(scope=scope)
    ).one()


def list_waiting_mails(session: Session, *, scope: Scope) -> Sequence[Delivery]:
    """Return all mails that wait, locked, oldest first."""
    return session.scalars(
        sa.select(Delivery)
        .where(Delivery.channel == Channel.MAIL, Delivery.state == DeliveryState.WAITING)
        .order_by(Delivery.made_at, Delivery.id)
        .with_for_update()
        .execution_options(scope=scope)
    ).all()


def count_outgoing(session: Session, *, scope: Scope, states: Collection[DeliveryState]) -> int:
    """Count the mails and letters in these states."""
    return session.scalars(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(Delivery.channel != Channel.IN_APP, Delivery.state.in_(states))
        .execution_options(scope=scope)
    ).one()


def list_outgoing(
    session: Session, *, scope: Scope, states: Collection[DeliveryState], offset: int, limit: int
) -> Sequence[Delivery]:
    """Return mails and letters in these states, what failed first, then by the day on which they are due."""
    return session.scalars(
        sa.select(Delivery)
        .where(Delivery.channel != Channel.IN_APP, Delivery.state.in_(states))
        .order_by(
            sa.case((Delivery.state == DeliveryState.FAILED, 0), else_=1),
            Delivery.due_on,
            Delivery.made_at,
            Delivery.id,
        )
        .offset(offset)
        .limit(limit)
        .execution_options(scope=scope)
    ).all()


def count_due_letters(session: Session, *, scope: Scope, on: date) -> int:
    """Count the letters to print by a day."""
    return session.scalars(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(*_due_letters(on))
        .execution_options(scope=scope)
    ).one()


def list_due_letters(session: Session, *, scope: Scope, on: date, limit: int) -> Sequence[Delivery]:
    """Return the letters to print by a day, oldest first."""
    return session.scalars(
        sa.select(Delivery)
        .where(*_due_letters(on))
        .order_by(Delivery.due_on, Delivery.made_at, Delivery.id)
        .limit(limit)
        .execution_options(scope=scope)
    ).all()


def _due_letters(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.channel == Channel.LETTER,
        Delivery.state == DeliveryState.WAITING,
        Delivery.due_on <= on,
    )


def list_letters(
    session: Session, delivery_ids: Collection[str], *, scope: Scope, locked: bool = False
) -> Sequence[Delivery]:
    """Return the letters among these ids, `locked` for this transaction; an id that is none is passed over."""
    wanted = (
        sa.select(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.channel == Channel.LETTER)
        .order_by(Delivery.due_on, Delivery.made_at, Delivery.id)
        .execution_options(scope=scope)
    )
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).all()


def list_notices(
    session: Session, account_id: int, *, scope: Scope, on: date, offset: int, limit: int
) -> Sequence[Delivery]:
    """Return an account's notices up to a day, unread ones first, then the newest."""
    return session.scalars(
        sa.select(Delivery)
        .where(*_notices(account_id, on))
        .order_by(
            Delivery.read_at.is_not(None),
            Delivery.due_on.desc(),
            Delivery.made_at.desc(),
            Delivery.id,
        )
        .offset(offset)
        .limit(limit)
        .execution_options(scope=scope)
    ).all()


def list_unread_notices(session: Session, account_id: int, *, scope: Scope, on: date) -> Sequence[Delivery]:
    """Return an account's unread notices up to a day, locked, oldest first."""
    return session.scalars(
        sa.select(Delivery)
        .where(*_notices(account_id, on), Delivery.read_at.is_(None))
        .order_by(Delivery.made_at, Delivery.id)
        .with_for_update()
        .execution_options(scope=scope)
    ).all()


def count_notices(
    session: Session, account_id: int, *, scope: Scope, on: date, unread_only: bool = False
) -> int:
    """Count an account's notices up to a day."""
    wanted = (
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(*_notices(account_id, on))
        .execution_options(scope=scope)
    )
    return session.scalars(wanted.where(Delivery.read_at.is_(None)) if unread_only else wanted).one()


def _notices(account_id: int, on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.channel == Channel.IN_APP,
        Delivery.account_id == account_id,
        Delivery.state == DeliveryState.SENT,
        Delivery.due_on <= on,
    )


def list_unrestricted_ids(
    session: Session, *, subject_kind: str, subject_ids: Collection[str], scope: Scope
) -> list[str]:
    """Return the deliveries about these subjects that take no right to see."""
    if not subject_ids:
        return []
    rows = session.scalars(
        sa.select(Delivery.id)
        .where(
            Delivery.subject_kind == subject_kind,
            Delivery.subject_id.in_(subject_ids),
            Delivery.needs_right.is_(None),
        )
        .order_by(Delivery.id)
        .execution_options(scope=scope)
    )
    return list(rows)


def list_deliveries_by_id(
    session: Session, delivery_ids: Collection[str], *, scope: Scope
) -> Sequence[Delivery]:
    """Return these deliveries, for changing."""
    return session.scalars(
        sa.select(Delivery)
        .where(Delivery.id.in_(delivery_ids))
        .order_by(Delivery.id)
        .execution_options(scope=scope)
    ).all()
