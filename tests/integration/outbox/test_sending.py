"""Sending on both databases: never lost, tried again in time, and no transaction open while a server is talked to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from app.clock import now, today
from app.config import MailServer, MailTls
from app.db.database import Database
from app.outbox.policies import MOST_ATTEMPTS, WAITS
from app.outbox.service import sending
from app.outbox.service.sending import LEASE, Postman
from app.outbox.service.smtp import MailFailed, SmtpMailer
from app.outbox.vocabulary import Channel, ChannelReason, DeliveryState, MailTrouble
from tests.factories.outbox import BY, delivery_of, make_draft, queue
from tests.integration.conftest import InParallel
from tests.support.databases import rows_of
from tests.support.mail_server import MailStub, mail_stub

URL = "https://tsunagi.example.lg.jp"


class Killed(BaseException):
    """The process ends here."""


class Recorder:
    """A mailer that keeps what it was handed."""

    sender = "tsunagi@town.example"

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self.trouble = trouble

    def send(self, message: EmailMessage) -> None:
        """Keep the message, then fail as was asked for."""
        self.messages.append(message)
        if self.trouble:
            raise self.trouble


@pytest.fixture
def stub() -> Iterator[MailStub]:
    with mail_stub() as running:
        yield running


def smtp(stub: MailStub, tls: MailTls = MailTls.NONE, user: str = "") -> SmtpMailer:
    """The product's own mailer on the stub."""
    return SmtpMailer(
        MailServer(
            host="127.0.0.1",
            port=stub.port,
            tls=tls,
            sender="tsunagi@town.example",
            user=user,
            password="x" if user else "",
        )
    )


def make_round(database: Database, mailer: Recorder | SmtpMailer | None, at: datetime | None = None) -> int:
    """One round of the postman."""
    return Postman(mailer, URL).make_round(database, at or now())


def test_a_mail_reaches_the_server_and_is_noted(database: Database, stub: MailStub) -> None:
    delivery_id = queue(database)

    assert make_round(database, smtp(stub)) == 1
    assert make_round(database, smtp(stub)) == 0

    (message,) = stub.messages
    assert message["Subject"] == "受け入れ内容の確認のお願い"
    assert f"{URL}/h/abc" in message.get_content()
    assert message["Message-ID"] == f"<{delivery_id}@town.example>"
    delivery, content = delivery_of(database, delivery_id)
    assert (delivery.state, delivery.lease, content.link) == (DeliveryState.SENT, None, "")
    assert delivery.done_at is not None


def test_nothing_is_sent_before_its_day(database: Database, stub: MailStub) -> None:
    queue(database, make_draft(due_on=today() + timedelta(days=1)))

    assert make_round(database, smtp(stub)) == 0
    assert make_round(database, smtp(stub), now() + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("verb", "answer", "trouble", "state"),
    [
        ("RCPT", "550 nobody here", MailTrouble.ADDRESS_REFUSED, DeliveryState.FAILED),
        ("RCPT", "451 come back later", MailTrouble.SERVER_REFUSED, DeliveryState.WAITING),
        ("MAIL", "550 not you", MailTrouble.SENDER_REFUSED, DeliveryState.WAITING),
        ("DATA", "554 no", MailTrouble.SERVER_REFUSED, DeliveryState.WAITING),
    ],
)
def test_what_a_server_refuses_is_kept_as_a_word(
    database: Database,
    stub: MailStub,
    caplog: pytest.LogCaptureFixture,
    verb: str,
    answer: str,
    trouble: MailTrouble,
    state: DeliveryState,
) -> None:
    stub.answers[verb] = answer
    delivery_id = queue(database)

    assert make_round(database, smtp(stub)) == 0

    delivery, _ = delivery_of(database, delivery_id)
    assert (delivery.error, delivery.state) == (trouble, state)
    assert "shop.example" not in caplog.text


def test_a_server_without_protection_or_sign_in_is_not_trusted(database: Database, stub: MailStub) -> None:
    delivery_id = queue(database)
    for mailer in (smtp(stub, tls=MailTls.STARTTLS), smtp(stub, user="tsunagi")):
        make_round(database, mailer, now() + timedelta(hours=1))
    assert stub.messages == []
    assert delivery_of(database, delivery_id)[0].error is MailTrouble.SIGN_IN_REFUSED


