"""What stands in a refuge, or in an entry that is closed, leaves in no file: for no role, no right, no format, no filter."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.accounts.vocabulary import Right, Role
from app.db.database import Database
from app.resources.exchange.files import FORMATS
from app.resources.exchange.published_layouts import LAYOUTS
from app.resources.models import Resource, ServiceArea
from app.resources.vocabulary import Coverage, Disclosure, KindGroup
from tests.factories.resources import EVERYTHING, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

# In each of them: name, reading, address, building, telephone, words, coordinates.
CANARIES = (
    "カナリア荘",
    "カナリアソウ",
    "鳥籠町",
    "鳥籠ビル",
    "0590-77-7777",
    "さえずり",
    "33.777",
    "136.777",
)


def hide(database: Database, name: str, **more: Any) -> int:
    return make_resource(
        database,
        name=f"カナリア荘{name}",
        kana="カナリアソウ",
        address="〇〇市鳥籠町7-7",
        building="鳥籠ビル 7階",
        contact="0590-77-7777",
        contact_is_public=True,
        description="さえずりの聞こえる部屋",
        remarks="さえずり",
        check_note="さえずり",
        traits={"バリアフリー情報": "さえずり"},
        lon=136.777777,
        lat=33.777777,
        confirmed_on=date(2026, 10, 1),
        **more,
    )


@pytest.fixture
def hidden(database: Database) -> list[int]:
    """A refuge, a place of a kind that is secret, one that is closed, and one that was merged into another."""
    place = make_resource(database, name="だれでも来られる場", kind="居場所")
    town = make_town(database, "さえずり町内")
    keys = [
        hide(database, "甲", kind="避難先", is_refuge=True, disclosure=Disclosure.CLOSED),
        hide(database, "乙", kind="月の家", group=KindGroup.REFUGE),
        hide(database, "丙", disclosure=Disclosure.CLOSED),
        hide(database, "丁", disclosure=Disclosure.PARTNERS, merged_into_id=place),
    ]
    with database.writing(EVERYTHING) as session:
        for key in keys:
            session.get_one(Resource, key).service_areas = [
                ServiceArea(area_id=town, coverage=Coverage.WHOLE)
            ]
    return keys


def readable(data: bytes) -> str:
    """What stands in a file; a spreadsheet is opened first."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return data.decode("utf-8", "replace") + data.decode("cp932", "replace")


def files_of(browser: Browser, filters: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every file that somebody can get, with where it came from."""
    for layout, file, asked in itertools.product(LAYOUTS, FORMATS, filters):
        if asked and layout != "template":
            continue
        path = f"/resources/exports/{layout.replace('_', '-')}.{file}?{asked}"
        yield path, readable(browser.get(path).data)
        if (
            browser.get(f"/resources/export?what=staff&layout={layout}&file={file}&{asked}").status_code
            != 200
        ):
            continue
        yield f"page of {path}", browser.text
        if any(form.action == "/resources/exports/staff" for form in browser.forms()):
            yield f"staff {path}", readable(browser.submit("/resources/exports/staff").data)


@pytest.mark.parametrize("role", [None, Role.PLANNER, Role.COORDINATOR, Role.CITY_OFFICER])
def test_no_file_holds_what_is_hidden(
    client: Browser, sign_in_as: SignInAs, database: Database, hidden: list[int], role: Role | None
) -> None:
    browser = client
    if role is not None:
        # With the right, too: a file is out of every control.
        account = make_account(database, role, rights=(Right.PLACE_IN_REFUGE,))
        browser = sign_in_as(account=account)
    files = list(files_of(browser, ("", "q=カナリア&ended=y")))
    assert [
        (path, canary) for path, text in files for canary in CANARIES if canary in text and "q=" not in path
    ] == []
    # A word that was asked for stands on the page that asks again, and in no file.
    assert [path for path, text in files if "カナリア荘" in text] == []
    assert any("だれでも来られる場" in text for _, text in files)


@pytest.mark.parametrize("layout", ["template", "standard"])
def test_asking_for_the_kind_of_a_refuge_finds_no_file(
    sign_in_as: SignInAs, database: Database, hidden: list[int], layout: str
) -> None:
    kind = next(row["kind_id"] for row in rows_of(database, "resource") if row["id"] == hidden[0])
    browser = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,)))
    assert browser.get(f"/resources/exports/{layout}.csv?kind={kind}").status_code == 422
    assert browser.get(f"/resources/export?what=staff&kind={kind}").status_code == 422


def test_a_forged_wish_of_a_visitor_gets_nothing_more(
    client: Browser, sign_in_as: SignInAs, database: Database, hidden: list[int]
) -> None:
    make_resource(database, name="仲間の場", disclosure=Disclosure.PARTNERS, contact="0590-88-8888")
    planner = sign_in_as(Role.PLANNER)
    token = planner.token("/account")
    answer = planner.post(
        "/resources/exports/staff",
        data={"csrf_token": token, "what": "staff", "layout": "template", "file": "csv", "code": "utf-8"},
    )
    assert answer.status_code == 404
    assert "0590-88-8888" not in readable(client.get("/resources/exports/template.csv?what=staff").data)


def test_a_contact_that_is_not_public_stays_here(client: Browser, database: Database) -> None:
    make_resource(
        database, name="場", contact="0590-66-6666", contact_is_public=False, confirmed_by="hamaoka"
    )
    texts = [text for _, text in files_of(client, ("",))]
    assert any("場" in text for text in texts)
    assert [text for text in texts if "0590-66-6666" in text or "hamaoka" in text] == []
