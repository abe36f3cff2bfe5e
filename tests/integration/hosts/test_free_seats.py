"""One account of free seats for lists, the matcher and whoever takes a seat; a month's cap that nobody slips through."""

from __future__ import annotations

import multiprocessing
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from app.accounts.vocabulary import Actor, Role
from app.clock import TOKYO, frozen, now
from app.db.database import Database
from app.resources.models import Host, Opening, OpeningSlot, Resource
from app.resources.queries import seats as queries
from app.resources.queries.candidates import get_columns
from app.resources.queries.openings import list_openings_of_host
from app.resources.queries.seats import FreeSlot, find_resources_with_free_seats
from app.resources.service.hosts import invite_host
from app.resources.service.seats import hold_seat, pass_seats, take_over_seats, take_seats
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState, SeatReason
from app.web.errors import Missing, Refused
from tests.factories.cases import make_actor
from tests.factories.openings import make_host
from tests.factories.resources import make_kind
from tests.integration.conftest import InParallel
from tests.support.clients import Browser
from tests.support.databases import KEYRING, rows_of
from tests.support.seats import free_by_slot

# A Friday; the slots are held on Tuesdays and Thursdays.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)
TODAY = NOW.date()
TUESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 26)
DAY = timedelta(days=1)
BY = Actor.system("test")
RACERS = 20


def change(database: Database, host_id: int, **facts: Any) -> None:
    """Change the opening of a host, or with ``host=`` and ``place=`` the host and the place themselves."""
    with database.writing(BY.scope) as session:
        opening = list_openings_of_host(session, host_id, scope=BY.scope)[0]
        place = session.get_one(Resource, opening.resource_id)
        for row, values in (
            (session.get_one(Host, host_id), facts.pop("host", {})),
            (place, facts.pop("place", {})),
        ):
            for name, value in values.items():
                setattr(row, name, value)
        for slot in opening.slots:
            for name, value in facts.get("slots", {}).items():
                setattr(slot, name, value)
        facts.pop("slots", None)
        for name, value in facts.items():
            setattr(opening, name, value)


def slots_of(
    database: Database, *, on: date = TODAY, at: datetime = NOW, holder: str | None = None
) -> list[FreeSlot]:
    with database.reading(BY.scope) as session:
        return queries.list_free_slots(session, at=at, on=on, holder=holder, scope=BY.scope)


def words(database: Database, **asked: Any) -> list[str]:
    return [slot.words for slot in slots_of(database, **asked)]


def hold(database: Database, slot_id: int, holder: str, *, on: date = TODAY, at: datetime = NOW) -> date:
    """Hold a seat for a week and return the day from which it is."""
    with database.writing(BY.scope) as session:
        return hold_seat(
            session,
            slot_id=slot_id,
            holder=holder,
            starts_on=on,
            held_until=at + 7 * DAY,
            by=BY,
            at=at,
        ).starts_on


@pytest.fixture
def host_id(database: Database) -> int:
    """A host with two seats on Tuesday mornings and two on Thursday mornings."""
    return make_host(database)


@pytest.fixture
def slot_ids(database: Database, host_id: int) -> list[int]:
    assert host_id
    return [slot.slot_id for slot in slots_of(database)]


def test_a_slot_says_when_it_is_and_how_many_can_begin(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, slots={"begins_minute": 570, "ends_minute": 690})
    hold(database, slot_ids[0], "one")
    tuesday, thursday = slots_of(database)
    assert (tuesday.when, tuesday.words) == ("火曜 午前 9:30〜11:30", "あと1人")
    assert (thursday.when, thursday.words) == ("木曜 午前 9:30〜11:30", "あと2人")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"ended_on": TODAY}, SeatReason.OPENING_ENDED),
        ({"host": {"is_active": False}}, SeatReason.HOST_INACTIVE),
        ({"place": {"state": ResourceState.PAUSED}}, SeatReason.PLACE_PAUSED),
        ({"place": {"state": ResourceState.ENDED}}, SeatReason.PLACE_ENDED),
        ({"paused_until": TODAY + 20 * DAY}, SeatReason.PAUSED),
        ({"slots": {"seats": 0}}, SeatReason.NO_SEATS),
        ({"monthly_limit": 0}, SeatReason.MONTH_FULL),
    ],
)
def test_what_a_list_calls_not_free_nobody_can_hold(
    database: Database, host_id: int, slot_ids: list[int], facts: dict[str, Any], why: SeatReason
) -> None:
    change(database, host_id, **facts)
    assert {slot.answer.why for slot in slots_of(database)} == {why}
    with pytest.raises(Refused) as refusal:
        hold(database, slot_ids[0], "one")
    assert words(database)[0] in refusal.value.message
    assert rows_of(database, "reservation") == []


