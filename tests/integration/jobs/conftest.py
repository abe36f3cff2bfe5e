"""The environment of a process that works on the database of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from tests.support.databases import environment_for


@pytest.fixture
def environment(database: Database, key_file: Path) -> dict[str, str]:
    """What `tsunagi` is told."""
    return environment_for(database.engine.url, key_file)
