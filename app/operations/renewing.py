"""What follows from the rows of older tables, made behind a migration: a migration imports nothing that the product makes."""

from __future__ import annotations

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db import migrations
from app.db.database import Database
from app.resources.queries.indexing import find_bare_place_id
from app.resources.service.indexing import renew_words


def bring_up(database: Database) -> None:
    """Bring a database to the newest revision, and what is drawn from its rows with it."""
    migrations.upgrade(database.engine)
    renew_missing(database)


def renew_missing(database: Database) -> None:
    """Make what entries are found by where a migration left it empty; do nothing where it is there.

    The tables stand at the newest revision. It may have been stopped midway before: then it is done now.
    """
    by = Actor.system("making anew what entries are found by, after an update")
    with database.reading(by.scope) as session:
        if find_bare_place_id(session, scope=by.scope) is None:
            return
    with database.writing(by.scope) as session:
        renew_words(session, by=by, at=now())