def test_a_server_that_is_away_is_tried_again_ever_later_and_then_shown(database: Database) -> None:
    delivery_id = queue(database)
    away = Recorder(MailFailed(MailTrouble.UNREACHABLE))
    moment = now()

    for wait in WAITS:
        make_round(database, away, moment)
        make_round(database, away, moment + wait - timedelta(seconds=2))
        moment += wait + timedelta(seconds=2)
    make_round(database, away, moment)

    assert len(away.messages) == MOST_ATTEMPTS
    assert len({message["Message-ID"] for message in away.messages}) == 1
    delivery, _ = delivery_of(database, delivery_id)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, MailTrouble.UNREACHABLE)


def test_a_server_that_is_away_uses_up_the_attempts_of_one_mail_only(database: Database) -> None:
    for _ in range(3):
        queue(database)

    make_round(database, away := Recorder(MailFailed(MailTrouble.UNREACHABLE)))

    assert len(away.messages) == 1


def test_a_crash_between_sending_and_noting_sends_twice_and_never_not_at_all(database: Database) -> None:
    delivery_id = queue(database)
    moment = now()
    with pytest.raises(Killed):
        make_round(database, first := Recorder(Killed()), moment)

    second = Recorder()
    assert make_round(database, second, moment + LEASE - timedelta(seconds=1)) == 0
    assert make_round(database, second, moment + LEASE + timedelta(seconds=1)) == 1

    ids = [message["Message-ID"] for message in (*first.messages, *second.messages)]
    assert (len(ids), len(set(ids))) == (2, 1)
    assert delivery_of(database, delivery_id)[0].state is DeliveryState.SENT


def test_a_mail_that_ends_every_process_is_shown_to_people(database: Database) -> None:
    delivery_id, moment = queue(database), now()
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            make_round(database, Recorder(Killed()), moment)
        moment += LEASE + timedelta(seconds=1)

    last = Recorder()
    assert make_round(database, last, moment) == 0

    delivery, _ = delivery_of(database, delivery_id)
    assert (delivery.state, delivery.error, last.messages) == (
        DeliveryState.FAILED,
        MailTrouble.INTERRUPTED,
        [],
    )


def test_one_that_was_slow_and_sent_after_all_is_not_sent_by_another(database: Database) -> None:
    delivery_id, moment = queue(database), now()
    with database.writing(BY.scope) as session:
        slow = sending.take_mail(session, by=BY, at=moment)
    with database.writing(BY.scope) as session:
        assert sending.take_mail(session, by=BY, at=moment + LEASE) is not None
    assert slow is not None

    with database.writing(BY.scope) as session:
        sending.note_sent(session, held=slow, by=BY, at=moment)

    assert delivery_of(database, delivery_id)[0].state is DeliveryState.SENT
    recorder = Recorder()
    assert make_round(database, recorder, moment + 2 * LEASE) == 0
    assert recorder.messages == []


def test_no_transaction_is_open_while_the_server_is_talked_to(database: Database) -> None:
    queue(database)

    class Curious(Recorder):
        def send(self, message: EmailMessage) -> None:
            # On the embedded database this would wait for the writer's lock, and then fail.
            queue(database, make_draft(due_on=today() + timedelta(days=9)))
            super().send(message)

    assert make_round(database, Curious()) == 1


def test_several_postmen_send_each_mail_once(database: Database, in_parallel: InParallel) -> None:
    ids = {queue(database) for _ in range(5)}
    recorder = Recorder()

    def deliver(_number: int) -> None:
        make_round(database, recorder)

    in_parallel(4, deliver)

    found = sorted(message["Message-ID"].strip("<>").partition("@")[0] for message in recorder.messages)
    assert found == sorted(ids)


def test_without_a_mail_server_mails_become_letters_with_the_reason(database: Database) -> None:
    delivery_id = queue(database)

    assert make_round(database, None) == 0

    delivery, content = delivery_of(database, delivery_id)
    assert (delivery.channel, delivery.state) == (Channel.LETTER, DeliveryState.WAITING)
    assert delivery.channel_reason is ChannelReason.NO_MAIL_SERVER
    assert content.link == "/h/abc"


def test_a_mail_whose_link_would_lead_nowhere_is_not_sent(database: Database) -> None:
    delivery_id = queue(database, make_draft(valid_until=today() - timedelta(days=1)))

    recorder = Recorder()
    assert make_round(database, recorder) == 0

    assert recorder.messages == []
    assert delivery_of(database, delivery_id)[0].error is MailTrouble.EXPIRED


def test_a_look_without_mails_writes_nothing(database: Database) -> None:
    before = rows_of(database, "audit_event")
    assert [make_round(database, mailer) for mailer in (Recorder(), None)] == [0, 0]
    assert rows_of(database, "audit_event") == before
