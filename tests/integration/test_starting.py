"""A start that is doubtful is refused, in one plain line, by the command as an operator types it."""

from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.crypto.keys import load_key, make_key
from app.db import migrations
from app.db.database import Database
from tests.support.databases import KEYRING, Stores, environment_for, rows_of
from tests.support.processes import Server, free_port, run_tsunagi

Environment = dict[str, str]


@pytest.fixture
def environment(stores: Stores, kind: str, key_file: Path) -> Environment:
    """The settings of a production that was started, on a port that is free."""
    return environment_for(stores.url(kind), key_file) | {"PORT": str(free_port())}


def assert_refused(environment: Environment, reason: str, *arguments: str) -> None:
    """The command ends with this reason in one plain message."""
    ended = run_tsunagi(environment, *(arguments or ("serve",)))
    assert ended.returncode != 0
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_demo_is_not_served_in_production(
    stores: Stores, kind: str, key_file: Path, environment: Environment
) -> None:
    demo = environment | environment_for(stores.url(kind, "demo"), key_file)
    assert_refused(demo, "marked `demo`: its accounts have a published password")


def test_without_its_key_nothing_starts_and_no_key_is_made(environment: Environment, tmp_path: Path) -> None:
    missing = tmp_path / "missing.key"
    assert_refused(environment | {"TSUNAGI_KEY_FILE": str(missing)}, "No key at")
    assert_refused(environment | {"TSUNAGI_KEY_FILE": str(missing)}, "No key at", "serve", "--demo")
    assert not missing.exists()


def test_a_key_that_others_can_read_starts_nothing(environment: Environment, tmp_path: Path) -> None:
    key = tmp_path / "open.key"
    key.write_text(KEYRING.secret.hex(), encoding="ascii")
    key.chmod(0o640)
    assert_refused(environment | {"TSUNAGI_KEY_FILE": str(key)}, f"chmod 600 {key}")


def test_another_key_starts_nothing(environment: Environment, tmp_path: Path, kind: str) -> None:
    key = tmp_path / "other.key"
    make_key(key)
    reason = (
        "does not open with this key" if kind == "embedded" else "not the one that the database was started"
    )
    assert_refused(environment | {"TSUNAGI_KEY_FILE": str(key)}, reason)


def test_an_older_revision_starts_nothing(stores: Stores, environment: Environment) -> None:
    database = stores.open(make_url(environment["DATABASE_URL"]))
    migrations.downgrade(database.engine, "-1")
    assert_refused(environment, f"this code needs {migrations.head_revision()}")


def test_a_database_that_was_never_started_is_not_served(
    stores: Stores, kind: str, key_file: Path, environment: Environment
) -> None:
    bare = environment | environment_for(stores.url(kind, "bare"), key_file)
    assert_refused(bare, "The database was never started. Run: tsunagi start")


def test_a_database_that_is_not_there_is_not_made_by_the_way(
    stores: Stores, kind: str, key_file: Path, environment: Environment
) -> None:
    url = stores.url(kind, "void")
    assert_refused(environment | environment_for(url, key_file), "stands at revision none")
    if kind == "embedded":
        assert not Path(url.database or "").exists()


def test_wrong_settings_are_listed_all_at_once(environment: Environment) -> None:
    wrong = environment | {"PORT": "http", "TSUNAGI_MODE": "test", "TSUNAGI_HTTPS": "yes"}
    ended = run_tsunagi(wrong, "serve")
    assert ended.returncode != 0
    for name in ("PORT", "TSUNAGI_MODE", "TSUNAGI_HTTPS"):
        assert f"{name} is not usable" in ended.stderr


def test_a_first_start_makes_key_and_tables_and_shows_the_first_password_once(
    stores: Stores, kind: str, tmp_path: Path
) -> None:
    key = tmp_path / "var" / "tsunagi.key"
    url = stores.url(kind, "void")
    environment = environment_for(url, key)
    arguments = ("start", "--admin", "boss", "--name", "管理 する子", "--organisation", "福祉課")
    ended = run_tsunagi(environment, *arguments)
    assert ended.returncode == 0, ended.stderr
    assert "First password (shown this once)" in ended.stdout
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    if kind == "embedded":
        assert stat.S_IMODE(Path(url.database or "").stat().st_mode) == 0o600
    again = run_tsunagi(environment, *arguments)
    assert again.returncode != 0
    assert "started already" in again.stderr
    health = run_tsunagi(environment, "verify", "--json")
    assert json.loads(health.stdout)["sound"] is True
    assert json.loads(run_tsunagi(environment, "audit", "verify", "--json").stdout)["holds"] is True


def test_a_lost_key_is_not_replaced_where_there_is_a_database(
    stores: Stores, kind: str, tmp_path: Path
) -> None:
    key = tmp_path / "lost.key"
    environment = environment_for(stores.url(kind), key)
    assert_refused(environment, "No key at", "start", "--admin", "boss", "--name", "x", "--organisation", "y")
    assert not key.exists()


def test_a_log_that_was_tampered_with_is_reported_with_exit_status(
    stores: Stores, environment: Environment
) -> None:
    database = stores.open(make_url(environment["DATABASE_URL"]))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_head SET number = 9")
    database.dispose()
    for command in (("audit", "verify"), ("verify",)):
        ended = run_tsunagi(environment, *command)
        assert ended.returncode == 1
        assert "the last events were cut off" in ended.stderr


def test_the_demo_is_made_once_and_served_with_its_accounts(
    stores: Stores, kind: str, tmp_path: Path
) -> None:
    url, key = stores.url(kind, "void"), tmp_path / "demo.key"
    with Server(environment_for(url, key), "--demo"):
        database = Database(url, load_key(key))
        accounts = rows_of(database, "account")
        database.dispose()
    with Server(environment_for(url, key), "--demo"):
        database = Database(url, load_key(key))
        again = rows_of(database, "account")
        database.dispose()
    assert len(accounts) > 10
    assert again == accounts


def test_resetting_throws_a_demo_away_and_nothing_else(
    stores: Stores, kind: str, key_file: Path, environment: Environment
) -> None:
    assert_refused(environment, "holds a real installation", "reset", "--demo")
    url = stores.url(kind, "demo")
    demo = environment | environment_for(url, key_file)
    assert run_tsunagi(demo, "reset", "--demo").returncode == 0
    assert migrations.current_revision(stores.open(url).engine) is None


def test_a_port_that_is_taken_is_told_with_a_way_out(environment: Environment) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        assert_refused(environment, f"Port {environment['PORT']} is taken")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_key_that_cannot_be_read_is_told(environment: Environment, tmp_path: Path) -> None:
    key = tmp_path / "shut.key"
    make_key(key)
    key.chmod(0)
    assert_refused(environment | {"TSUNAGI_KEY_FILE": str(key)}, "cannot be read")
