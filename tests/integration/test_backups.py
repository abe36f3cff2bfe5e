"""Backups: complete, encrypted, verified, and they move between the two databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Role
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.database import Database
from app.db.engines import DatabaseUnusable
from app.operations.backups import make_backup, restore_backup, verify_database
from app.tables import METADATA
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import KEYRING, KINDS, MakeApp, Stores, new_browser, rows_of

SECRET_NAME = "秘密之介という名前"


def quiet(_table: str, _rows: int) -> None:
    """Report nothing."""


def content(database: Database) -> dict[str, list[sa.Row[tuple[object, ...]]]]:
    """Every row of every table as Python sees it, alike on both databases."""
    with database.engine.connect() as connection:
        return {
            table.name: list(connection.execute(sa.select(table).order_by(*table.primary_key)))
            for table in METADATA.sorted_tables
        }


def left_in(folder: Path) -> list[str]:
    """The files of a folder, hidden ones included."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def backup(demo_database: Database, tmp_path: Path) -> Path:
    """A backup of the demo town with one account more."""
    make_account(demo_database, Role.ADMIN, login_name="himitsu", display_name=SECRET_NAME)
    target = tmp_path / "backups" / "town.backup"
    make_backup(demo_database, KEYRING, target, quiet)
    return target


@pytest.mark.parametrize("target_kind", KINDS)
def test_a_backup_restores_every_row_into_either_database(
    demo_database: Database, backup: Path, stores: Stores, make_app: MakeApp, target_kind: str
) -> None:
    target = stores.make(target_kind, "void")
    findings = restore_backup(backup, target, KEYRING, quiet)
    assert findings.sound
    assert content(target) == content(demo_database)
    original = verify_database(demo_database)
    assert (findings.head, findings.events, findings.rows) == (original.head, original.events, original.rows)
    # Numbering and log go on after what was restored, and the restored password works.
    account = make_account(target, Role.CSW)
    assert account.id == max(int(str(row["id"])) for row in rows_of(demo_database, "account")) + 1
    assert verify_database(target).sound
    browser = new_browser(make_app(target, TSUNAGI_MODE="demo"))
    assert browser.sign_in("himitsu", PASSWORD).status_code == 303


def test_a_town_moves_to_the_other_database_and_back(stores: Stores, kind: str, tmp_path: Path) -> None:
    home = stores.make(kind, "demo")
    away = stores.make("postgis" if kind == "embedded" else "embedded", "void")
    again = stores.make(kind, "void")
    make_backup(home, KEYRING, tmp_path / "one", quiet)
    restore_backup(tmp_path / "one", away, KEYRING, quiet)
    make_backup(away, KEYRING, tmp_path / "two", quiet)
    restore_backup(tmp_path / "two", again, KEYRING, quiet)
    assert content(again) == content(home)
    assert migrations.current_revision(again.engine) == migrations.head_revision()


def test_a_backup_file_stands_alone_and_only_its_owner_reads_it(backup: Path) -> None:
    assert left_in(backup.parent) == ["town.backup"]
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_shows_nothing_to_whoever_has_no_key(backup: Path) -> None:
    raw = backup.read_bytes()
    for word in (SECRET_NAME, "himitsu", "account", "CREATE TABLE", "SQLite format 3", "argon2"):
        assert word.encode() not in raw, word
    assert len(raw) > 50_000


def test_the_embedded_database_itself_shows_nothing_to_whoever_has_no_key(
    stores: Stores,
) -> None:
    database = stores.make("embedded")
    make_account(database, login_name="himitsu", display_name=SECRET_NAME)
    file = Path(database.engine.url.database or "")
    files = [path for path in file.parent.iterdir() if path.name.startswith(file.name)]
    assert len(files) == 3
    raw = b"".join(path.read_bytes() for path in files if not path.name.endswith("-shm"))
    for word in (SECRET_NAME, "himitsu", "CREATE TABLE", "SQLite format 3"):
        assert word.encode() not in raw, word


def test_a_backup_made_while_others_write_is_of_one_moment(
    database: Database, stores: Stores, tmp_path: Path
) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(make_account(database, Role.CSW, Role.PLANNER).id)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            findings = make_backup(database, KEYRING, tmp_path / str(number), quiet)
            assert findings.sound
            # Each account is one event and two roles, beside the event that started the installation.
            assert findings.rows["account"] == findings.events - 1
            assert findings.rows["account_role"] == 2 * findings.rows["account"]
    finally:
        stop.set()
        writer.join()
    assert written
    assert verify_database(database).sound


def test_a_backup_can_be_made_after_the_database_was_only_read(database: Database, tmp_path: Path) -> None:
    with database.reading() as session:
        session.execute(sa.select(sa.literal(1)))
    assert make_backup(database, KEYRING, tmp_path / "town", quiet).sound
    make_account(database)
    assert verify_database(database).sound


def test_an_existing_file_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "town.backup"
    target.write_bytes(b"precious")
    with pytest.raises(DatabaseUnusable, match="exists already"):
        make_backup(database, KEYRING, target, quiet)
    assert target.read_bytes() == b"precious"
    assert left_in(tmp_path) == ["town.backup"]


