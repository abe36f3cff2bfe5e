"""Hosts are asked by themselves: a year day by day, once for each step, by the way that each wants; and never in vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

import pytest

from app.accounts.queries import find_open_link
from app.accounts.vocabulary import Actor, Right, Role
from app.clock import TOKYO
from app.crypto.tokens import fingerprint
from app.db.database import Database
from app.jobs.service.working import Worker
from app.operations.handlers import DUTIES
from app.outbox import queries as outbox
from app.outbox.models import Delivery
from app.outbox.service.sending import Postman
from app.outbox.service.tending import mark_printed, withdraw_delivery
from app.outbox.vocabulary import Channel, DeliveryState
from app.resources.queries import freshness as queries
from app.resources.queries.candidates import get_columns
from app.resources.service import hosts as own_page
from app.resources.service.confirming import confirm_host
from app.resources.service.freshness import DUTIES as FRESHNESS
from app.resources.service.freshness import OpenRequests, keep_fresh
from app.resources.service.hosts import invite_host
from app.resources.vocabulary import AskBy, Disclosure, KindGroup, ResourceState
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_resource
from tests.integration.conftest import InParallel
from tests.support.accounts import make_account
from tests.support.databases import rows_of

BY = Actor.system("test")
FIRST = date(2026, 4, 1)
YEAR = 365


class Postbox:
    """A mail server that takes everything."""

    sender = "tsunagi@town.example"

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Keep the message."""
        self.taken.append(message)


