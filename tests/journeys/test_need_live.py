"""A need that tells what it costs while it is written, and the form of 暮らす地域, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.db.database import Database
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe
from tests.factories.resources import make_district, make_resource
from tests.factories.town_points import make_town_points
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

SIZES = ((390, 844), (1280, 800))
NARROW = (320, 640)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def account(database: Database) -> Account:
    """Who sits at the browser."""
    return make_account(database, Role.CSW, Role.COORDINATOR)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case in a town with a quiet place, a loud one, one in the evening, and a gathering."""
    make_cafe(database)
    make_cafe(database, "にぎやかな広間", traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    make_cafe(database, "夕方の食堂", opens_minute=1020, closes_minute=1140)
    make_resource(database, name="縁側のお茶", is_light=True)
    make_district(database, "中央")
    make_town_points(database, "北浜一丁目", "北浜二丁目", "港町")
    return make_case(database, csw)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str, account: Account) -> Iterator[Page]:
    """A page in which the account is signed in; what the browser complains of fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP", base_url=address)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.goto("/sign-in")
    opened.locator("[name=login_name]").fill(account.login_name)
    opened.locator("[name=password]").fill(PASSWORD)
    opened.locator("[name=password]").press("Enter")
    opened.wait_for_url("**/today")
    yield opened
    context.close()
    # A refused form answers 422, which Chromium notes as a resource that failed.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def look(page: Page) -> None:
    """Hold the page against the rules on a phone and at a desk, and see that it fits where there is least room."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{width}: {found.generate_report()}"
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_limit_tells_what_it_costs_as_soon_as_it_is_chosen(
    database: Database, page: Page, case: Case
) -> None:
    page.goto(f"/cases/{case.id}/need")
    told, spot = page.locator("#need-costs"), page.locator("#cost-environment")
    told.get_by_text("いま合う場 3か所").wait_for()
    page.locator("[name=limit_noise]").select_option("1")
    told.get_by_text("いま合う場 2か所").wait_for()
    spot.get_by_text("静けさ：この条件で −1か所").wait_for()
    page.locator("[name=leaves_by]").fill("16:00")
    told.get_by_text("いま合う場 1か所").wait_for()
    page.locator("#cost-last_bus").get_by_text("帰りの足：この条件で −1か所").wait_for()
    look(page)
    # What does not go together is said where it stands, and goes away with it.
    page.locator("[name=has_no_time]").check()
    page.locator("[name=free_slots]").first.check()
    page.locator("#cost-hours").get_by_text("どちらかにしてください").wait_for()
    told.get_by_text("まだ数えられません").wait_for()
    look(page)
    page.locator("[name=has_no_time]").uncheck()
    told.get_by_text("いま合う場 0か所").wait_for()
    assert rows_of(database, "need") == []
    assert not page.get_by_role("button", name="件数を見る").is_visible()
    noted = [row for row in rows_of(database, "audit_event") if row["action"] == "need_costs.read"]
    assert len(noted) == 1


def test_a_town_becomes_a_square_and_a_wrong_name_offers_the_near_ones(
    database: Database, page: Page, case: Case
) -> None:
    page.goto(f"/cases/{case.id}/need")
    page.get_by_role("link", name="暮らす地域を記録する").click()
    page.locator("[name=counting_area_id]").select_option(label="中央")
    page.locator("[name=town]").fill("北浜町5-2")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("heading", name="入力を見直してください").wait_for()
    look(page)
    assert "%E5%8C%97" not in page.url
    page.get_by_label("瀬凪市北浜一丁目").check()
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url(f"**/cases/{case.id}")
    shown = page.locator("main").inner_text()
    assert "およそ1km四方" in shown
    assert "北浜" not in shown
    assert rows_of(database, "support_case")[0]["origin_mesh"] is not None
