"""Taking texts in as files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.database import Database
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.exchange.report import ImportReport
from app.resources.service.importing import ImportMode, import_resources

BY = Actor.system("test")

Take = Callable[..., ImportReport]


@pytest.fixture
def take(database: Database) -> Take:
    """``take(text, mode=…, by=…, options=…)``: import the text in a transaction of its own."""

    def run(
        text: str | bytes,
        *,
        mode: ImportMode = ImportMode.NORMAL,
        by: Actor = BY,
        options: Options | None = None,
    ) -> ImportReport:
        data = text.encode() if isinstance(text, str) else text
        rows = check_rows(read_table(data, "file.csv"), options)
        with database.writing(by.scope) as session:
            return import_resources(session, rows=rows, mode=mode, by=by, at=now())

    return run
