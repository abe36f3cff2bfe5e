"""Files that nobody should have to fear: far too large, ten thousand times the same, half wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.db.database import Database
from app.resources.exchange.checking import CheckedRows, Options, read_table
from app.resources.service.importing import ImportMode
from app.resources.vocabulary import Verdict
from tests.integration.imports.conftest import Take
from tests.support.databases import environment_for, rows_of


@pytest.mark.parametrize("slice_name", ["resources", "areas"])
@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_two_hundred_megabytes_are_refused_before_they_are_read(
    database: Database, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slice_name: str
) -> None:
    for name, value in environment_for(database.engine.url, key_file).items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "large.csv"
    with file.open("wb") as written:
        written.truncate(200 * 1024 * 1024)
    began = time.monotonic()

    result = CliRunner().invoke(main, [slice_name, "import", str(file)])

    assert result.exit_code == 1
    assert "大きすぎます（200MB）" in result.stderr
    assert "ください" in result.stderr
    assert time.monotonic() - began < 2


def test_ten_thousand_times_the_same_is_told_row_by_row(database: Database, take: Take) -> None:
    text = "種別,名称,住所\n" + "通いの場,縁側,本町1-2\n" * 10_000
    began = time.monotonic()

    report = take(text)

    assert report.counts() == {"rows": 10_000, "added": 1, "changed": 0, "unchanged": 0, "refused": 9_999}
    assert all(
        "2行目と同じ資源" in item.reasons[0] for item in report.items.choose(Verdict.REFUSED, 0, 10_000)
    )
    assert len(rows_of(database, "resource")) == 1
    assert time.monotonic() - began < 60


MIXED = """種別,名称,住所,緯度,経度
通いの場,縁側,本町1,34.34,134.05
通いの場,,本町2,34.34,134.05
通いの場,海の上,本町3,10.0,140.0
通いの場,逆さ,本町4,134.05,34.34
通いの場,零,本町5,0,0
居場所,丘,本町6,,
"""


def test_one_bad_row_never_loses_the_good_ones(database: Database, take: Take) -> None:
    report = take(MIXED)

    assert [row["name"] for row in rows_of(database, "resource")] == ["縁側", "丘"]
    told = {item.line: item.reasons for item in report.items if item.verdict is Verdict.REFUSED}
    assert sorted(told) == [3, 4, 5, 6]
    assert "名前" in told[3][0]
    assert "日本の範囲にありません" in told[4][0]
    assert "緯度と経度が逆" in told[5][0]
    assert all("ください" in reasons[0] for reasons in told.values())


def test_all_or_nothing_keeps_every_row_out_and_says_what_would_have_been(
    database: Database, take: Take
) -> None:
    report = take(MIXED, mode=ImportMode.ALL_OR_NOTHING)

    assert (report.is_written, report.batch, report.count(Verdict.ADDED)) == (False, None, 2)
    assert rows_of(database, "resource") == []


def test_rows_are_asked_for_twice_and_held_never() -> None:
    rows = CheckedRows(read_table(MIXED.encode(), "a.csv"), Options())

    assert [row.line for row in rows] == [row.line for row in rows] == [2, 3, 4, 5, 6, 7]


def test_a_long_answer_is_written_in_pieces(take: Take) -> None:
    report = take(MIXED, mode=ImportMode.DRY_RUN)

    pieces = list(report.write_json())

    assert len(pieces) > report.counts()["rows"]
    assert json.loads("".join(pieces)) == report.to_json()
