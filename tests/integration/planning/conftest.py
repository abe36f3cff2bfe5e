"""A small town with districts, residents, places and cases in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from app.clock import frozen
from app.db.database import Database
from tests.factories.planning import FIRST_DAY, SmallTown, make_small_town


@pytest.fixture
def small_town(database: Database) -> SmallTown:
    """Two districts with four towns."""
    return make_small_town(database)


@pytest.fixture
def on_the_first_day() -> Iterator[datetime]:
    with frozen(FIRST_DAY) as moment:
        yield moment