def test_a_place_that_is_closed_on_a_day_offers_its_next_one(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    closed = {"from": "2026-11-23", "to": "2026-11-25", "why": "改修"}
    change(database, host_id, place={"timetable": {"v": 1, "closures": [closed]}})
    assert [slot.answer.on for slot in slots_of(database)] == [TUESDAY + 7 * DAY, THURSDAY]
    assert hold(database, slot_ids[0], "one") == TUESDAY + 7 * DAY
    with database.reading(BY.scope) as session:
        on_day = find_resources_with_free_seats(session, on=TUESDAY, now=NOW, day_only=True, scope=BY.scope)
        later = find_resources_with_free_seats(session, on=TUESDAY, now=NOW, scope=BY.scope)
    assert (len(on_day), len(later)) == (0, 1)


def test_a_pause_ends_by_itself_on_its_day(database: Database, host_id: int, slot_ids: list[int]) -> None:
    change(database, host_id, paused_until=date(2026, 12, 1))
    assert words(database) == ["休み中（12月1日から再開）"] * 2
    with database.reading(BY.scope) as session:
        before = get_columns(session, at=NOW, scope=BY.scope)
    assert before.is_paused.tolist() == [True]
    assert before.free_seats.tolist() != [0]
    with frozen(datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)):
        assert words(database, on=now().date(), at=now()) == ["あと2人"] * 2
        with database.reading(BY.scope) as session:
            back = get_columns(session, at=now(), scope=BY.scope)
        assert (back.is_paused.tolist(), back.free_seats.tolist()) == ([False], [2])
        assert hold(database, slot_ids[0], "one", on=now().date(), at=now()) == date(2026, 12, 1)


