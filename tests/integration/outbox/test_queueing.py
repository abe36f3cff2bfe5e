"""Queueing and tending on both databases: once for each key, sealed, seen by the right people, closed once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.clock import now, today
from app.db.database import Database
from app.db.scope import ScopeViolation
from app.outbox import queries
from app.outbox.service import sending, tending
from app.outbox.service.queueing import queue_delivery
from app.outbox.vocabulary import Channel, ChannelReason, DeliveryState
from app.web.errors import Missing, Refused
from tests.factories.outbox import (
    BY,
    delivery_of,
    make_draft,
    make_notice,
    queue,
    queue_letter,
)
from tests.integration.conftest import InParallel
from tests.support.accounts import make_account
from tests.support.databases import rows_of

OPEN = [DeliveryState.WAITING, DeliveryState.FAILED]


def seen_by(database: Database, scope: Scope) -> int:
    """How many mails and letters a scope reaches."""
    with database.reading(scope) as session:
        return queries.count_outgoing(session, scope=scope, states=list(DeliveryState))


def test_the_same_ask_is_never_queued_twice(database: Database) -> None:
    first = queue(database, make_draft(dedup_key="host.confirm:12:2026-11"))
    with database.writing(BY.scope) as session:
        again = queue_delivery(
            session, draft=make_draft(dedup_key="host.confirm:12:2026-11", title="別の題"), by=BY, at=now()
        )
        other = queue_delivery(session, draft=make_draft(), by=BY, at=now())

    assert again is None
    assert other is not None
    assert delivery_of(database, first)[1].title == "受け入れ内容の確認のお願い"
    assert len(rows_of(database, "delivery")) == 2
    assert [row["action"] for row in rows_of(database, "audit_event")].count("delivery.queued") == 2


def test_of_two_who_ask_the_same_at_once_one_is_queued(database: Database, in_parallel: InParallel) -> None:
    queued: list[str | None] = []

    def ask(_number: int) -> None:
        with database.writing(BY.scope) as session:
            queued.append(queue_delivery(session, draft=make_draft(dedup_key="same"), by=BY, at=now()))

    in_parallel(5, ask)

    assert sorted(found is None for found in queued) == [False, True, True, True, True]


def test_another_mistake_is_not_taken_for_the_same_ask(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.writing(BY.scope) as session:
        queue_delivery(session, draft=make_notice(4711), by=BY, at=now())
    assert rows_of(database, "delivery") == []


def test_a_draft_that_no_slice_may_hand_in_is_a_mistake_of_the_program(database: Database) -> None:
    with pytest.raises(ValueError, match="path of ours"):
        queue(database, make_draft(link="https://elsewhere.example/"))


def test_nothing_that_it_says_stands_readable_in_the_table_or_the_log(database: Database) -> None:
    queue(database)
    text = repr([*rows_of(database, "delivery"), *rows_of(database, "audit_event")])
    for said in ("浜のカフェ", "cafe@shop.example", "瀬凪市本町", "/h/abc", "受け入れ内容"):
        assert said not in text
        assert said.encode() not in text.encode()


def test_mails_and_letters_are_seen_by_those_who_send_them(database: Database) -> None:
    queue(database)
    queue_letter(database)
    seen = {role: seen_by(database, Scope(1, frozenset({role}))) for role in Role}
    senders = {Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER}
    assert seen == {role: 2 if role in senders else 0 for role in Role}
    assert seen_by(database, Scope(None)) == 0
    assert seen_by(database, Scope(None, subject=("host", 12))) == 0


def test_what_needs_a_right_is_not_even_counted_without_it(database: Database) -> None:
    secret = queue_letter(database, needs_right=Right.PLACE_IN_REFUGE)
    without = Scope(1, frozenset({Role.COORDINATOR}), frozenset({Right.UNMASK}))
    with_right = Scope(1, frozenset({Role.COORDINATOR}), frozenset({Right.PLACE_IN_REFUGE}))
    assert (seen_by(database, without), seen_by(database, with_right)) == (0, 1)
    actor = Actor(1, "x", roles=without.roles, rights=without.rights)
    with pytest.raises(Missing), database.writing(actor.scope) as session:
        tending.withdraw_delivery(session, delivery_id=secret, by=actor, at=now())
    assert delivery_of(database, secret)[0].state is DeliveryState.WAITING


def test_a_notice_is_seen_by_its_account_alone(database: Database) -> None:
    own, other = make_account(database, Role.CSW), make_account(database, Role.COORDINATOR)
    notice = queue(database, make_notice(own.id))
    delivery, _ = delivery_of(database, notice)
    assert (delivery.channel, delivery.state) == (Channel.IN_APP, DeliveryState.SENT)
    for account, count in ((own, 1), (other, 0)):
        scope = Scope(account.id, account.role_set)
        with database.reading(scope) as session:
            assert queries.count_notices(session, own.id, scope=scope, on=today()) == count
    stranger = Actor(other.id, "x", roles=other.role_set)
    with pytest.raises(Missing), database.writing(stranger.scope) as session:
        tending.mark_read(session, delivery_id=notice, by=stranger, at=now())


def test_whoever_works_may_tell_others_but_not_change_what_was_told(database: Database) -> None:
    reader = make_account(database, Role.COORDINATOR)
    guest = Actor(None, "", subject=("host", 12), on=today())
    notice = queue(database, make_notice(reader.id), by=guest)
    delivery, _ = delivery_of(database, notice)
    delivery.read_at = now()
    with pytest.raises(ScopeViolation), database.writing(guest.scope) as session:
        session.add(delivery)
    assert delivery_of(database, notice)[0].read_at is None


def test_a_printed_letter_is_noted_once_and_forgets_its_link(database: Database) -> None:
    printed, mail = queue_letter(database), queue(database)
    for expected in (1, 0):
        with database.writing(BY.scope) as session:
            count = tending.mark_printed(session, delivery_ids=[printed, mail, "x" * 22], by=BY, at=now())
        assert count == expected
    delivery, content = delivery_of(database, printed)
    assert (delivery.state, content.link) == (DeliveryState.PRINTED, "")
    assert delivery_of(database, mail)[0].state is DeliveryState.WAITING


def test_what_is_being_sent_or_has_gone_cannot_be_withdrawn(database: Database) -> None:
    delivery_id, moment = queue(database), now()
    with database.writing(BY.scope) as session:
        held = sending.take_mail(session, by=BY, at=moment)
    assert held is not None
    with pytest.raises(Refused, match="いま送っている"), database.writing(BY.scope) as session:
        tending.withdraw_delivery(session, delivery_id=delivery_id, by=BY, at=moment)
    with database.writing(BY.scope) as session:
        sending.note_sent(session, held=held, by=BY, at=moment)
    for act in (tending.withdraw_delivery, tending.retry_delivery):
        with pytest.raises(Refused, match="もう送ったか"), database.writing(BY.scope) as session:
            act(session, delivery_id=delivery_id, by=BY, at=moment)
    assert delivery_of(database, delivery_id)[0].state is DeliveryState.SENT


def test_a_mail_can_be_turned_into_a_letter_and_a_letter_cannot(database: Database) -> None:
    delivery_id = queue(database)
    reason = ChannelReason.CHOSEN_BY_STAFF
    with database.writing(BY.scope) as session:
        tending.turn_into_letter(session, delivery_id=delivery_id, by=BY, at=now(), reason=reason)
    assert delivery_of(database, delivery_id)[0].channel is Channel.LETTER
    with pytest.raises(Refused), database.writing(BY.scope) as session:
        tending.turn_into_letter(session, delivery_id=delivery_id, by=BY, at=now(), reason=reason)


def test_every_step_stands_in_the_log_without_a_word_of_it(database: Database) -> None:
    delivery_id = queue(database)
    with database.writing(BY.scope) as session:
        tending.withdraw_delivery(session, delivery_id=delivery_id, by=BY, at=now())
    events = [row for row in rows_of(database, "audit_event") if row["subject_id"] == delivery_id]
    assert [row["action"] for row in events] == ["delivery.queued", "delivery.withdrawn"]
    assert all("host.confirm" in str(row["detail"]) for row in events)
