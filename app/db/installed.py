"""The database of this environment, for commands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import Settings
from app.crypto.keys import load_key
from app.db.database import Database
from app.db.migrations import refuse_other_revision


@contextmanager
def installed() -> Iterator[Database]:
    """Give the database that the environment names, with its key; raise when it is not one that this code can use."""
    settings = Settings.from_environment(os.environ)
    database = Database(settings.database_url, load_key(settings.key_file))
    try:
        refuse_other_revision(database.engine)
        yield database
    finally:
        database.dispose()
