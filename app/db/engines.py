"""The two engines: the SQLCipher file and PostgreSQL with PostGIS."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event
from sqlalchemy.engine import URL

from app.crypto.keys import Keyring, Purpose
from app.db.spatial import functions

_BUSY_MILLISECONDS = 10_000


class DatabaseUnusable(Exception):
    """The database cannot be opened; the message says what an operator can do."""


def make_engine(url: URL, keyring: Keyring) -> sa.Engine:
    """Return the engine for `url`; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        return _embedded_engine(Path(url.database or ""), keyring)
    # What a statement carried would otherwise stand in the traceback of its failure, and so in the server's log.
    return sa.create_engine(url, pool_pre_ping=True, pool_size=8, hide_parameters=True)


def readers(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for transactions that can only read, each on one consistent state.

    On the embedded file a plain reader would otherwise take the writer's lock for the whole page.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(read_only=True)
    return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def open_embedded(path: Path, keyring: Keyring) -> Any:
    """Open the SQLCipher file and return the DBAPI connection, set up as every connection of ours is."""
    # Made here and not by SQLite: encrypted as it is, nobody else on the machine has a reason to copy it.
    with suppress(OSError):  # It is there already, or its folder is not: SQLite says so itself.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlcipher.connect(str(path), check_same_thread=False)
    # Transactions are begun by the engine below: the driver's own habit would leave DDL outside of them.
    connection.isolation_level = None
    # The key must be the first statement; given raw, since deriving one from a passphrase costs 0.1 s a connection.
    connection.execute(f"PRAGMA key = \"x'{keyring.derive(Purpose.DATABASE).hex()}'\"")
    # What is wrong is raised as an exception; SQLCipher's own log of it goes to the terminal and names pages only.
    connection.execute("PRAGMA cipher_log_level = NONE")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise DatabaseUnusable(
            f"{path} does not open with this key: it is damaged or belongs to another key."
        ) from error
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        # An acknowledged visit or audit row must survive a power cut, not only a crash of the process.
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    functions.register(connection)
    return connection


def compact_into(source: Path, keyring: Keyring, target: Path) -> None:
    """Write a consistent, compact copy of an embedded database under the same key, while others read and write it.

    It has a connection of its own: one of the pool may have been left unable to write by a reader.
    """
    connection = open_embedded(source, keyring)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlcipher.DatabaseError as error:
        raise DatabaseUnusable(f"{source} cannot be copied: {error}.") from error
    finally:
        connection.close()


def _embedded_engine(path: Path, keyring: Keyring) -> sa.Engine:
    engine = sa.create_engine(
        URL.create("sqlite", database=str(path)),
        module=sqlcipher,
        creator=lambda: open_embedded(path, keyring),
        pool_size=8,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read_only = bool(connection.get_execution_options().get("read_only"))
        # Said anew at each begin, because the pool hands the same connection to readers and writers.
        connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only)}")
        # A writer takes the lock at its start: one that upgrades later fails at once under contention, whatever the
        # busy timeout.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
