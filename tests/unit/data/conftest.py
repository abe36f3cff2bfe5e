"""The committed files of the demo town, read as a town's officer would read them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "data"
Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Rows of a CSV file with a byte order mark."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture(scope="session")
def town() -> dict[str, list[Row]]:
    """Every table of the demo town by its stem."""
    return {path.stem: read_rows(path) for path in sorted((DATA / "demo").glob("*.csv"))}


@pytest.fixture(scope="session")
def tables() -> dict[str, list[Row]]:
    """Every reference table by its stem."""
    return {path.stem: read_rows(path) for path in sorted((DATA / "tables").glob("*.csv"))}


@pytest.fixture(scope="session")
def areas() -> dict[str, Any]:
    """The map of the town."""
    read: dict[str, Any] = json.loads((DATA / "demo" / "areas.geojson").read_text(encoding="utf-8"))
    return read