def test_a_database_that_is_not_there_gives_no_backup(stores: Stores, kind: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="nothing to back up"):
        make_backup(stores.make(kind, "void"), KEYRING, tmp_path / "town", quiet)
    assert left_in(tmp_path) == []


def test_a_copy_that_is_not_sound_gets_no_name(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_head SET number = 9")
    with pytest.raises(DatabaseUnusable, match="The copy is not sound: audit log"):
        make_backup(database, KEYRING, tmp_path / "town", quiet)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("filling", ["bare", "started", "demo"])
def test_a_restore_never_goes_into_a_database_that_holds_something(
    stores: Stores, kind: str, filling: str, tmp_path: Path
) -> None:
    make_backup(stores.make("embedded"), KEYRING, tmp_path / "town", quiet)
    target = stores.make(kind, filling)
    before = content(target)
    with pytest.raises(DatabaseUnusable, match="not empty"):
        restore_backup(tmp_path / "town", target, KEYRING, quiet)
    assert content(target) == before


def test_a_write_ahead_log_left_behind_is_not_played_into_the_restored_file(
    stores: Stores, tmp_path: Path
) -> None:
    make_backup(stores.make("embedded"), KEYRING, tmp_path / "town", quiet)
    target = stores.make("embedded", "void")
    Path(f"{target.engine.url.database}-wal").write_bytes(b"left behind")
    with pytest.raises(DatabaseUnusable, match="not empty"):
        restore_backup(tmp_path / "town", target, KEYRING, quiet)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "first page": lambda raw: raw[:100] + b"\x00" + raw[101:],
    "second page": lambda raw: raw[:5_000] + bytes([raw[5_000] ^ 1]) + raw[5_001:],
    "middle": lambda raw: raw[: len(raw) // 2] + b"damage" + raw[len(raw) // 2 + 6 :],
    "end": lambda raw: raw[:-3] + b"abc",
    "cut": lambda raw: raw[: len(raw) * 2 // 3],
    "empty": lambda raw: b"",
    "something else": lambda raw: b"%PDF-1.7" + raw,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_leaves_the_target_empty(
    stores: Stores, kind: str, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "backups"
    make_backup(stores.make("embedded", "demo"), KEYRING, folder / "town", quiet)
    raw = (folder / "town").read_bytes()
    (folder / "town").write_bytes(DAMAGES[damage](raw))
    target = stores.make(kind, "void")
    with pytest.raises(DatabaseUnusable):
        restore_backup(folder / "town", target, KEYRING, quiet)
    assert migrations.current_revision(target.engine) is None
    assert left_in(folder) == ["town"]
    if kind == "embedded":
        assert not Path(target.engine.url.database or "").exists()


def test_a_backup_under_another_key_is_refused(stores: Stores, kind: str, tmp_path: Path) -> None:
    make_backup(stores.make("embedded"), KEYRING, tmp_path / "town", quiet)
    other = Keyring(bytes(32))
    target = Database(stores.url(kind, "void"), other)
    with pytest.raises(DatabaseUnusable, match="does not open with this key"):
        restore_backup(tmp_path / "town", target, other, quiet)
    assert migrations.current_revision(target.engine) is None
    target.dispose()
    assert left_in(tmp_path) == ["town"]


def test_a_restore_that_breaks_off_leaves_the_server_empty(stores: Stores, tmp_path: Path) -> None:
    make_backup(stores.make("embedded", "demo"), KEYRING, tmp_path / "town", quiet)
    target = stores.make("postgis", "void")

    def break_off(_table: str, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(tmp_path / "town", target, KEYRING, break_off)
    assert migrations.current_revision(target.engine) is None
    assert restore_backup(tmp_path / "town", target, KEYRING, quiet).sound


def test_a_backup_that_is_not_there_is_told(stores: Stores, kind: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="There is no backup"):
        restore_backup(tmp_path / "nowhere", stores.make(kind, "void"), KEYRING, quiet)


def test_a_backup_of_an_older_revision_is_brought_up_and_stays_as_it_is(
    stores: Stores, kind: str, tmp_path: Path
) -> None:
    old = stores.make("embedded")
    make_account(old)
    make_backup(old, KEYRING, tmp_path / "town", quiet)
    file = stores.open(old.engine.url.set(database=str(tmp_path / "town")))
    migrations.downgrade(file.engine, "-1")
    file.dispose()
    before = (tmp_path / "town").read_bytes()
    target = stores.make(kind, "void")
    assert restore_backup(tmp_path / "town", target, KEYRING, quiet).sound
    assert len(rows_of(target, "account")) == 1
    assert (tmp_path / "town").read_bytes() == before


def test_every_table_is_in_the_report_of_a_copy(stores: Stores, tmp_path: Path) -> None:
    reported: dict[str, int] = {}
    source = stores.make("postgis", "demo")
    findings = make_backup(source, KEYRING, tmp_path / "town", reported.__setitem__)
    assert reported == {name: count for name, count in findings.rows.items() if count}
