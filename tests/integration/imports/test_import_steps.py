"""The steps of an import between the choice of a file and its way back: columns, decisions, care, undo."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.vocabulary import Actor, Role
from app.clock import now
from app.db.database import Database
from app.jobs.service.working import Worker
from app.operations.handlers import HANDLERS
from app.resources.models import Resource
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, Disclosure
from tests.factories.cases import actor_of
from tests.factories.fieldwork import make_note
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import assert_statements, rows_of

BY = Actor.system("test")
PATH = "/resources/imports"
ODD = "よびな,種別,住所,ひとこと\n縁側,通いの場,本町1-2,だれでもどうぞ\n海,居場所,浜町3,-\n"
GOOD = "ID,種別,名称,住所,電話番号\nA-1,通いの場,縁側,本町1-2,0533-11-1111\nA-2,居場所,海,浜町3,\n"


def send(browser: Browser, data: str, name: str = "一覧.csv", **typed: Any) -> str:
    """Choose a file, press the button, and return the address of the import."""
    answer = browser.send(PATH, file=(BytesIO(data.encode()), name), **typed)  # type: ignore[arg-type]
    assert answer.status_code == 303, browser.text
    return answer.headers["Location"]


def work(database: Database) -> None:
    """Let the queue be worked."""
    assert Worker(database, HANDLERS).run_all()


def preview(browser: Browser, database: Database, data: str, **typed: Any) -> str:
    """Bring a file as far as its preview, which is open then."""
    page = send(browser, data, **typed)
    work(database)
    browser.get(page)
    return page


def run(browser: Browser, database: Database, page: str, **typed: Any) -> None:
    """Take a file in that was previewed; its result is open then."""
    browser.get(page)
    assert browser.submit(f"{page}/run", **typed).status_code == 303
    work(database)
    browser.get(page)


def change(database: Database, name: str, **values: Any) -> None:
    """Somebody changes a place by hand."""
    with database.writing(BY.scope) as session:
        place = session.scalars(sa.select(Resource).where(Resource.name == name)).one()
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(place, values)


def names_in(database: Database) -> set[object]:
    """What the places of the catalogue are called."""
    return {row["name"] for row in rows_of(database, "resource")}


def mend(browser: Browser, database: Database, page: str, **typed: str) -> None:
    """Say what columns mean; the new preview is open then."""
    answer = browser.send(f"{page}/columns", **typed)
    assert answer.status_code == 303
    work(database)
    browser.get(page)


READING = {"column_0": "名称", "column_3": "説明"}


def test_a_file_without_a_name_leads_to_its_columns_and_is_taken_in(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, "よびな,住所,電話番号\n縁側,本町1-2,0533-11-1111\n")

    assert "「名称」「種別」の列が見つかりません" in browser.text
    browser.get(f"{page}/columns")
    assert "縁側" in browser.text
    mend(browser, database, page, column_0="名称", kind="通いの場")
    run(browser, database, page)

    (place,) = rows_of(database, "resource")
    assert (place["name"], place["address"]) == ("縁側", "本町1-2")


def test_what_is_missing_cannot_be_run_past(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, "よびな,住所,電話番号\n縁側,本町1-2,0533-11-1111\n")

    assert browser.post(f"{page}/run", data={"csrf_token": browser.token(PATH)}).status_code == 422
    assert rows_of(database, "resource") == []


def test_a_mended_reading_is_remembered_when_it_is_run_and_serves_the_next_person(
    database: Database, sign_in_as: SignInAs
) -> None:
    first = sign_in_as(Role.COORDINATOR)
    page = preview(first, database, ODD)
    mend(first, database, page, **READING)
    assert rows_of(database, "import_mapping") == []
    run(first, database, page)
    assert names_in(database) == {"縁側", "海"}

    other = sign_in_as(Role.COMMUNITY)
    page = preview(other, database, ODD.replace("だれでもどうぞ", "どなたでも"))
    assert "前回の読み方を使いました" in other.text
    assert "変わる 1件" in other.text

    (kept,) = rows_of(database, "import_mapping")
    assert "だれでも" not in str(kept)
    assert "縁側" not in str(kept)


def test_a_remembered_reading_is_left_aside_and_then_forgotten(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    file = "種別,名称,住所,ひとこと\n居場所,海,浜町3,あ\n"
    page = preview(browser, database, file)
    mend(browser, database, page, column_3="説明")
    run(browser, database, page)

    page = preview(browser, database, file)
    assert "前回の読み方を使いました" in browser.text
    assert browser.submit(f"{page}/columns/restore").status_code == 303
    work(database)
    browser.get(page)
    assert "前回の読み方を使いました" not in browser.text
    assert len(rows_of(database, "import_mapping")) == 1

    page = preview(browser, database, f"{file}居場所,山,丘町4,い\n")
    browser.submit(f"{page}/columns/restore")
    work(database)
    run(browser, database, page)
    assert rows_of(database, "import_mapping") == []


def test_the_later_word_on_a_layout_counts(database: Database, sign_in_as: SignInAs) -> None:
    file = "種別,名称,ひとこと\n居場所,{},あ\n"
    for name, meaning in (("海", "説明"), ("山", "備考"), ("川", "")):
        browser = sign_in_as(Role.COORDINATOR)
        page = preview(browser, database, file.format(name))
        mend(browser, database, page, column_2=meaning)
        run(browser, database, page)

    places = {row["name"]: row for row in rows_of(database, "resource")}
    assert (places["海"]["description"], places["山"]["remarks"]) == ("あ", "あ")
    assert (places["川"]["description"], places["川"]["remarks"]) == (None, None)
    assert rows_of(database, "import_mapping") == []


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_guess_and_two_columns_of_one_meaning_are_told(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, "種別,施設の名称,住所,所在地\n居場所,海,浜町3,浜町3\n")

    assert "「施設の名称」は「名称」" in browser.text
    assert "「住所」「所在地」を、どれも「住所」として読みます" in browser.text
    browser.get(f"{page}/columns")
    assert "推測です" in browser.text


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_meaning_that_nobody_offered_is_refused_at_its_column(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, GOOD)

    assert browser.send(f"{page}/columns", column_1="なにか").status_code == 422
    assert "並んでいるものから選んでください" in browser.text


def test_what_changes_is_shown_from_what_to_what(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    run(browser, database, preview(browser, database, GOOD))

    page = preview(browser, database, GOOD.replace("0533-11-1111", "0533-22-2222"))
    browser.get(f"{page}?verdict=changed")

    assert "連絡先" in browser.text
    assert "0533-11-1111" in browser.text
    assert "0533-22-2222" in browser.text


def alike_file(count: int = 1) -> str:
    """Rows that look like places that are there."""
    rows = "".join(
        f"居場所,縁側サロン{number}の会,本町{number}-2,0533-11-{number:04}\n" for number in range(count)
    )
    return f"種別,名称,住所,電話番号\n{rows}"


def make_alike(database: Database, count: int = 1) -> list[int]:
    """The places that those rows look like."""
    return [
        make_resource(
            database, name=f"縁側サロン{number}", address=f"本町{number}-2", contact=f"0533-11-{number:04}"
        )
        for number in range(count)
    ]


def test_a_row_that_looks_known_is_new_unless_somebody_says_it_is_the_same(
    database: Database, sign_in_as: SignInAs
) -> None:
    keys = make_alike(database, 3)
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, alike_file(3))
    assert "いまある場所と同じかもしれない行が3件" in browser.text

    browser.get(f"{page}?verdict=alike")
    said = {"row_2": f"same-{keys[0]}", "row_3": "skip"}
    assert browser.submit(f"{page}/decisions", **said).status_code == 303
    browser.get(page)
    assert "いまある方を直す 1件・取り込まない 1件・新しく加える 1件" in browser.text
    run(browser, database, page)

    assert names_in(database) == {"縁側サロン0の会", "縁側サロン1", "縁側サロン2", "縁側サロン2の会"}
    assert {row["id"]: row["name"] for row in rows_of(database, "resource")}[keys[0]] == "縁側サロン0の会"


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_one_answer_serves_a_page_or_all_pages(database: Database, sign_in_as: SignInAs) -> None:
    make_alike(database, 60)
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, alike_file(60))

    def answer(**sent: str) -> None:
        token = browser.token(f"{page}?verdict=alike")
        assert browser.post(f"{page}/decisions", data={"csrf_token": token, **sent}).status_code == 303
        browser.get(page)

    answer(all="skip")
    assert "取り込まない 50件" in browser.text
    answer(all="same", everywhere="y")
    assert "いまある方を直す 60件" in browser.text
    answer(all="new", everywhere="y")
    assert "えらばなければ、どれも新しく加えます" in browser.text


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_row_is_not_said_to_be_a_place_that_it_was_not_compared_with(
    database: Database, sign_in_as: SignInAs
) -> None:
    make_alike(database)
    stranger = make_resource(database, name="よその場")
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, alike_file())
    token = browser.token(f"{page}?verdict=alike")

    browser.post(f"{page}/decisions", data={"csrf_token": token, "row_2": f"same-{stranger}"})
    browser.get(page)

    assert "えらばなければ、どれも新しく加えます" in browser.text


def test_what_protects_people_does_not_become_public_unless_somebody_asked(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(
        browser,
        database,
        "種別,名称,公開区分,連絡先公開\n児童養護施設,ひかり園,公開,1\n居場所,海,公開,1\n",
    )
    assert "公開に気をつける場所が1件あります" in browser.text
    run(browser, database, page)

    places = {row["name"]: row for row in rows_of(database, "resource")}
    assert places["ひかり園"]["disclosure"] == Disclosure.PARTNERS
    assert not places["ひかり園"]["contact_is_public"]
    assert places["海"]["disclosure"] == Disclosure.PUBLIC


def test_whoever_has_asked_takes_it_in_as_public(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, "種別,名称,公開区分\n児童養護施設,ひかり園,公開\n")

    run(browser, database, page, care="open")

    (place,) = rows_of(database, "resource")
    assert place["disclosure"] == Disclosure.PUBLIC


@pytest.mark.parametrize(("answer", "stands"), [("keep", Disclosure.PARTNERS), ("open", Disclosure.PUBLIC)])
def test_a_file_opens_what_was_closed_here_only_when_somebody_says_so(
    database: Database, sign_in_as: SignInAs, answer: str, stands: Disclosure
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    file = "ID,種別,名称,費用,公開区分\nA-1,居場所,海,100円,公開\n"
    run(browser, database, preview(browser, database, file))
    change(database, "海", disclosure=Disclosure.PARTNERS)

    page = preview(browser, database, file.replace("100円", "200円"))
    assert "ここで閉じた場所が、公開になります" in browser.text
    run(browser, database, page, opens=answer)

    (place,) = rows_of(database, "resource")
    assert (place["disclosure"], place["fee"]) == (stands, "200円")


def undo(browser: Browser, database: Database, page: str) -> None:
    """Take an import back, from the button on its page to the list of what stayed."""
    browser.get(f"{page}/undo")
    assert browser.submit(f"{page}/undo").status_code == 303
    browser.get(page)
    assert browser.heading == "取り消しています"
    work(database)
    browser.get(page)


def test_an_import_is_taken_back_and_what_was_changed_since_is_kept_and_listed(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    run(browser, database, preview(browser, database, GOOD))
    page = preview(
        browser, database, f"{GOOD.replace('本町1-2', '新町9')}A-3,居場所,山,丘町4,\nA-4,居場所,川,岸町5,\n"
    )
    run(browser, database, page)
    change(database, "山", fee="100円")

    browser.get(f"{page}/undo")
    assert "加わった場所 2件" in browser.text
    assert "変わった場所 1件" in browser.text
    assert "このうち1件は" in browser.text
    undo(browser, database, page)

    assert browser.heading == "取り込みを取り消しました"
    assert "残したところが1件あります" in browser.text
    assert "あとから直されているので" in browser.text
    assert names_in(database) == {"縁側", "海", "山"}
    assert {row["address"] for row in rows_of(database, "resource")} == {"本町1-2", "浜町3", "丘町4"}
    assert not [form for form in browser.forms() if form.action.endswith("/undo")]


def test_a_place_that_other_records_use_stays_and_its_neighbours_go(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, f"{GOOD}A-3,居場所,山,丘町4,\n")
    run(browser, database, page)
    (used,) = (row["id"] for row in rows_of(database, "resource") if row["name"] == "海")
    worker = actor_of(database, make_account(database, Role.COMMUNITY))
    make_note(database, worker, resource_id=used)

    undo(browser, database, page)

    assert names_in(database) == {"海"}
    assert "ほかの記録で使われているので" in browser.text
    assert "加わった場所 1件" in browser.text


def test_a_correction_of_a_phone_is_undone(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    run(browser, database, preview(browser, database, GOOD))
    page = preview(browser, database, GOOD.replace("0533-11-1111", "0533-22-2222"))
    run(browser, database, page)

    undo(browser, database, page)

    contacts = {row["name"]: row["contact"] for row in rows_of(database, "resource")}
    assert contacts["縁側"] == "0533-11-1111"
    page = preview(browser, database, GOOD.replace("0533-11-1111", "0533-22-2222"))
    assert "変わる 1件" in browser.text


def test_an_import_that_a_colleague_took_back_says_so_on_its_own_page(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser, other = sign_in_as(Role.COORDINATOR), sign_in_as(Role.COMMUNITY)
    page = preview(browser, database, GOOD)
    run(browser, database, page)
    (batch,) = {str(row["batch"]) for row in rows_of(database, "catalogue_change")}

    assert (
        other.send(f"/catalogue-changes/{batch}", action=f"/catalogue-changes/{batch}/undo").status_code
        == 303
    )
    browser.get(page)

    assert browser.heading == "取り込みを取り消しました"
    assert "この取り込みを取り消す" not in browser.text
    assert names_in(database) == set()


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_only_what_was_written_can_be_taken_back_and_only_once(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, GOOD)
    assert browser.get(f"{page}/undo").status_code == 303
    assert browser.post(f"{page}/undo", data={"csrf_token": browser.token(PATH)}).status_code == 422
    run(browser, database, page)
    undo(browser, database, page)

    assert browser.get(f"{page}/undo").status_code == 303
    assert browser.post(f"{page}/undo", data={"csrf_token": browser.token(PATH)}).status_code == 422
    assert browser.get(f"{page}/columns").status_code == 303


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_the_way_back_is_not_cancelled_half_way(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = preview(browser, database, GOOD)
    run(browser, database, page)
    browser.send(f"{page}/undo")

    assert browser.post(f"{page}/cancel", data={"csrf_token": browser.token(PATH)}).status_code == 422
    work(database)
    browser.get(page)
    assert browser.heading == "取り込みを取り消しました"


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_the_steps_of_an_import_are_nobody_elses(database: Database, sign_in_as: SignInAs) -> None:
    page = preview(sign_in_as(Role.COMMUNITY), database, GOOD)
    other = sign_in_as(Role.COMMUNITY)
    token = other.token(PATH)

    for path in ("columns", "undo"):
        assert other.get(f"{page}/{path}").status_code == 404
    for path in ("columns", "columns/restore", "decisions", "undo"):
        assert other.post(f"{page}/{path}", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_long_result_and_its_way_back_cost_no_more_statements(
    app: Flask, database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    for count in (2, 300):
        rows = "".join(f"通いの場,場 {count} の {number}\n" for number in range(count))
        page = preview(browser, database, f"種別,名称\n{rows}")
        run(browser, database, page)
        with assert_statements(app, 6):
            browser.get(page)
        with assert_statements(app, 6):
            browser.get(f"{page}/undo")
