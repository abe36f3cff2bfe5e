"""The generator writes what is committed, and nothing depends on the hour or the machine."""

import json
from pathlib import Path

import pytest

from app.resources.exchange import blank_form
from data.generator.__main__ import write
from data.generator.operators import corporate_check_digit
from data.generator.town import DATE_COLUMNS
from tests.unit.data.conftest import DATA, Row


def test_same_seed_gives_the_committed_bytes(tmp_path: Path) -> None:
    write(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (DATA / "demo").iterdir()}
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_demo_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (DATA / "demo").iterdir()}
    assert sum(sizes.values()) < 5_000_000
    assert sizes["areas.geojson"] < 1_500_000


def test_anchor_names_every_column_that_holds_a_date(town: dict[str, list[Row]]) -> None:
    anchor = json.loads((DATA / "demo" / "anchor.json").read_text(encoding="utf-8"))
    assert anchor["anchor_date"] == "2026-11-01"
    assert anchor["shift"]["columns"] == DATE_COLUMNS
    named = {
        (name.removesuffix(".csv"), column) for name, columns in DATE_COLUMNS.items() for column in columns
    }
    named.add(("persons", "生年月日"))
    dated = {
        (stem, column)
        for stem, rows in town.items()
        for row in rows
        for column, value in row.items()
        if value[:2] in ("19", "20") and len(value) == 10 and value[4] == value[7] == "-"
    }
    assert dated <= named


@pytest.mark.parametrize(
    ("twelve", "digit"), [("000000000000", "9"), ("000000000001", "8"), ("000000000010", "7")]
)
def test_check_digit_weighs_digits_one_and_two_in_turn(twelve: str, digit: str) -> None:
    assert corporate_check_digit(twelve) == digit


def test_templates_use_the_headers_of_the_demo(town: dict[str, list[Row]]) -> None:
    for path in sorted((DATA / "templates").glob("*.csv")):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        headers = lines[0].split(",")
        # That of the resources has every field of the entry; the demo town fills in some of them.
        known = blank_form.HEADERS if path.stem == "resources" else town[path.stem][0]
        assert set(headers) <= set(known), path.name
        assert set(headers) >= set(town[path.stem][0]) or path.stem != "resources"
        assert len(lines) == 2, path.name


def test_readme_explains_every_file_and_every_column(town: dict[str, list[Row]]) -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    # The age bands of the population file are explained once as a range.
    unexplained = {
        (stem, column)
        for stem, rows in town.items()
        for column in rows[0]
        if f"`{column}`" not in text and not column.removeprefix("wo").removeprefix("man").isdigit()
    }
    assert unexplained == set()
