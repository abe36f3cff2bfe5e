"""Sending mails: take one under a lease, hand it over in no transaction, note what came of it.

Whoever is killed between handing over and noting lets the mail go out twice, never not at all; both copies have the
same Message-ID, so that the addressee's program can tell.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.db.database import Database
from app.outbox import policies, queries
from app.outbox.exchange.mails import Mail, UnfitMail, make_message
from app.outbox.exchange.paper import letter_of
from app.outbox.models import Delivery
from app.outbox.service.recording import record_delivery
from app.outbox.service.smtp import Mailer, MailFailed
from app.outbox.service.tending import close_delivery, turn_into_letter
from app.outbox.vocabulary import ChannelReason, Content, DeliveryState, MailTrouble
from app.web.errors import Missing, Refused

_LOG = logging.getLogger(__name__)
_SYSTEM = Actor.system("sending what is due")

LEASE = timedelta(minutes=5)
"""Longer than a mail server may take to answer."""

MOST_IN_A_ROUND = 100

# The next mail would fare no better; it waits for the next round, and none of its attempts is used up.
_OF_THE_SERVER = frozenset({MailTrouble.UNREACHABLE, MailTrouble.SIGN_IN_REFUSED})


@dataclass(frozen=True)
class HeldMail:
    """A mail in the hands of somebody who sends it."""

    delivery_id: str
    content: Content
    lease: str
    attempts: int


def take_mail(session: Session, *, by: Actor, at: datetime) -> HeldMail | None:
    """Take the mail that is due for longest; None when there is none."""
    waiting = (
        queries.select_sendable_mail_ids(scope=by.scope, at=at)
        .limit(1)
        # PostgreSQL hands each sender another mail; SQLite drops the words and needs none: one writer at a time.
        .with_for_update(skip_locked=True)
    )
    lease = secrets.token_hex(16)
    row = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == waiting.scalar_subquery())
        .values(lease=lease, lease_until=at + LEASE, attempts=Delivery.attempts + 1)
        .execution_options(scope=by.scope, synchronize_session=False)
        .returning(Delivery.id, Delivery.attempts)
    ).one_or_none()
    if row is None:
        return None
    delivery_id, attempts = row
    delivery = queries.get_delivery(session, delivery_id, scope=by.scope, locked=True)
    return HeldMail(delivery_id, delivery.content, lease, attempts)


def note_sent(session: Session, *, held: HeldMail, by: Actor, at: datetime) -> None:
    """Note that a mail was handed over, whoever has it by now: it is on its way, and must not go again."""
    delivery = queries.get_delivery(session, held.delivery_id, scope=by.scope, locked=True)
    if delivery.state is not DeliveryState.SENT:
        close_delivery(session, delivery=delivery, state=DeliveryState.SENT, by=by, at=at)


def note_trouble(session: Session, *, held: HeldMail, trouble: MailTrouble, by: Actor, at: datetime) -> None:
    """Note that a mail was not taken, and when it is tried again; nothing when somebody else has it by now."""
    delivery = queries.get_delivery(session, held.delivery_id, scope=by.scope, locked=True)
    if delivery.lease != held.lease or delivery.state is not DeliveryState.WAITING:
        return
    again = policies.next_try(held.attempts, trouble, at=at)
    delivery.error, delivery.next_try_at = trouble, again
    delivery.lease = delivery.lease_until = None
    if again is None:
        delivery.state = DeliveryState.FAILED
        record_delivery(session, delivery=delivery, action="failed", by=by, at=at)
    session.flush()


def give_up_interrupted(session: Session, *, by: Actor, at: datetime) -> int:
    """Show people the mails whose last attempt never came to an end; return how many."""
    stuck = session.scalars(queries.select_interrupted_mail_ids(scope=by.scope, at=at)).all()
    for delivery_id in stuck:
        delivery = queries.get_delivery(session, delivery_id, scope=by.scope, locked=True)
        delivery.state, delivery.error = DeliveryState.FAILED, MailTrouble.INTERRUPTED
        delivery.lease = delivery.lease_until = None
        record_delivery(session, delivery=delivery, action="failed", by=by, at=at)
    return len(stuck)


def turn_mails_into_letters(session: Session, *, by: Actor, at: datetime) -> int:
    """Let all waiting mails be printed, because no mail server is set up; return how many."""
    count = 0
    for delivery in queries.list_waiting_mails(session, scope=by.scope):
        try:
            turn_into_letter(
                session, delivery_id=delivery.id, by=by, at=at, reason=ChannelReason.NO_MAIL_SERVER
            )
        except Refused:
            # A process with a server is sending it at this moment.
            continue
        count += 1
    return count


class Postman:
    """Looks after the mails that are due. `mailer` is None where no mail server is set up."""

    def __init__(self, mailer: Mailer | None, public_url: str | None) -> None:
        self._mailer, self._public_url = mailer, public_url or ""

    def make_round(self, database: Database, at: datetime) -> int:
        """Send what is due at a moment, or turn it into letters; return how many mails were handed over."""
        with database.reading(_SYSTEM.scope) as session:
            # Looking takes no lock; only a find is worth the writer's.
            if self._mailer is None:
                waits = queries.count_waiting_mails(session, scope=_SYSTEM.scope) > 0
            else:
                waits = queries.count_due_mails(session, scope=_SYSTEM.scope, at=at) > 0
        if not waits:
            return 0
        with database.writing(_SYSTEM.scope) as session:
            if self._mailer is None:
                turn_mails_into_letters(session, by=_SYSTEM, at=at)
                return 0
            give_up_interrupted(session, by=_SYSTEM, at=at)
        sent, began = 0, monotonic()
        for _ in range(MOST_IN_A_ROUND):
            # A slow server makes a round long; the lease of the last mail must not begin in the past.
            moment = at + timedelta(seconds=monotonic() - began)
            with database.writing(_SYSTEM.scope) as session:
                held = take_mail(session, by=_SYSTEM, at=moment)
            if held is None:
                break
            trouble = self._send(database, self._mailer, held, moment)
            sent += trouble is None
            if trouble in _OF_THE_SERVER:
                break
        return sent

    def _send(self, database: Database, mailer: Mailer, held: HeldMail, at: datetime) -> MailTrouble | None:
        trouble = self._hand_over(mailer, held, at)
        try:
            with database.writing(_SYSTEM.scope) as session:
                if trouble is None:
                    note_sent(session, held=held, by=_SYSTEM, at=at)
                else:
                    note_trouble(session, held=held, trouble=trouble, by=_SYSTEM, at=at)
        except Missing:
            _LOG.warning("the delivery %s is gone", held.delivery_id)
        return trouble

    def _hand_over(self, mailer: Mailer, held: HeldMail, at: datetime) -> MailTrouble | None:
        """Talk to the server, in no transaction; return what went wrong, None when the mail was taken."""
        if held.content.has_run_out(at.date()):
            return MailTrouble.EXPIRED
        letter = letter_of(
            held.content, key=held.delivery_id, written_on=at.date(), public_url=self._public_url
        )
        try:
            mailer.send(
                make_message(
                    Mail(letter, held.content.mail_address, held.delivery_id), sender=mailer.sender, at=at
                )
            )
        except UnfitMail:
            return MailTrouble.UNFIT
        except MailFailed as failure:
            _LOG.warning("the delivery %s was not taken: %s", held.delivery_id, failure.trouble.value)
            return failure.trouble
        return None
