"""The planner's pages: who enters, what they show, and where their links lead."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from app.accounts.vocabulary import Role
from app.db.database import Database
from app.planning.models import Release
from tests.architecture.rules.read_only import changed_by_reading
from tests.factories.planning import EVERYTHING, FIRST_DAY, SmallTown, make_cases, make_release
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import new_browser, statements

READERS = {Role.PLANNER, Role.CITY_OFFICER, Role.COORDINATOR}
PAGES = (
    "/planning",
    "/planning?show=supply&kind=work",
    "/planning?show=in_support&sort=-in_support",
    "/planning?show=not_found&kind=being",
    "/planning/map.geojson",
    "/planning/map.geojson?show=in_support",
    "/planning/districts.csv?show=in_support",
    "/planning/towns.csv",
)


@pytest.fixture
def filled(database: Database, small_town: SmallTown, on_the_first_day: datetime) -> SmallTown:
    make_cases(database, small_town)
    make_release(database, FIRST_DAY)
    return small_town


@pytest.mark.parametrize("role", list(Role))
def test_who_may_enter(sign_in_as: SignInAs, filled: SmallTown, role: Role) -> None:
    browser = sign_in_as(role)
    for path in (*PAGES, f"/planning/areas/{filled.north}"):
        assert browser.get(path).status_code == (200 if role in READERS else 404), path
    made = browser.post("/planning/releases", data={"csrf_token": browser.token("/account/password")})
    assert made.status_code == (303 if role in {Role.PLANNER, Role.CITY_OFFICER} else 404)


def test_nobody_enters_without_a_sign_in(app: Flask, filled: SmallTown) -> None:
    for path in PAGES:
        assert new_browser(app).get(path).status_code == 303


def test_reading_changes_nothing(sign_in_as: SignInAs, database: Database, filled: SmallTown) -> None:
    browser = sign_in_as(Role.PLANNER)
    pages = [*PAGES, f"/planning/areas/{filled.north}", f"/planning/areas/{filled.hamlet}"]
    assert changed_by_reading(browser, database.engine, pages) == []


def test_statements_do_not_grow_with_the_town(
    app: Flask, sign_in_as: SignInAs, database: Database, filled: SmallTown
) -> None:
    browser = sign_in_as(Role.PLANNER)
    counted = {}
    pages = (
        "/planning",
        "/planning?show=in_support",
        "/planning/map.geojson",
        f"/planning/areas/{filled.north}",
    )
    for path in pages:
        browser.get(path)
        with statements(app) as seen:
            browser.get(path)
        counted[path] = len(seen)
    from tests.factories.resources import make_resource, make_town

    for number in range(20):
        town = make_town(database, f"新{number}町", district="北部")
        make_resource(database, town_id=town)
    for path in pages:
        with statements(app) as seen:
            browser.get(path)
        assert len(seen) == counted[path] <= 14, path


def test_an_empty_installation_teaches_the_import(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.PLANNER)
    assert browser.get("/planning").status_code == 200
    assert "tsunagi areas import" in browser.text


def test_without_a_release_the_page_offers_one(
    sign_in_as: SignInAs, database: Database, small_town: SmallTown, on_the_first_day: datetime
) -> None:
    make_cases(database, small_town)
    coordinator, planner = sign_in_as(Role.COORDINATOR), sign_in_as(Role.PLANNER)
    coordinator.get("/planning?show=in_support")
    assert "計画担当か市職員が" in coordinator.text
    planner.get("/planning?show=in_support")
    assert planner.submit("/planning/releases").status_code == 303
    planner.get("/planning?show=in_support&kind=work")
    assert "「北部」の圏域では、「働く」の支援中のニーズが少なくとも10件あります" in planner.text
    with database.reading(EVERYTHING) as session:
        assert session.query(Release).one().made_by is not None
    # A second press, from an open page or by hand, makes nothing and says why.
    planner.post("/planning/releases", data={"csrf_token": planner.token("/account/password")})
    planner.get("/planning")
    assert "2027年1月1日からつくれます" in planner.text


def test_the_table_shows_ranges_and_the_withheld(sign_in_as: SignInAs, filled: SmallTown) -> None:
    browser = sign_in_as(Role.PLANNER)
    browser.get("/planning?show=in_support&kind=work")
    assert "10–14件" in browser.text
    assert "圏域を示さないもの" in browser.text
    assert "ニーズがないという意味ではありません" in browser.text
    assert "12件" not in browser.text


def test_towns_show_residents_and_supply_and_no_need(sign_in_as: SignInAs, filled: SmallTown) -> None:
    browser = sign_in_as(Role.PLANNER)
    browser.get("/planning?age=oldest")
    assert "10人未満の町" in browser.text
    browser.get(f"/planning/areas/{filled.hamlet}")
    assert "年齢別の数は出しません" in browser.text
    browser.get(f"/planning/areas/{filled.towns[0]}")
    assert "町ごとには、支援している人の数を出しません" in browser.text
    assert browser.described("席時間（週）").startswith("20")
    browser.get(f"/planning/areas/{filled.north}")
    assert "10人に満たない1町を除く" in browser.text


def test_a_refuge_is_in_no_figure_for_nobody(
    sign_in_as: SignInAs, filled: SmallTown, database: Database
) -> None:
    from app.accounts.vocabulary import Right
    from tests.support.accounts import make_account

    holder = make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE})
    for browser in (sign_in_as(Role.PLANNER), sign_in_as(account=holder)):
        browser.get(f"/planning/areas/{filled.towns[0]}")
        assert browser.described("場") == "1か所"
        assert "かくれが" not in browser.text
        for path in PAGES:
            assert "かくれが" not in browser.get(path).text
        browser.get("/planning?show=supply")
        assert "活動中の場は2か所" in browser.text


@pytest.mark.parametrize(
    "path",
    [
        "/planning?show=persons",
        "/planning?show=in_support&kind=nothing",
        "/planning?district=abc",
        "/planning?release=999999",
        "/planning/map.geojson?show=x",
        "/planning/districts.csv?show=residents",
        "/planning/towns.csv?age=x",
    ],
)
def test_a_wrong_address_is_told_so(sign_in_as: SignInAs, filled: SmallTown, path: str) -> None:
    assert sign_in_as(Role.PLANNER).get(path).status_code == 422


def test_an_area_that_does_not_exist(sign_in_as: SignInAs, filled: SmallTown) -> None:
    assert sign_in_as(Role.PLANNER).get("/planning/areas/2147483647").status_code == 404


def test_the_map_has_classes_and_no_more_than_the_table(sign_in_as: SignInAs, filled: SmallTown) -> None:
    browser = sign_in_as(Role.PLANNER)
    needs = json.loads(browser.get("/planning/map.geojson?show=in_support&kind=work").data)["features"]
    said = {feature["properties"]["title"]: feature["properties"] for feature in needs}
    assert said["北部"]["text"] == "10–14件"
    assert said["南部"]["class"] == 0
    assert all(0 <= properties["class"] <= 4 for properties in said.values())
    ages = json.loads(browser.get("/planning/map.geojson?age=oldest").data)["features"]
    hamlet = next(feature["properties"] for feature in ages if feature["id"] == filled.hamlet)
    assert (hamlet["class"], hamlet["text"]) == (None, "10人未満の町")


def test_the_file_is_the_table_that_is_shown(sign_in_as: SignInAs, filled: SmallTown) -> None:
    browser = sign_in_as(Role.PLANNER)
    content = browser.get("/planning/districts.csv?show=in_support&kind=work").data
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][:4] == ["北部", "10–14", "10", "14"]
    assert [row[0] for row in rows[1:]] == ["北部", "南部", "圏域を示さないもの", "合計"]
    towns = list(
        csv.reader(io.StringIO(browser.get("/planning/towns.csv?age=oldest").data.decode("utf-8-sig")))
    )
    assert towns[0][3] == "75歳以上"
    assert next(row for row in towns if row[0] == "小里")[3] == ""


def address_of(path: str, query: str) -> str:
    """One address for all orders and pages of the same table, which lead to nothing new."""
    kept = [part for part in query.split("&") if part and not part.startswith(("sort=", "page="))]
    return "?".join(filter(None, [path, "&".join(kept)]))


def links(browser: Browser, *, within: str | None = None) -> Iterable[str]:
    """The addresses that the last page leads to by GET."""
    assert browser.page is not None
    root = browser.page if within is None else next(browser.page.iter(within))
    for element in root.iter():
        for name in ("href", "action", "data-features", "data-outlines", "src"):
            if address := element.get(name):
                yield address


@pytest.mark.parametrize("role", sorted(READERS))
def test_no_link_of_planning_leads_to_a_case_or_a_person(
    sign_in_as: SignInAs, filled: SmallTown, role: Role
) -> None:
    """Walk the pages of planning from link to link; whoever looks, they lead to places and areas only."""
    browser = sign_in_as(role)
    waiting, seen = ["/planning"], set[str]()
    while waiting and len(seen) < 250:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = browser.get(path)
        assert response.status_code == 200, path
        if response.mimetype != "text/html":
            continue
        assert "X-0" not in browser.text, "the number of a case"
        for address in links(browser, within="main"):
            target = urlsplit(urljoin(path, address))
            assert target.path.startswith(("/planning", "/resources", "/static")) or not target.path, address
            if target.path.startswith("/planning") and not target.path.startswith("/planning/releases"):
                waiting.append(address_of(target.path, target.query))
    assert {f"/planning/areas/{filled.north}", f"/planning/areas/{filled.towns[0]}"} <= seen


def test_a_planner_finds_no_case_from_anywhere(sign_in_as: SignInAs, filled: SmallTown) -> None:
    """The whole product, menu included: every link that a planner can follow."""
    browser = sign_in_as(Role.PLANNER)
    waiting, seen = ["/planning", "/today"], set[str]()
    while waiting and len(seen) < 200:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = browser.get(path)
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        assert "X-0" not in browser.text, "the number of a case"
        for address in links(browser):
            target = urlsplit(urljoin(path, address))
            assert not target.path.startswith(("/cases", "/people", "/visits", "/placements")), (
                path,
                address,
            )
            if (
                not target.netloc
                and not target.path.startswith("/static")
                and target.path != "/planning/releases"
            ):
                waiting.append(address_of(target.path, target.query))
