"""The log: append-only by triggers, and what was changed behind them is found."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from app.accounts.vocabulary import Role
from app.audit.service import ensure_head, key_fits, record_event, verify_log
from app.clock import now
from app.crypto.keys import Keyring
from app.db.database import Database
from app.operations.backups import verify_database
from tests.integration.conftest import InParallel
from tests.support.accounts import BY, make_account
from tests.support.databases import Stores, rows_of

CHANGES = {
    "edit": "UPDATE audit_event SET action = 'nothing' WHERE number = 2",
    "edit of all": "UPDATE audit_event SET actor_id = NULL",
    "delete": "DELETE FROM audit_event WHERE number = 2",
    "delete of all": "DELETE FROM audit_event",
}


@pytest.fixture
def log(database: Database) -> Database:
    """A database whose log holds five events."""
    for _ in range(4):
        make_account(database, Role.CSW)
    assert len(rows_of(database, "audit_event")) == 5
    return database


def run(database: Database, *commands: str) -> None:
    """What somebody does who has the database in hand."""
    with database.engine.begin() as connection:
        for command in commands:
            connection.exec_driver_sql(command)


def behind_the_triggers(database: Database, *commands: str) -> None:
    """The same after the triggers were taken away."""
    if database.engine.dialect.name == "sqlite":
        away = [f"DROP TRIGGER audit_event_no_{verb}" for verb in ("UPDATE", "DELETE")]
    else:
        away = ["ALTER TABLE audit_event DISABLE TRIGGER ALL"]
    run(database, *away, *commands)


def verdict(database: Database) -> tuple[int | None, str | None]:
    """Where the log is broken, and how."""
    with database.reading() as session:
        found = verify_log(session)
    return found.broken_at, found.reason


def test_an_untouched_log_holds(log: Database) -> None:
    with log.reading() as session:
        found = verify_log(session)
    assert (found.holds, found.events) == (True, 5)
    assert found.head == rows_of(log, "audit_head")[0]["chained"]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_the_log(log: Database, change: str) -> None:
    before = rows_of(log, "audit_event")
    with pytest.raises(DBAPIError, match="append-only"):
        run(log, change)
    assert rows_of(log, "audit_event") == before


@pytest.mark.parametrize("kind", ["postgis"], indirect=True)
def test_the_log_cannot_be_emptied_at_once(log: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        run(log, "TRUNCATE audit_event")
    assert len(rows_of(log, "audit_event")) == 5


@pytest.mark.parametrize(
    ("commands", "broken_at", "reason"),
    [
        (["UPDATE audit_event SET action = 'x' WHERE number = 3"], 3, "an event was changed"),
        (["UPDATE audit_event SET actor_id = 7 WHERE number = 1"], 1, "an event was changed"),
        (["UPDATE audit_event SET detail = '{}' WHERE number = 5"], 5, "an event was changed"),
        (["UPDATE audit_event SET subject_id = '9' WHERE number = 4"], 4, "an event was changed"),
        (["UPDATE audit_event SET previous = chained WHERE number = 2"], 2, "an event was changed"),
        (["DELETE FROM audit_event WHERE number = 1"], 1, "an event is missing"),
        (["DELETE FROM audit_event WHERE number = 3"], 3, "an event is missing"),
        (["DELETE FROM audit_event WHERE number = 5"], 5, "the last events were cut off"),
        (["DELETE FROM audit_event WHERE number > 2"], 3, "the last events were cut off"),
        (["DELETE FROM audit_event"], 1, "the last events were cut off"),
        (
            ["DELETE FROM audit_event WHERE number = 5", "UPDATE audit_head SET number = 4"],
            5,
            "the last events were cut off",
        ),
        (["UPDATE audit_head SET number = 6"], 6, "the last events were cut off"),
    ],
)
def test_what_was_changed_behind_the_triggers_is_found(
    log: Database, commands: list[str], broken_at: int, reason: str
) -> None:
    behind_the_triggers(log, *commands)
    assert verdict(log) == (broken_at, reason)
    assert any("audit log" in trouble for trouble in verify_database(log).troubles)


def test_an_event_that_was_slipped_in_is_found(log: Database) -> None:
    columns = "at, actor_id, action, subject_kind, subject_id, detail, previous, chained"
    run(
        log,
        f"INSERT INTO audit_event (number, {columns}) SELECT 6, {columns} FROM audit_event WHERE number = 5",
    )
    run(log, "UPDATE audit_head SET number = 6")
    assert verdict(log) == (6, "an event was changed")


def test_a_log_does_not_hold_under_another_key(log: Database, stores: Stores) -> None:
    with log.reading() as session:
        assert key_fits(session)
        session.info["chain key"] = Keyring(bytes(32)).secret
        assert not key_fits(session)
        assert verify_log(session).broken_at == 1


def test_events_of_many_writers_stand_in_one_chain_without_a_gap(
    database: Database, in_parallel: InParallel
) -> None:
    def write(number: int) -> None:
        for _ in range(5):
            with database.writing(BY.scope) as session:
                record_event(
                    session, action="test", subject_kind="test", subject_id=number, by=None, at=now()
                )

    in_parallel(6, write)
    assert verdict(database) == (None, None)
    assert [row["number"] for row in rows_of(database, "audit_event")] == list(range(1, 32))


def test_a_long_log_is_read_in_slices_and_holds(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audit.queries._SLICE", 2)
    for _ in range(4):
        make_account(database)
    assert verdict(database) == (None, None)
    behind_the_triggers(database, "DELETE FROM audit_event WHERE number = 4")
    assert verdict(database) == (4, "an event is missing")


def test_what_is_recorded_reads_the_same_on_both_databases(stores: Stores) -> None:
    moment = now()
    heads = set()
    for kind in ("embedded", "postgis"):
        database = stores.make(kind, "bare")
        with database.writing() as session:
            ensure_head(session)
            record_event(
                session,
                action="test",
                subject_kind="test",
                subject_id="ひ",
                by=7,
                at=moment,
                detail={"count": 3, "word": "つなぎ"},
            )
        heads.add(rows_of(database, "audit_head")[0]["chained"])
    assert len(heads) == 1
