"""暮らす地域: a district and a square are kept, the words by which the square was found are not."""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.db.database import Database
from tests.factories.cases import actor_of, make_case, protect
from tests.factories.resources import make_district
from tests.factories.town_points import make_town_points
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

STREET = "隠町三丁目9番8号"


@pytest.fixture
def account(database: Database) -> Account:
    """Who is signed in."""
    return make_account(database, Role.CSW)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case of theirs."""
    return make_case(database, csw)


def area(case: Case) -> str:
    return f"/cases/{case.id}/area"


def kept(database: Database) -> tuple[object, object]:
    row = rows_of(database, "support_case")[0]
    return row["counting_area_id"], row["origin_mesh"]


def test_an_address_becomes_a_square_and_is_forgotten(
    database: Database, case: Case, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    make_town_points(database, "隠町三丁目", "港町")
    district = make_district(database, "中央")
    answer = browser.send(area(case), counting_area_id=str(district), town=STREET)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/cases/{case.id}")
    assert kept(database) == (district, "50363726")
    browser.get(f"/cases/{case.id}")
    assert browser.described("圏域") == "中央"
    assert browser.described("出発地") == "およそ1km四方"
    assert "隠町" not in caplog.text
    for table in ("support_case", "audit_event", "need"):
        assert "隠町" not in str(rows_of(database, table))
    placed = [row for row in rows_of(database, "audit_event") if row["action"] == "case.placed"]
    assert [row["detail"] for row in placed] == ["{}"]


def test_a_town_that_is_not_found_offers_those_of_nearly_its_name(
    database: Database, case: Case, browser: Browser
) -> None:
    make_town_points(database, "北浜一丁目", "北浜二丁目", "南台")
    assert browser.send(area(case), town="北浜町5").status_code == 422
    assert "下の近い名前から" in browser.text
    form = next(form for form in browser.forms() if form.action == area(case))
    assert "square" in form.names
    assert "南台" not in browser.text
    assert browser.submit(area(case), square="50363726").status_code == 303
    assert kept(database) == (None, "50363726")


def test_a_square_that_was_not_offered_is_not_taken(database: Database, case: Case, browser: Browser) -> None:
    make_town_points(database, "北浜一丁目")
    browser.send(area(case), town="北浜町")
    assert browser.submit(area(case), square="53394611").status_code == 422
    assert kept(database) == (None, None)


def test_a_town_that_resembles_nothing_says_what_to_write(
    database: Database, case: Case, browser: Browser
) -> None:
    make_town_points(database, "北浜一丁目")
    assert browser.send(area(case), town="ZZZ").status_code == 422
    assert "町の名前から書いてください" in browser.text


def test_without_a_list_of_towns_the_page_says_so_and_keeps_the_district(
    database: Database, case: Case, browser: Browser
) -> None:
    district = make_district(database, "中央")
    browser.get(area(case))
    assert "町名一覧がまだありません" in browser.text
    assert "町名一覧の取り込みを頼んで" in browser.text
    browser.submit(area(case), counting_area_id=str(district))
    assert kept(database) == (district, None)


def test_what_is_kept_stays_until_it_is_taken_away(database: Database, case: Case, browser: Browser) -> None:
    make_town_points(database, "港町")
    browser.send(area(case), town="港町1-2-3")
    browser.send(area(case))
    assert kept(database)[1] is not None
    assert browser.send(area(case), forget="y", town="港町").status_code == 422
    browser.send(area(case), forget="y")
    assert kept(database) == (None, None)


def test_a_protected_household_has_no_district_and_a_wide_square(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_town_points(database, "港町")
    district = make_district(database, "中央")
    protect(database, case, csw)
    browser.get(area(case))
    assert "およそ10km四方" in browser.text
    form = next(form for form in browser.forms() if form.action == area(case))
    assert "counting_area_id" not in form.names
    browser.post(
        area(case),
        data={**form.fields, "town": "港町", "counting_area_id": str(district)},
        headers={"Referer": browser.address},
    )
    assert kept(database) == (None, "503637")


def test_two_at_the_same_form_do_not_undo_each_other(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_town_points(database, "港町")
    browser.get(area(case))
    form = next(form for form in browser.forms() if form.action == area(case))
    browser.send(area(case), town="港町")
    answer = browser.post(area(case), data={**form.fields, "town": ""}, headers={"Referer": browser.address})
    assert answer.status_code == 422
    assert kept(database)[1] is not None
    assert csw.account_id


def test_the_need_leads_to_the_form(case: Case, browser: Browser) -> None:
    answer = browser.get(f"/cases/{case.id}/need")
    assert f'href="{area(case)}"' in answer.text
    assert "暮らす地域を記録する" in answer.text