def test_an_opening_that_ended_is_not_in_the_matcher_and_takes_no_seat_away(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    hold(database, slot_ids[0], "one")
    change(database, host_id, ended_on=TODAY)
    with database.reading(BY.scope) as session:
        columns = get_columns(session, at=NOW, scope=BY.scope)
    assert (columns.opening_id < 0).all()
    with database.writing(BY.scope) as session:
        assert take_seats(session, holder="one", starts_on=TODAY, by=BY, at=NOW) == 1
    assert [slot.answer.used for slot in slots_of(database)] == [1, 0]


def test_fewer_seats_take_none_from_who_holds_one(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    hold(database, slot_ids[0], "one")
    change(database, host_id, slots={"seats": 0}, monthly_limit=0, paused_until=TODAY + 90 * DAY)
    assert hold(database, slot_ids[0], "one") == TUESDAY
    with database.writing(BY.scope) as session:
        pass_seats(session, holder="one", to="placement", slot_ids=slot_ids, by=BY, at=NOW)
        assert take_seats(session, holder="placement", starts_on=TUESDAY + 7 * DAY, by=BY, at=NOW) == 1
    (seat,) = rows_of(database, "reservation")
    assert (seat["holder"], seat["state"], str(seat["starts_on"])) == ("placement", "taken", "2026-12-01")


def test_what_is_passed_on_is_given_back_where_it_is_not_wanted(
    database: Database, slot_ids: list[int]
) -> None:
    hold(database, slot_ids[0], "one")
    with database.writing(BY.scope) as session:
        pass_seats(session, holder="one", to="placement", slot_ids=slot_ids[1:], by=BY, at=NOW)
    assert words(database) == ["あと2人", "あと2人"]


def test_who_goes_there_already_is_asked_nothing(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, ended_on=TODAY, slots={"seats": 0})
    with database.writing(BY.scope) as session:
        take_over_seats(
            session, slot_ids=slot_ids, holder="long since", starts_on=TODAY - 90 * DAY, by=BY, at=NOW
        )
    assert [slot.answer.used for slot in slots_of(database)] == [1, 1]


def test_a_cap_counts_both_slots_and_each_person_once(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, monthly_limit=1, slots={"seats": 9})
    hold(database, slot_ids[0], "one")
    assert words(database) == ["月の上限に達しました（11月は1人まで）"] * 2
    assert hold(database, slot_ids[1], "one") == THURSDAY
    with pytest.raises(Refused, match="11月は1人まで"):
        hold(database, slot_ids[1], "two")
    assert hold(database, slot_ids[1], "two", on=date(2026, 12, 1)) == date(2026, 12, 3)


def test_a_week_that_is_full_opens_again_with_the_next(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, monthly_limit=5, slots={"seats": 9})
    first_of_month = datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)
    day = first_of_month.date()
    hold(database, slot_ids[0], "one", on=day, at=first_of_month)
    assert words(database, on=day, at=first_of_month) == ["今週の上限に達しました（来週また空きます）"] * 2
    next_week = first_of_month + 7 * DAY
    assert words(database, on=next_week.date(), at=next_week)[0] == "あと2人"


def _race(url: URL, slot_id: int, number: int, gate: object, results: object) -> None:
    """One process: wait for the others, then ask for the last beginning of the month."""
    database = Database(url, KEYRING)
    # What a process does once in its life is done before: what is raced is the seat.
    slots_of(database)
    gate.wait()  # type: ignore[attr-defined]
    try:
        hold(database, slot_id, f"racer-{number}")
        results.put("held")  # type: ignore[attr-defined]
    except Refused:
        results.put("refused")  # type: ignore[attr-defined]
    except Exception as error:
        results.put(f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]
    finally:
        database.dispose()


def test_of_twenty_who_ask_in_two_slots_for_the_last_beginning_of_a_month_one_gets_it(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, monthly_limit=1, slots={"seats": 50})
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    gate, results = processes.Barrier(RACERS), processes.Queue()
    racers = [
        processes.Process(
            target=_race, args=(database.engine.url, slot_ids[number % 2], number, gate, results)
        )
        for number in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    answers = sorted(results.get(timeout=120) for _ in racers)
    for racer in racers:
        racer.join()
    results.close()
    results.join_thread()
    assert answers == ["held"] + ["refused"] * (RACERS - 1)
    assert len(rows_of(database, "reservation")) == 1


def test_the_lock_of_the_opening_alone_keeps_the_cap(
    database: Database,
    host_id: int,
    slot_ids: list[int],
    in_parallel: InParallel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(database, host_id, monthly_limit=1, slots={"seats": 50})
    # Otherwise everybody waits for the log first, and the lock is never put to the test.
    monkeypatch.setattr("app.resources.service.seats.get_locked_head", lambda _session: None)
    refused: list[Refused] = []

    def ask(number: int) -> None:
        try:
            hold(database, slot_ids[number % 2], f"racer-{number}")
        except Refused as refusal:
            refused.append(refusal)

    in_parallel(6, ask)
    assert len(refused) == 5
    assert len(rows_of(database, "reservation")) == 1


def test_places_with_a_free_seat_are_found_for_a_day_or_from_it_on(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    full = make_host(database, "満席の店", seats=0)
    assert full != host_id

    def found(on: date, *, day_only: bool = False) -> set[int]:
        with database.reading(BY.scope) as session:
            return find_resources_with_free_seats(session, on=on, now=NOW, day_only=day_only, scope=BY.scope)

    with database.reading(BY.scope) as session:
        place = list_openings_of_host(session, host_id, scope=BY.scope)[0].resource_id
    assert found(TODAY) == found(TUESDAY, day_only=True) == {place}
    assert found(TODAY, day_only=True) == set()
    assert slot_ids


def test_a_secret_refuge_has_no_seats_for_whoever_lacks_the_right(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    kind_id = make_kind(database, "避難先", KindGroup.REFUGE)
    hidden = {"is_refuge": True, "disclosure": Disclosure.CLOSED, "kind_id": kind_id}
    change(database, host_id, place=hidden)
    worker = make_actor(database, Role.COORDINATOR)
    with database.reading(worker.scope) as session:
        assert free_by_slot(session, on=TODAY, now=NOW, scope=worker.scope) == {}
        assert find_resources_with_free_seats(session, on=TODAY, now=NOW, scope=worker.scope) == set()
    with database.writing(worker.scope) as session, pytest.raises(Missing):
        hold_seat(
            session,
            slot_id=slot_ids[0],
            holder="one",
            starts_on=TODAY,
            held_until=NOW + DAY,
            by=worker,
            at=NOW,
        )
    assert len(slots_of(database)) == 2


def test_the_seats_of_a_town_take_two_statements_however_many_there_are(
    database: Database, host_id: int, slot_ids: list[int]
) -> None:
    for number in range(8):
        make_host(database, f"店{number}")
    for number in range(9):
        with database.writing(BY.scope) as session:
            take_over_seats(session, slot_ids=slot_ids, holder=f"p{number}", starts_on=TODAY, by=BY, at=NOW)
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    found = slots_of(database)
    sa.event.remove(database.engine, "before_cursor_execute", note)
    assert len(found) == 18
    assert sum(statement.startswith("SELECT") for statement in sent) == 2
    assert host_id


def test_a_host_reads_what_is_free_and_why_not(
    client: Browser, database: Database, host_id: int, slot_ids: list[int]
) -> None:
    with database.writing(BY.scope) as session:
        session.execute(sa.update(Opening).values(monthly_limit=None))
        session.execute(
            sa.update(OpeningSlot).where(OpeningSlot.id == slot_ids[1]).values(seats=0, begins_minute=570)
        )
        link = "/h/" + invite_host(session, host_id=host_id, by=BY, at=now())
    page = client.get(link).get_data(as_text=True)
    assert "火曜 午前" in page
    assert "あと2人" in page
    assert "木曜 午前 9:30から" in page
    assert "いまは席を出していません" in page


def test_an_opening_that_ended_stays_in_the_hosts_sight_while_somebody_comes(
    client: Browser, database: Database, host_id: int, slot_ids: list[int]
) -> None:
    change(database, host_id, ended_on=now().date())
    with database.writing(BY.scope) as session:
        link = "/h/" + invite_host(session, host_id=host_id, by=BY, at=now())
    assert "袋づめ" not in client.get(link).get_data(as_text=True)
    with database.writing(BY.scope) as session:
        take_over_seats(session, slot_ids=slot_ids[:1], holder="one", starts_on=now().date(), by=BY, at=now())
    page = client.get(link).get_data(as_text=True)
    assert "袋づめ" in page
    assert "枠は終わりました" in page
