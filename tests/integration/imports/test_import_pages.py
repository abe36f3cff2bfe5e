"""The pages of an import, without JavaScript and with it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.vocabulary import Role
from app.db.database import Database
from app.jobs.models import Job
from app.jobs.service.working import Worker
from app.operations.handlers import HANDLERS
from app.resources.forms import imports as forms
from tests.support.accounts import BY, SignInAs
from tests.support.clients import Browser
from tests.support.databases import assert_statements, rows_of

PATH = "/resources/imports"
GOOD = "種別,名称,住所\n通いの場,縁側,本町1-2\n居場所,海,浜町3\n"
BAD = GOOD + "相談,,丘町4\n見守り,灯,丘町5\n"


def send(browser: Browser, data: str | bytes, name: str = "一覧.csv", **typed: Any) -> Any:
    """Choose a file and press the button."""
    content = data.encode() if isinstance(data, str) else data
    fields: Any = {"file": (BytesIO(content), name), **typed}
    return browser.send(PATH, **fields)


def work(database: Database) -> None:
    """Let the queue be worked."""
    assert Worker(database, HANDLERS).run_all()


def test_from_a_file_to_the_catalogue(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)

    page = send(browser, GOOD).headers["Location"]
    browser.get(page)
    assert browser.heading == "確かめています"
    work(database)
    browser.get(page)
    assert browser.heading == "取り込む前に確かめる"
    assert "2行のうち、新しく加わる 2件" in browser.text
    assert rows_of(database, "resource") == []

    assert browser.submit(f"{page}/run").status_code == 303
    browser.get(page)
    assert browser.heading == "取り込んでいます"
    work(database)
    browser.get(page)

    assert browser.heading == "取り込みました"
    assert {row["name"] for row in rows_of(database, "resource")} == {"縁側", "海"}
    (job,) = rows_of(database, "job")
    assert job["file_size"] == 0
    assert rows_of(database, "job_part") == []


def test_the_same_file_twice_is_fine(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    for _ in range(2):
        page = send(browser, GOOD).headers["Location"]
        work(database)
        browser.get(page)

    assert "2件" in browser.text
    browser.submit(f"{page}/run")
    work(database)
    page = send(browser, GOOD).headers["Location"]
    work(database)
    browser.get(page)
    assert "取り込むものはありません" in browser.text


def test_rows_are_filtered_by_what_becomes_of_them(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.CITY_OFFICER)
    page = send(browser, BAD).headers["Location"]
    work(database)

    browser.get(f"{page}?verdict=refused")
    assert "4行目" in browser.text
    assert "縁側" not in browser.text
    browser.get(f"{page}?verdict=added")
    assert "縁側" in browser.text
    assert "4行目" not in browser.text
    assert browser.get(f"{page}?verdict=nonsense&page=99").status_code == 200


def test_a_single_fault_can_keep_all_out(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, BAD, all_or_nothing="y").headers["Location"]
    work(database)
    browser.get(page)

    assert "何も取り込みません" in browser.text
    assert not [form for form in browser.forms() if form.action.endswith("/run")]


@pytest.mark.parametrize(
    ("data", "typed", "said"),
    [
        (b"", {}, "ファイルが空です"),
        (b"PK\x03\x04", {}, "CSV UTF-8"),
        ("ただの文章です。".encode(), {}, "見出し"),
        (GOOD.encode(), {"municipality": "372012"}, "検査数字"),
        (GOOD.encode(), {"profile": "nonsense"}, "並んでいるもの"),
    ],
)
@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_wrong_file_is_refused_at_its_field(
    database: Database, sign_in_as: SignInAs, data: bytes, typed: dict[str, str], said: str
) -> None:
    browser = sign_in_as(Role.COMMUNITY)

    assert send(browser, data, **typed).status_code == 422
    assert said in browser.text
    assert rows_of(database, "job") == []


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_no_file_and_too_large_a_file_are_told(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 50)
    browser = sign_in_as(Role.COMMUNITY)

    assert browser.send(PATH).status_code == 422
    assert "選んでください" in browser.text
    assert send(browser, GOOD).status_code == 422
    assert "より大きい" in browser.text


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_names_are_text_and_never_markup(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    evil = "<script>alert(1)</script>"

    page = send(browser, f"種別,名称\n通いの場,{evil}\n", name="<b>一覧</b>.csv").headers["Location"]
    work(database)
    answer = browser.get(page)

    assert evil not in answer.text
    assert evil in browser.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_progress_polls_its_own_part_and_then_leaves(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, GOOD).headers["Location"]
    polling = {"HX-Request": "true", "HX-Request-Type": "partial"}

    whole, part = browser.get(page), browser.get(page, headers=polling)
    assert part.data.strip() in whole.data
    assert "順番を待っています" in part.text

    work(database)
    over = browser.get(page, headers=polling)
    assert (over.status_code, over.headers["HX-Redirect"]) == (204, page)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_an_import_is_nobody_elses(sign_in_as: SignInAs) -> None:
    page = send(sign_in_as(Role.COMMUNITY), GOOD).headers["Location"]
    other = sign_in_as(Role.COMMUNITY)

    assert other.get(page).status_code == 404
    token = other.token(PATH)
    assert other.post(f"{page}/run", data={"csrf_token": token}).status_code == 404
    assert other.post(f"{page}/cancel", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize("role", [Role.CSW, Role.REFERRER, Role.PLANNER, Role.ADMIN, Role.MULTI_AGENCY])
def test_who_keeps_no_catalogue_finds_no_such_page(sign_in_as: SignInAs, role: Role) -> None:
    assert sign_in_as(role).get(PATH).status_code == 404


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_an_import_can_be_taken_back(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, GOOD).headers["Location"]
    work(database)
    browser.get(page)

    assert browser.submit(f"{page}/cancel").status_code == 303
    browser.get(page)
    assert browser.heading == "取りやめました"
    assert rows_of(database, "resource") == []


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_button_pressed_twice_imports_once(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, GOOD).headers["Location"]
    work(database)
    browser.get(page)

    assert browser.submit(f"{page}/run").status_code == 303
    token = browser.token(PATH)
    assert browser.post(f"{page}/run", data={"csrf_token": token}).status_code == 422
    work(database)
    assert len(rows_of(database, "resource")) == 2


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_long_preview_costs_no_more_statements(
    app: Flask, database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    pages = []
    for count in (2, 300):
        rows = "\n".join(f"通いの場,場 {number}" for number in range(count))
        pages.append(send(browser, f"種別,名称\n{rows}").headers["Location"])
    work(database)

    for page in pages:
        with assert_statements(app, 4):
            browser.get(page)


OLD_RESULT: dict[str, Any] = {
    "counts": {"rows": 2, "added": 1, "changed": 0, "unchanged": 0, "refused": 1, "skipped": 0},
    "is_written": True,
    "items": [
        {"line": 2, "verdict": "added", "name": "縁側", "reasons": []},
        {"line": 3, "verdict": "refused", "name": "海", "reasons": ["種別がありません。"]},
    ],
}


def keep_as_before(database: Database, result: dict[str, Any]) -> None:
    """Let the one job hold its outcome as an earlier version wrote it."""
    with database.writing(BY.scope) as session:
        session.execute(sa.update(Job).values(result=result))


def test_the_result_of_an_import_of_an_earlier_version_still_opens(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, GOOD).headers["Location"]
    work(database)
    browser.get(page)
    browser.submit(f"{page}/run")
    work(database)
    keep_as_before(database, OLD_RESULT)
    for path in (page, f"{page}?verdict=refused", f"{page}?verdict=alike"):
        assert browser.get(path).status_code == 200
        assert "2行のうち、新規 1件・変更 0件" in browser.text
    browser.get(f"{page}?verdict=refused")
    assert "種別がありません。" in browser.text
    keep_as_before(database, {"counts": OLD_RESULT["counts"], "is_written": True})
    assert browser.get(page).status_code == 200
    assert "1行ごとの結果は残っていません" in browser.text


def test_a_preview_of_an_earlier_version_asks_for_the_file_again(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    page = send(browser, GOOD).headers["Location"]
    work(database)
    token = browser.token(page)
    keep_as_before(database, OLD_RESULT | {"is_written": False, "columns": [["種別", "kind"]], "unknown": []})
    assert browser.get(page).status_code == 200
    assert "もう一度、ファイルを選んでください" in browser.text
    assert "新しく加わる 1件" in browser.text
    for step in ("run", "decisions", "columns", "columns/restore"):
        answer = browser.post(f"{page}/{step}", data={"csrf_token": token})
        assert answer.status_code in (303, 409, 422), step
    assert rows_of(database, "resource") == []
