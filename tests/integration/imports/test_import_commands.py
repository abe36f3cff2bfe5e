"""`tsunagi resources import`, `tsunagi areas import` and `tsunagi jobs work` as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.db.database import Database
from tests.support.databases import environment_for, rows_of

GOOD = "種別,名称,住所\n通いの場,縁側,本町1-2\n居場所,海,浜町3\n"
BAD = GOOD + "相談,,丘町4\n"

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("resources", "import", GOOD, "--json")``: the file's text stands where its path would."""
    for name, value in environment_for(database.engine.url, key_file).items():
        monkeypatch.setenv(name, value)

    def invoke(slice_name: str, command: str, text: str, *options: str) -> Result:
        file = tmp_path / "file.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, [slice_name, command, str(file), *options])

    return invoke


def told(result: Result) -> dict[str, Any]:
    """What the command says with `--json`."""
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_answer_has_exactly_the_agreed_shape(run: Run) -> None:
    answer = told(run("resources", "import", BAD, "--json"))

    assert list(answer) == ["rows", "added", "changed", "unchanged", "refused", "items"]
    assert [answer[name] for name in list(answer)[:5]] == [3, 2, 0, 0, 1]
    assert [set(item) for item in answer["items"]] == [{"line", "verdict", "reasons"}] * 3
    assert answer["items"][2]["line"] == 4
    assert answer["items"][2]["verdict"] == "refused"
    assert "名称" in answer["items"][2]["reasons"][0]


def test_the_same_file_again_is_unchanged(run: Run) -> None:
    run("resources", "import", GOOD)

    answer = told(run("resources", "import", GOOD, "--json"))

    assert (answer["rows"], answer["unchanged"]) == (2, 2)


@pytest.mark.parametrize(("option", "status"), [("--all-or-nothing", 1), ("--dry-run", 0)])
def test_nothing_is_written(run: Run, database: Database, option: str, status: int) -> None:
    result = run("resources", "import", BAD, option, "--json")

    assert result.exit_code == status
    assert told(result)["refused"] == 1
    assert rows_of(database, "resource") == []


def test_a_person_is_told_in_words(run: Run) -> None:
    result = run("resources", "import", BAD)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "3件：新規 2、変更 0、同じ 0、受け取れない 1"
    assert "4行目［受け取れない］名称：名前がありません" in result.stderr


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", (), "空です"),
        ("名称,住所\n縁側,本町1", (), "種別"),
        (GOOD, ("--municipality", "372012"), "検査数字"),
    ],
)
def test_a_file_that_is_none_ends_in_one_plain_line(
    run: Run, database: Database, text: str, options: tuple[str, ...], said: str
) -> None:
    result = run("resources", "import", text, *options)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert rows_of(database, "resource") == []


def test_options_fill_in_what_the_file_does_not_say(run: Run, database: Database) -> None:
    run(
        "resources",
        "import",
        "名称,住所\n縁側,本町1",
        "--kind",
        "通いの場",
        "--municipality",
        "37201",
        "--profile",
        "standard",
    )

    (row,) = rows_of(database, "resource")
    assert (row["municipality_code"], row["disclosure"]) == ("372013", "public")


def test_areas_have_the_same_answer(run: Run) -> None:
    text = "団体コード,地域名,総人口\n37201,塩屋町,402\n,本町,3\n"

    first, again = (told(run("areas", "import", text, "--json")) for _ in range(2))

    assert list(first) == ["rows", "added", "changed", "unchanged", "refused", "items"]
    assert [first[name] for name in list(first)[:5]] == [2, 1, 0, 0, 1]
    assert again["unchanged"] == 1


def test_the_queue_can_be_worked_by_a_process_of_its_own(run: Run) -> None:
    result = CliRunner().invoke(main, ["jobs", "work", "--once"])

    assert (result.exit_code, result.stdout) == (0, "0 done\n")
