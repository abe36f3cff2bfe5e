"""One seat is given once, whoever asks at the same moment."""

from __future__ import annotations

import multiprocessing
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.engine import URL

from app.accounts.vocabulary import Actor
from app.clock import TOKYO
from app.db.database import Database
from app.resources.service.seats import hold_seat, release_seats, take_seats
from app.web.errors import Missing, Refused
from tests.factories.openings import make_slot
from tests.support.databases import KEYRING, rows_of
from tests.support.seats import free_by_slot

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)
TODAY = NOW.date()
BY = Actor.system("test")
RACERS = 20


@pytest.fixture
def slot_id(database: Database) -> int:
    """A slot with one seat."""
    return make_slot(database)


def _hold(database: Database, slot_id: int, holder: str, *, at: datetime = NOW, days: int = 7) -> None:
    with database.writing(BY.scope) as session:
        hold_seat(
            session,
            slot_id=slot_id,
            holder=holder,
            starts_on=TODAY,
            held_until=at + timedelta(days=days),
            by=BY,
            at=at,
        )


def _free(database: Database, slot_id: int, *, on: date = TODAY, now: datetime = NOW) -> int:
    with database.reading(BY.scope) as session:
        return free_by_slot(session, on=on, now=now, scope=BY.scope)[slot_id].count


def _race(url: URL, slot_id: int, number: int, gate: object, results: object) -> None:
    """One process: wait for the others, then ask for the seat."""
    database = Database(url, KEYRING)
    # What a process does once in its life is done before: what is raced is the seat.
    _free(database, slot_id)
    gate.wait()  # type: ignore[attr-defined]
    try:
        _hold(database, slot_id, f"racer-{number}")
        results.put("held")  # type: ignore[attr-defined]
    except Refused:
        results.put("refused")  # type: ignore[attr-defined]
    except Exception as error:
        results.put(f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]
    finally:
        database.dispose()


def test_of_twenty_processes_that_ask_for_one_seat_exactly_one_gets_it(
    database: Database, slot_id: int
) -> None:
    # Forked from a server that has loaded everything: what is raced is the seat, not the loading of modules.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    gate, results = processes.Barrier(RACERS), processes.Queue()
    racers = [
        processes.Process(target=_race, args=(database.engine.url, slot_id, number, gate, results))
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
    assert _free(database, slot_id) == 0


def test_a_second_holder_is_told_to_choose_another_slot(database: Database, slot_id: int) -> None:
    _hold(database, slot_id, "first")
    with pytest.raises(Refused, match="別の曜日か時間"):
        _hold(database, slot_id, "second")


def test_asking_again_makes_the_same_hold_longer_and_takes_no_second_seat(
    database: Database, slot_id: int
) -> None:
    _hold(database, slot_id, "first", days=1)
    _hold(database, slot_id, "first", days=9)
    assert _free(database, slot_id, now=NOW + timedelta(days=5)) == 0


def test_a_hold_that_has_lapsed_leaves_the_seat_free(database: Database, slot_id: int) -> None:
    _hold(database, slot_id, "first", days=1)
    later = NOW + timedelta(days=2)
    assert _free(database, slot_id, now=later) == 1
    _hold(database, slot_id, "second", at=later)
    with database.writing(BY.scope) as session, pytest.raises(Refused, match="期限が過ぎて"):
        take_seats(session, holder="first", starts_on=TODAY, by=BY, at=later)


def test_a_seat_that_is_taken_stays_taken_until_it_is_given_back(database: Database, slot_id: int) -> None:
    _hold(database, slot_id, "first", days=1)
    with database.writing(BY.scope) as session:
        assert take_seats(session, holder="first", starts_on=TODAY, by=BY, at=NOW) == 1
    last_tuesday = date(2026, 12, 22)
    end = NOW + timedelta(days=32)
    assert _free(database, slot_id, on=last_tuesday, now=end) == 0
    with database.writing(BY.scope) as session:
        release_seats(session, holder="first", on=last_tuesday, by=BY, at=end)
    assert _free(database, slot_id, on=last_tuesday, now=end) == 0
    assert _free(database, slot_id, on=last_tuesday + timedelta(days=1), now=end) == 1


def test_a_slot_that_does_not_exist_is_missing(database: Database) -> None:
    with pytest.raises(Missing):
        _hold(database, 999, "first")


def test_what_became_of_a_seat_stands_in_the_log(database: Database, slot_id: int) -> None:
    _hold(database, slot_id, "first")
    with database.writing(BY.scope) as session:
        release_seats(session, holder="first", on=TODAY, by=BY, at=NOW)
    actions = [str(row["action"]) for row in rows_of(database, "audit_event")]
    assert [action for action in actions if action.startswith("seat.")] == ["seat.held", "seat.released"]
