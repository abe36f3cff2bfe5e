"""Backup, restore and verification, alike for both databases.

A backup is always an embedded, encrypted database file: on the embedded database a compact copy of itself, on
PostgreSQL a copy of all rows into a new one. So there is one thing to verify and to restore, no dump tool whose
version has to match, nothing unencrypted on a disk, and a town can move from one database to the other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from app.audit.service import verify_log
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.copying import copy_rows, count_rows
from app.db.database import Database
from app.db.engines import DatabaseUnusable
from app.db.spatial.index import count_unindexed
from app.tables import METADATA

Report = Callable[[str, int], None]
"""Told the table and how many of its rows were copied, for a progress line."""


@dataclass(frozen=True)
class Findings:
    """What a verification found: counts, the head of the audit chain, and every trouble in words."""

    revision: str | None
    rows: dict[str, int]
    events: int
    head: str
    troubles: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.troubles


def verify_database(database: Database) -> Findings:
    """Check the pages, the references, the spatial indexes and the audit chain of a database."""
    engine = database.engine
    revision = migrations.current_revision(engine)
    if revision != migrations.head_revision():
        return Findings(revision, {}, 0, "", ("the tables are not those that this code needs",))
    with database.reading() as session:
        connection = session.connection()
        troubles = [*_storage_troubles(connection), *_spatial_troubles(connection)]
        verdict = verify_log(session)
        if not verdict.holds:
            troubles.append(f"audit log: {verdict.reason}, first at event {verdict.broken_at}")
        rows = count_rows(connection, METADATA)
    return Findings(revision, rows, verdict.events, verdict.head, tuple(troubles))


def make_backup(database: Database, keyring: Keyring, target: Path, report: Report) -> Findings:
    """Write a backup to `target` and verify it; raise `DatabaseUnusable` when the file exists or is not sound.

    The file appears under its name only after it was verified.
    """
    if target.exists():
        raise DatabaseUnusable(f"{target} exists already; it is not overwritten.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _scratch_beside(target) as scratch:
        if database.engine.dialect.name == "sqlite":
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                _driver(connection).execute("VACUUM INTO ?", (str(scratch),))
        else:
            _copy(database, _fresh(scratch, keyring), report)
        findings = _verify_file(scratch, keyring)
        if not findings.sound:
            raise DatabaseUnusable("The copy is not sound: " + "; ".join(findings.troubles))
        scratch.chmod(0o600)
        scratch.replace(target)
    return findings


def restore_backup(source: Path, database: Database, keyring: Keyring, report: Report) -> Findings:
    """Bring a backup into an empty database and verify it; raise `DatabaseUnusable` when that is not possible.

    A backup of an older revision is brought up on the way; the file itself stays as it is.
    """
    if not source.is_file():
        raise DatabaseUnusable(f"There is no backup at {source}.")
    refuse_filled(database)
    url = database.engine.url
    beside = Path(url.database or "") if url.get_backend_name() == "sqlite" else source
    with _scratch_beside(beside) as scratch:
        scratch.write_bytes(source.read_bytes())
        copy = Database(URL.create("sqlite", database=str(scratch)), keyring)
        try:
            migrations.upgrade(copy.engine)
            findings = verify_database(copy)
            if not findings.sound:
                raise DatabaseUnusable("The backup is not sound: " + "; ".join(findings.troubles))
            if url.get_backend_name() == "sqlite":
                with copy.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    _driver(connection).execute("VACUUM INTO ?", (url.database,))
                Path(url.database or "").chmod(0o600)
            else:
                migrations.upgrade(database.engine)
                _copy(copy, database, report)
        finally:
            copy.dispose()
    return verify_database(database)


def refuse_filled(database: Database) -> None:
    """Raise `DatabaseUnusable` unless the database is empty: a restore never overwrites."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        filled = Path(url.database or "").exists()
    else:
        filled = migrations.current_revision(database.engine) is not None
    if filled:
        raise DatabaseUnusable(
            "The database that DATABASE_URL names is not empty, and a restore never overwrites. "
            "Name an empty one; when the restore was verified, move it into place."
        )


def _copy(source: Database, target: Database, report: Report) -> None:
    with (
        source.reading() as session,
        target.engine.begin() as connection,
    ):
        for table, rows in copy_rows(session.connection(), connection, METADATA):
            report(table, rows)


def _fresh(path: Path, keyring: Keyring) -> Database:
    fresh = Database(URL.create("sqlite", database=str(path)), keyring)
    migrations.upgrade(fresh.engine)
    return fresh


def _verify_file(path: Path, keyring: Keyring) -> Findings:
    database = Database(URL.create("sqlite", database=str(path)), keyring)
    try:
        return verify_database(database)
    finally:
        # The last connection to close folds the write-ahead log into the file, which then stands alone.
        database.dispose()


def _storage_troubles(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL checks its pages by itself, and its constraints cannot be switched off by us.
    driver = _driver(connection)
    for pragma in ("integrity_check", "foreign_key_check"):
        found = [row for row in driver.execute(f"PRAGMA {pragma}").fetchall() if row[0] != "ok"]
        if found:
            yield f"{pragma}: {len(found)} troubles, first: {found[0]}"


def _spatial_troubles(connection: sa.Connection) -> Iterator[str]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if type(column.type).__name__ == "Geometry":
                missing = count_unindexed(connection, table.name, column.name)
                if missing:
                    yield f"spatial index of {table.name}.{column.name}: {missing} rows differ"


def _driver(connection: sa.Connection) -> Any:
    """Return the driver's own connection, for statements that SQLAlchemy must not wrap in a transaction."""
    return connection.connection.driver_connection


@contextmanager
def _scratch_beside(path: Path) -> Iterator[Path]:
    """Give the path of a file in a private folder beside `path`, on the same disk so that a move is one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tsunagi-") as folder:
        yield Path(folder, "copy.db")
