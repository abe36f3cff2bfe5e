"""Lists of town points, and rows of a file that are placed by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.accounts.vocabulary import Actor, Role
from app.cli import main
from app.db.database import Database
from app.jobs.service.working import Worker
from app.operations.handlers import HANDLERS
from app.resources.models.rows import as_plain
from app.resources.queries.catalogue import get_resource
from app.resources.service.importing import ImportMode
from app.resources.vocabulary import Disclosure, Verdict
from tests.factories.resources import LAT, LON, make_resource
from tests.factories.town_points import make_town_points
from tests.integration.imports.conftest import Take
from tests.integration.imports.test_import_pages import PATH, send
from tests.support.accounts import SignInAs
from tests.support.databases import environment_for, rows_of

BY = Actor.system("test")
LIST = "大字町丁目,小字,緯度,経度\n本町,,34.30,134.00\n浜町,丁田,34.31,134.01\n谷町,,,\n"
Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run(LIST, "--name", "高松市")``: take the list in as an operator does."""
    for name, value in environment_for(database.engine.url, key_file).items():
        monkeypatch.setenv(name, value)

    def invoke(text: str, *options: str) -> Result:
        file = tmp_path / "towns.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(
            main, ["areas", "import-points", str(file), "--municipality", "37201", *options]
        )

    return invoke


def told(result: Result) -> dict[str, Any]:
    """What the command says with `--json`."""
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def places(database: Database) -> dict[str, tuple[Any, str, str | None]]:
    """Point, precision and source of every entry by its name."""
    with database.reading(BY.scope) as session:
        keys = [int(str(row["id"])) for row in rows_of(database, "resource")]
        rows = [get_resource(session, key, scope=BY.scope) for key in keys]
        return {
            row.name: (as_plain(row, "point"), row.point_precision.value, row.point_source) for row in rows
        }


def test_a_list_is_taken_in_once_and_its_bad_rows_are_told(run: Run, database: Database) -> None:
    result = run(LIST, "--name", "高松市", "--source", "試験の一覧")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["3件：新規 2、変更 0、同じ 0、受け取れない 1"]
    assert "4行目：緯度・経度：書かれていません" in result.stderr
    assert {(row["municipality_code"], row["municipality"], row["town"], row["section"]) for row in rows_of(database, "town_point")} == {
        ("372013", "高松市", "本町", ""),
        ("372013", "高松市", "浜町", "丁田"),
    }  # fmt: skip


def test_the_same_list_again_is_unchanged_and_a_moved_point_is_a_change(run: Run, database: Database) -> None:
    run(LIST, "--name", "高松市", "--source", "試験の一覧")
    again = told(run(LIST, "--json"))
    moved = told(run(LIST.replace("34.30", "34.32"), "--json"))
    assert (again["unchanged"], again["refused"]) == (2, 1)
    assert (moved["changed"], moved["unchanged"]) == (1, 1)
    assert {row["source"] for row in rows_of(database, "town_point")} == {"試験の一覧"}


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (LIST, (), "--name 高松市"),
        (LIST, ("--name", "高" * 41), "40文字まで"),
        ("町\n", ("--name", "高松市"), "towns.csv"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_the_remedy(
    run: Run, database: Database, text: str, options: tuple[str, ...], said: str
) -> None:
    result = run(text, *options)
    assert result.exit_code == 1
    assert said in result.stderr
    assert rows_of(database, "town_point") == []


ROWS = (
    "種別,名称,住所,緯度,経度,位置精度,座標の出典\n"
    "居場所,町だけ,瀬凪市浜町3,,,,\n"
    "居場所,測った,瀬凪市浜町3,33.61,136.97,番地,現地で測位\n"
    "居場所,よそ,となり市本町1,,,,\n"
)


def test_rows_without_a_point_are_placed_by_their_town_and_counted(database: Database, take: Take) -> None:
    make_town_points(database, "駅前一丁目", "浜町")
    trial, report = take(ROWS, mode=ImportMode.DRY_RUN), take(ROWS)
    assert (trial.placed, report.placed) == (1, 1)
    assert places(database) == {
        "町だけ": ([round(LON + 0.01, 6), LAT], "town", "町名一覧（試験の一覧）"),
        "測った": ([136.97, 33.61], "lot", "現地で測位"),
        "よそ": (None, "unknown", None),
    }
    assert take(ROWS).count(Verdict.UNCHANGED) == 3


IDS = "id,種別,名称,住所,緯度,経度\n1,居場所,こもれび,{},{},{}\n"


def test_a_changed_address_moves_the_point_of_a_town_and_no_other(database: Database, take: Take) -> None:
    make_town_points(database, "駅前一丁目", "浜町")
    take(IDS.format("駅前一丁目4", "", ""))
    assert take(IDS.format("浜町3", "", "")).placed == 1
    assert places(database)["こもれび"] == ([round(LON + 0.01, 6), LAT], "town", "町名一覧（試験の一覧）")
    take(IDS.format("浜町3", "33.61", "136.97"))
    assert places(database)["こもれび"] == ([136.97, 33.61], "unknown", None)
    assert take(IDS.format("駅前一丁目4", "", "")).placed == 0
    assert places(database)["こもれび"][0] == [136.97, 33.61]


def test_a_secret_place_is_not_placed(database: Database, take: Take) -> None:
    make_town_points(database, "浜町")
    report = take("種別,名称,住所,秘匿\n避難先,ひみつ,浜町3,1\n")
    assert (report.count(Verdict.ADDED), report.placed) == (1, 0)
    assert places(database)["ひみつ"] == (None, "unknown", None)


def test_the_preview_says_how_many_rows_are_placed(database: Database, sign_in_as: SignInAs) -> None:
    make_town_points(database, "浜町")
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, ROWS).headers["Location"]
    assert page.startswith(PATH)
    assert Worker(database, HANDLERS).run_all()
    browser.get(page)
    assert "緯度と経度がない1件は、住所の町名から" in browser.text


def test_a_catalogue_from_before_the_list_is_placed_in_one_step(
    database: Database, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_for(database.engine.url, key_file).items():
        monkeypatch.setenv(name, value)
    make_resource(database, name="町だけ", address="瀬凪市浜町3")
    make_resource(database, name="測った", address="瀬凪市浜町3", lon=136.97, lat=33.61)
    secret: dict[str, Any] = {"is_refuge": True, "disclosure": Disclosure.CLOSED}
    make_resource(database, kind="避難先", name="ひみつ", address="瀬凪市浜町3", **secret)
    make_town_points(database, "浜町")
    first, second = (CliRunner().invoke(main, ["resources", "place-by-town"]) for _ in range(2))
    assert (first.stdout.startswith("1件に"), second.stdout.startswith("0件に")) == (True, True)
    found = places(database)
    assert found["町だけ"] == ([LON, LAT], "town", "町名一覧（試験の一覧）")
    assert found["測った"][1] == "lot"
    assert found["ひみつ"][0] is None
