"""What a monitor asks: can the product do its work?"""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.db.database import Database
from app.db.migrations import current_revision, head_revision

_LEAST_FREE_SHARE = 0.1


def check_health(database: Database) -> dict[str, bool]:
    """Return each check by name and whether it holds.

    `database`: it answers. `revision`: its tables are those that this code needs. `disk`: at least a tenth is free
    where the embedded file lies, because SQLite cannot even tidy up on a full disk.
    """
    engine = database.engine
    try:
        revision = current_revision(engine) == head_revision()
        answers = True
    except SQLAlchemyError:
        revision = answers = False
    return {"database": answers, "revision": revision, "disk": _has_room(engine)}


def _has_room(engine: sa.Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return True
    usage = shutil.disk_usage(Path(engine.url.database or ".").parent)
    return usage.free / usage.total >= _LEAST_FREE_SHARE