class Calendar:
    """A clock that somebody turns: each day the duty runs, mails leave, and letters are printed where that is asked."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.postbox = Postbox()
        self.prints = True
        self.texts: dict[str, str] = {}
        self._postman = Postman(self.postbox, "https://tsunagi.example")

    @staticmethod
    def at(day: int) -> datetime:
        """Five in the morning of the day with this number."""
        return datetime.combine(FIRST + timedelta(days=day), time(5), TOKYO)

    def live(self, day: int, *, until: int | None = None) -> None:
        """Go through these days, both included."""
        for number in range(day, (until or day) + 1):
            with self.database.writing(BY.scope) as session:
                keep_fresh(session, by=BY, at=self.at(number))
            OpenRequests().make_round(self.database, self.at(number))
            self._postman.make_round(self.database, self.at(number))
            if self.prints:
                self._print(number)

    def _print(self, number: int) -> None:
        at = self.at(number) + timedelta(hours=5)
        with self.database.writing(BY.scope) as session:
            due = outbox.list_due_letters(session, scope=BY.scope, on=at.date(), limit=50)
            if due:
                mark_printed(session, delivery_ids=[letter.id for letter in due], by=BY, at=at)

    def deliveries(self, host_id: int) -> Sequence[Delivery]:
        """All that was queued about a host, oldest first."""
        with self.database.reading(BY.scope) as session:
            found = [
                outbox.get_delivery(session, str(row["id"]), scope=BY.scope)
                for row in rows_of(self.database, "delivery")
                if row["subject_kind"] == "host" and row["subject_id"] == str(host_id)
            ]
            self.texts |= {delivery.id: "".join(delivery.content.paragraphs) for delivery in found}
        return sorted(found, key=lambda delivery: (delivery.made_at, delivery.purpose))

    def said(self, host_id: int) -> list[tuple[int, str, Channel]]:
        """What a host and its keepers were told: day, purpose, channel; without what was withdrawn."""
        return [
            (
                (delivery.made_at.astimezone(TOKYO).date() - FIRST).days,
                delivery.purpose,
                delivery.channel,
            )
            for delivery in self.deliveries(host_id)
            if delivery.state is not DeliveryState.WITHDRAWN
        ]

    def candidates(self, day: int) -> set[int]:
        """The places that the matcher knows on a day."""
        with self.database.reading(BY.scope) as session:
            return set(get_columns(session, at=self.at(day), scope=BY.scope).resource_id.tolist())

    def answer(self, host_id: int, day: int) -> None:
        """The host says that all stands."""
        with self.database.writing(BY.scope) as session:
            own_page.confirm_openings(session, host_id=host_id, by=BY, at=self.at(day))


@pytest.fixture
def calendar(database: Database) -> Calendar:
    return Calendar(database)


LETTER, MAIL, IN_APP = Channel.LETTER, Channel.MAIL, Channel.IN_APP


def test_a_year_without_an_answer_day_by_day(database: Database, calendar: Calendar) -> None:
    keeper = make_account(database, Role.COORDINATOR)
    make_account(database, Role.CSW)
    place = make_resource(database, kind="就労体験", name="手紙の店")
    by_letter = make_host(database, "手紙の店", resource_id=place, ask_by=AskBy.LETTER, confirmed_on=FIRST)
    by_mail = make_host(
        database, "メールの店", ask_by=AskBy.MAIL, email="shop@example.jp", confirmed_on=FIRST
    )
    by_phone = make_host(database, "電話の店", ask_by=AskBy.PHONE, keeper_id=keeper.id, confirmed_on=FIRST)
    unknown = make_host(database, "聞いていない店", email="x@example.jp")
    resting = make_host(database, "休む農園", confirmed_on=FIRST, paused_until=FIRST + timedelta(days=120))
    ended = make_host(database, "やめた店", confirmed_on=FIRST, ended_on=FIRST + timedelta(days=10))
    left = make_host(database, "去った店", confirmed_on=FIRST, is_active=False)
    gathering = make_host(
        database,
        "銭湯の縁台",
        resource_id=make_resource(database, name="銭湯の縁台", is_light=True),
        confirmed_on=FIRST,
    )
    closed = make_host(
        database,
        "しばらく閉まる店",
        resource_id=make_resource(database, name="閉まる店", state=ResourceState.PAUSED),
        confirmed_on=FIRST,
    )

    calendar.live(0, until=YEAR)

    notice = (180, "host.left_notice", IN_APP)
    assert calendar.said(by_letter) == [
        (76, "host.ask", LETTER),
        (90, "host.remind", LETTER),
        (180, "host.left", LETTER),
        notice,
    ]
    assert calendar.said(by_mail) == [
        (76, "host.ask", MAIL),
        (90, "host.remind", MAIL),
        (180, "host.left", MAIL),
        notice,
    ]
    assert calendar.said(by_phone) == [
        (76, "host.ask", IN_APP),
        (90, "host.remind", IN_APP),
        (180, "host.left", LETTER),
        notice,
    ]
    # Nobody ever confirmed: there is no day to count from, so it is asked once and stays.
    assert calendar.said(unknown) == [(0, "host.ask", LETTER)]
    # Asked on the day on which it comes back, by then overdue.
    assert calendar.said(resting)[:2] == [(120, "host.ask", LETTER), (134, "host.remind", LETTER)]
    for silent in (ended, left, gathering, closed):
        assert calendar.said(silent) == []
    assert len(calendar.postbox.taken) == 3
    assert place in calendar.candidates(179)
    assert place not in calendar.candidates(180)


def test_one_tap_brings_it_back_at_once_and_begins_a_new_cycle(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    place = make_resource(database, kind="就労体験", name="あさひ農園")
    host_id = make_host(database, resource_id=place, confirmed_on=FIRST)
    calendar.live(170, until=184)
    assert place not in calendar.candidates(184)

    letter = calendar.deliveries(host_id)[-1]
    assert letter.purpose in ("host.left", "host.left_notice")
    calendar.answer(host_id, 184)

    assert place in calendar.candidates(184)
    calendar.live(185, until=184 + 76)
    assert calendar.said(host_id)[-1] == (184 + 76, "host.ask", LETTER)


def test_what_waits_is_withdrawn_when_the_host_has_confirmed(database: Database, calendar: Calendar) -> None:
    make_account(database, Role.COORDINATOR)
    calendar.prints = False
    host_id = make_host(database, confirmed_on=FIRST)
    calendar.live(76)
    (letter,) = calendar.deliveries(host_id)
    assert letter.state is DeliveryState.WAITING

    calendar.answer(host_id, 77)
    assert OpenRequests().make_round(database, calendar.at(77)) == 1
    assert OpenRequests().make_round(database, calendar.at(77)) == 0

    (letter,) = calendar.deliveries(host_id)
    assert letter.state is DeliveryState.WITHDRAWN


def test_the_link_in_a_letter_works_on_every_day_on_which_it_can_be_printed(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    calendar.prints = False
    host_id = make_host(database, confirmed_on=FIRST)
    for day in range(70, YEAR):
        calendar.live(day)
        with database.reading(BY.scope) as session:
            waiting = outbox.list_deliveries_about(
                session,
                purposes=["host.ask", "host.remind", "host.left"],
                subject_kind="host",
                subject_ids=[str(host_id)],
                only_open=True,
                scope=BY.scope,
            )
            assert len(waiting) == (day >= 76)
            for letter in waiting:
                token = letter.link.removeprefix("/h/")
                two_weeks_later = calendar.at(day) + timedelta(days=13)
                assert find_open_link(session, fingerprint(token), now=two_weeks_later) is not None
    # Nobody is reminded of what was never printed.
    assert {delivery.purpose for delivery in calendar.deliveries(host_id)} == {
        "host.ask",
        "host.left",
        "host.left_notice",
    }


def test_a_link_that_was_handed_over_counts_as_asking_and_is_not_ended(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    calendar.prints = False
    host_id = make_host(database, confirmed_on=FIRST)
    calendar.live(76)
    with database.writing(BY.scope) as session:
        token = invite_host(session, host_id=host_id, by=BY, at=calendar.at(77))

    calendar.live(77, until=90)
    (letter,) = calendar.deliveries(host_id)
    assert letter.state is DeliveryState.WITHDRAWN
    with database.reading(BY.scope) as session:
        assert find_open_link(session, fingerprint(token), now=calendar.at(90)) is not None
    calendar.live(91)
    assert calendar.said(host_id) == [(91, "host.ask", LETTER)]


def test_two_workers_and_a_second_run_ask_once(
    database: Database, calendar: Calendar, in_parallel: InParallel
) -> None:
    make_account(database, Role.COORDINATOR)
    host_id = make_host(database, confirmed_on=FIRST)

    def work(_number: int) -> None:
        Worker(database, {}, FRESHNESS).make_round(calendar.at(76))

    in_parallel(4, work)
    calendar.live(76)
    assert calendar.said(host_id) == [(76, "host.ask", LETTER)]
    assert FRESHNESS[0] in DUTIES


def test_days_that_were_missed_lose_nothing_and_never_come_at_once(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    host_id = make_host(database, confirmed_on=FIRST)
    for day in (100, 101, 140, 200, 201, 260):
        calendar.live(day)
    assert [said for said in calendar.said(host_id) if said[2] is LETTER] == [
        (100, "host.ask", LETTER),
        (140, "host.remind", LETTER),
        (200, "host.left", LETTER),
    ]


def test_two_openings_make_one_request(database: Database, calendar: Calendar) -> None:
    make_account(database, Role.COORDINATOR)
    host_id = make_host(database, confirmed_on=FIRST)
    make_opening(database, host_id, task="種まき", confirmed_on=FIRST + timedelta(days=3))
    calendar.live(70, until=130)
    assert calendar.said(host_id) == [(76, "host.ask", LETTER), (90, "host.remind", LETTER)]
    reminder = calendar.deliveries(host_id)[-1]
    assert "種まき" in calendar.texts[reminder.id]


def test_what_somebody_withdrew_is_not_asked_again_the_next_morning(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    calendar.prints = False
    host_id = make_host(database, confirmed_on=FIRST)
    calendar.live(76)
    (letter,) = calendar.deliveries(host_id)
    with database.writing(BY.scope) as session:
        withdraw_delivery(session, delivery_id=letter.id, by=BY, at=calendar.at(80))
    calendar.live(81, until=89)
    assert calendar.said(host_id) == []
    calendar.live(90)
    assert calendar.said(host_id) == [(90, "host.ask", LETTER)]


def test_a_host_of_a_refuge_is_spoken_of_to_holders_of_the_right_alone(
    database: Database, calendar: Calendar
) -> None:
    make_account(database, Role.COORDINATOR)
    holder = make_account(database, Role.COORDINATOR, rights=[Right.PLACE_IN_REFUGE])
    refuge = make_resource(
        database,
        kind="避難先",
        group=KindGroup.REFUGE,
        name="みなと荘",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
    )
    host_id = make_host(database, "みなと荘を営む会", resource_id=refuge, confirmed_on=FIRST)
    calendar.live(170, until=200)
    told = {delivery.account_id for delivery in calendar.deliveries(host_id) if delivery.account_id}
    assert told == {holder.id}
    letters = [delivery for delivery in calendar.deliveries(host_id) if delivery.channel is LETTER]
    assert letters
    assert {letter.needs_right for letter in letters} == {Right.PLACE_IN_REFUGE}


def test_the_community_hears_once_a_week_how_many_places_want_a_look(
    database: Database, calendar: Calendar
) -> None:
    community = make_account(database, Role.COMMUNITY)
    make_resource(database, name="体操の会", next_check_on=FIRST + timedelta(days=2), confirmed_on=FIRST)
    make_resource(
        database,
        name="みなと荘",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        next_check_on=FIRST,
    )
    make_resource(database, name="来月の会", next_check_on=FIRST + timedelta(days=40), confirmed_on=FIRST)
    calendar.live(0, until=13)
    with database.reading(BY.scope) as session:
        found = [
            outbox.get_delivery(session, str(row["id"]), scope=BY.scope)
            for row in rows_of(database, "delivery")
            if row["purpose"] == "places.week"
        ]
        titles = [delivery.content.title for delivery in found]
    # The first of April is a Wednesday: two Mondays follow within the fortnight.
    assert titles == ["今週 確かめる場所 1件"] * 3
    assert {delivery.account_id for delivery in found} == {community.id}


def test_a_confirmation_by_telephone_can_be_taken_back(database: Database, calendar: Calendar) -> None:
    account = make_account(database, Role.CSW)
    worker = Actor(account.id, "試験", roles=account.role_set, on=FIRST)
    host_id = make_host(database, confirmed_on=FIRST)
    with database.writing(worker.scope) as session:
        confirm_host(session, host_id=host_id, by=worker, at=calendar.at(200))
    with database.reading(BY.scope) as session:
        day = calendar.at(200).date()
        assert queries.find_asking_host(session, host_id, on=day, scope=BY.scope) is None
        later = day + timedelta(days=76)
        asking = queries.find_asking_host(session, host_id, on=later, scope=BY.scope)
    assert asking is not None
    assert asking.confirmed_on == day
