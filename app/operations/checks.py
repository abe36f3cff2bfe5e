"""May the product serve this database, and, as a monitor asks, can it do its work?"""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.queries import find_installation
from app.audit.service import key_fits
from app.config import Mode
from app.db.database import Database
from app.db.engines import DatabaseUnusable
from app.db.migrations import current_revision, head_revision, refuse_other_revision

_LEAST_FREE_SHARE = 0.1


def refuse_unfit(database: Database, mode: Mode) -> None:
    """Raise `DatabaseUnusable` unless this code, this key and this mode belong to the database.

    Demo accounts have a published password: a production start must never serve them.
    """
    refuse_other_revision(database.engine)
    with database.reading() as session:
        installation, fits = find_installation(session), key_fits(session)
    if installation is None:
        raise DatabaseUnusable("The database was never started. Run: tsunagi start")
    if not fits:
        raise DatabaseUnusable(
            "This key is not the one that the database was started with. Put the right one into TSUNAGI_KEY_FILE."
        )
    if installation.is_demo and mode is Mode.PRODUCTION:
        raise DatabaseUnusable(
            "This database is marked `demo`: its accounts have a published password. "
            "Give production an empty database, or start with TSUNAGI_MODE=demo."
        )


def check_health(database: Database) -> dict[str, bool]:
    """Return each check by name and whether it holds.

    `database`: it answers. `revision`: its tables are those that this code needs. `disk`: at least a tenth is free
    where the embedded file lies, because SQLite cannot even tidy up on a full disk.
    """
    engine = database.engine
    try:
        revision = current_revision(engine) == head_revision()
        answers = True
    except (SQLAlchemyError, DatabaseUnusable):
        revision = answers = False
    return {"database": answers, "revision": revision, "disk": _has_room(engine)}


def _has_room(engine: sa.Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return True
    usage = shutil.disk_usage(Path(engine.url.database or ".").parent)
    return usage.free / usage.total >= _LEAST_FREE_SHARE
