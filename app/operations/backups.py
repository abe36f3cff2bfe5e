"""Backup, restore and verification, alike for both databases.

A backup is always an embedded, encrypted database file: on the embedded database a compact copy of itself, on
PostgreSQL a copy of all rows into a new one. So there is one thing to verify and to restore, no dump tool whose
version has to match, nothing unencrypted on a disk, and a town can move from one database to the other.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from app.audit.service import verify_log
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.copying import copy_rows, count_rows
from app.db.database import Database
from app.db.engines import DatabaseUnusable, compact_into
from app.db.integrity import storage_troubles
from app.db.spatial.index import count_unindexed
from app.operations.renewing import bring_up
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
    revision = None
    try:
        revision = migrations.current_revision(database.engine)
        if revision != migrations.head_revision():
            return Findings(revision, {}, 0, "", ("the tables are not those that this code needs",))
        return _read_all(database, revision)
    except DatabaseError as error:
        # A page that does not decrypt ends the reading; what lies behind it is not known.
        return Findings(revision, {}, 0, "", (f"it cannot be read: {_first_line(error)}",))


def _read_all(database: Database, revision: str) -> Findings:
    with database.reading() as session:
        connection = session.connection()
        troubles = [*storage_troubles(connection), *_spatial_troubles(connection)]
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
    if migrations.current_revision(database.engine) is None:
        raise DatabaseUnusable("The database that DATABASE_URL names holds nothing to back up.")
    with _scratch_beside(target) as scratch:
        if database.engine.dialect.name == "sqlite":
            compact_into(Path(database.engine.url.database or ""), keyring, scratch)
        else:
            with _file(scratch, keyring) as copy:
                migrations.upgrade(copy.engine)
                _copy(database, copy, report)
        with _file(scratch, keyring) as copy:
            findings = verify_database(copy)
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
    is_embedded, target = database.engine.dialect.name == "sqlite", Path(database.engine.url.database or "")
    with _scratch_beside(target if is_embedded else source) as scratch:
        shutil.copyfile(source, scratch)
        try:
            with _file(scratch, keyring) as copy:
                if migrations.current_revision(copy.engine) is None:
                    # An empty file opens under every key, and would become an empty database that looks sound.
                    raise DatabaseUnusable(f"{source} holds no backup.")
                bring_up(copy)
                findings = verify_database(copy)
                if not findings.sound:
                    raise DatabaseUnusable("The backup is not sound: " + "; ".join(findings.troubles))
                if not is_embedded:
                    _fill(database, copy, report)
        except DatabaseError as error:
            raise DatabaseUnusable(f"{source} cannot be restored: {_first_line(error)}") from error
        if is_embedded:
            scratch.chmod(0o600)
            scratch.replace(target)
    return verify_database(database)


def refuse_filled(database: Database) -> None:
    """Raise `DatabaseUnusable` unless the database is empty: a restore never overwrites."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        # A write-ahead log that was left behind would be played back into the restored file.
        filled = any(Path(f"{url.database}{suffix}").exists() for suffix in ("", "-wal", "-journal"))
    else:
        filled = migrations.current_revision(database.engine) is not None
    if filled:
        raise DatabaseUnusable(
            "The database that DATABASE_URL names is not empty, and a restore never overwrites. "
            "Name an empty one; when the restore was verified, move it into place."
        )


def _fill(target: Database, source: Database, report: Report) -> None:
    """Fill an empty server database, and leave it empty when that fails."""
    try:
        migrations.upgrade(target.engine)
        _copy(source, target, report)
    except BaseException:
        migrations.downgrade(target.engine, "base")
        raise


def _copy(source: Database, target: Database, report: Report) -> None:
    with (
        source.reading() as session,
        target.engine.begin() as connection,
    ):
        for table, rows in copy_rows(session.connection(), connection, METADATA):
            report(table, rows)


@contextmanager
def _file(path: Path, keyring: Keyring) -> Iterator[Database]:
    """Open an embedded file for as long as the block lasts.

    The last connection to close folds the write-ahead log into the file, which then stands alone and can be moved.
    """
    database = Database(URL.create("sqlite", database=str(path)), keyring)
    try:
        yield database
    finally:
        database.dispose()


def _spatial_troubles(connection: sa.Connection) -> Iterator[str]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if type(column.type).__name__ == "Geometry":
                missing = count_unindexed(connection, table.name, column.name)
                if missing:
                    yield f"spatial index of {table.name}.{column.name}: {missing} rows differ"


def _first_line(error: DatabaseError) -> str:
    """What the database said, without the rows that PostgreSQL quotes further down."""
    return str(error.orig).partition("\n")[0]


@contextmanager
def _scratch_beside(path: Path) -> Iterator[Path]:
    """Give the path of a file in a private folder beside `path`, on the same disk so that a move is one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tsunagi-") as folder:
        yield Path(folder, "copy.db")
