"""The spreadsheets that 高松市 publishes, as the commands take them in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from app.cli import main
from app.clock import now
from app.db.database import Database
from app.resources.service.changes import undo_batch
from tests.integration.imports.conftest import BY
from tests.support.databases import environment_for, rows_of

FACILITIES = {
    "citizen_activity_facility": 4,
    "community_center": 52,
    "disabled_welfare_facility": 8,
    "elderly_welfare_center": 2,
    "regional_child_rearing_support_base": 15,
    "regional_comprehensive_support_center": 7,
}

Command = Callable[..., dict[str, Any]]


@pytest.fixture
def command(database: Database, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """``command("resources", file, "--kind", "公共施設")``: what the import says with `--json`."""
    for name, value in environment_for(database.engine.url, key_file).items():
        monkeypatch.setenv(name, value)

    def run(slice_name: str, file: Path, *options: str) -> dict[str, Any]:
        result = CliRunner().invoke(main, [slice_name, "import", str(file), "--json", *options])
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    return run


@pytest.fixture
def sheets(shared_data: Path) -> Path:
    """The folder of the spreadsheets."""
    return shared_data / "data/takamatsu/xlsx"


def counts(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, refused."""
    return answer["added"], answer["changed"], answer["unchanged"], answer["refused"]


def test_every_facility_is_taken_in_and_the_second_time_nothing_happens(
    command: Command, sheets: Path
) -> None:
    for name, rows in FACILITIES.items():
        file = sheets / f"{name}.xlsx"
        assert counts(command("resources", file)) == (rows, 0, 0, 0), name
        assert counts(command("resources", file)) == (0, 0, rows, 0), name


def test_every_event_is_taken_in_and_the_second_time_nothing_happens(
    database: Database, command: Command, sheets: Path
) -> None:
    assert counts(command("resources", sheets / "events.xlsx")) == (51, 0, 0, 0)
    assert counts(command("resources", sheets / "events.xlsx")) == (0, 0, 51, 0)
    talk = next(row for row in rows_of(database, "resource") if "ミルクのケビン" in str(row["name"]))
    assert (talk["schedule"], talk["timetable"], talk["opens_minute"]) == ("8月12日(水)", None, 810)


def test_the_towns_are_taken_in_with_their_residents(
    database: Database, command: Command, sheets: Path
) -> None:
    file = sheets / "population_0066_202602.xlsx"

    assert counts(command("areas", file)) == (235, 0, 0, 0)
    assert counts(command("areas", file)) == (0, 0, 235, 0)
    town = next(row for row in rows_of(database, "area") if row["name"] == "塩屋町")
    assert (town["residents"], town["households"], str(town["surveyed_on"])) == (402, 231, "2026-02-01")


def test_a_telephone_that_changed_is_shown_as_a_change_and_can_be_taken_back(
    database: Database, command: Command, sheets: Path, tmp_path: Path
) -> None:
    source = sheets / "citizen_activity_facility.xlsx"
    options = ("--kind", "公共施設", "--municipality", "372013")
    command("resources", source, *options)
    before = rows_of(database, "resource")
    book = load_workbook(source)
    sheet = book.active
    assert sheet is not None
    sheet["F2"] = "087-812-0000"
    book.save(tmp_path / source.name)

    answer = command("resources", tmp_path / source.name, *options)

    assert counts(answer) == (0, 1, 3, 0)
    assert [item["line"] for item in answer["items"] if item["verdict"] == "changed"] == [2]
    assert [row["contact"] for row in rows_of(database, "resource") if row["contact"] == "087-812-0000"]
    changes = [row for row in rows_of(database, "catalogue_change") if row["field"] == "contact"]
    assert len(changes) == 1

    with database.writing(BY.scope) as session:
        undone = undo_batch(session, batch_id=str(changes[0]["batch"]), by=BY, at=now())

    assert not undone.kept
    kept = ("name", "contact", "address")
    assert [[row[name] for name in kept] for row in rows_of(database, "resource")] == [
        [row[name] for name in kept] for row in before
    ]
    assert counts(command("resources", source, *options)) == (0, 0, 4, 0)
