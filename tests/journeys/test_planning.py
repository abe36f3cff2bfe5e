"""The planner's page in a real browser: map, table twin, panel, paper, without WebGL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.vocabulary import Role
from app.clock import now
from app.db.database import Database
from tests.factories.planning import SmallTown, make_cases, make_release, make_small_town
from tests.support.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("kind", ["embedded"], indirect=True),
]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WITHOUT_WEBGL = """
const plain = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith('webgl') ? null : plain.call(this, kind, ...rest);
};
"""


@pytest.fixture
def town(database: Database) -> SmallTown:
    """A town with cases and a release."""
    made = make_small_town(database)
    make_cases(database, made)
    make_release(database, now())
    return made


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(params=[(390, 844), (1280, 800)], ids=["phone", "desk"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, address: str, database: Database, town: SmallTown
) -> Iterator[Page]:
    """A planner's browser that fails its test when it complains."""
    account = make_account(database, Role.PLANNER)
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", base_url=address
    )
    context.add_init_script(WITHOUT_WEBGL)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto("/sign-in")
    page.fill("[name=login_name]", account.login_name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize(
    "path", ["", "?age=oldest&sort=-age", "?show=supply", "?show=in_support", "?show=not_found"]
)
def test_no_rule_of_accessibility_is_broken_and_nothing_runs_out_of_the_screen(page: Page, path: str) -> None:
    page.goto(f"/planning{path}")
    page.get_by_text("地図の区域を押すと").wait_for()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_panels_of_a_district_and_a_town(page: Page, town: SmallTown) -> None:
    for area in (town.north, town.towns[0], town.hamlet):
        page.goto(f"/planning/areas/{area}")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def test_a_layer_is_chosen_and_the_table_leads_to_the_panel(page: Page) -> None:
    page.goto("/planning")
    page.get_by_role("radio", name="支援中のニーズ").check()
    page.get_by_role("button", name="表示する").click()
    page.get_by_label("望む参加の形").select_option("work")
    page.get_by_role("button", name="表示する").click()
    assert "10–14件" in page.get_by_role("row").filter(has_text="北部").inner_text()
    page.get_by_role("rowheader").get_by_role("link", name="北部").click()
    page.get_by_role("heading", name="北部の圏域", level=1).wait_for()
    assert page.get_by_text("場が見つからなかったものが少なくとも10件").is_visible()


def test_an_area_on_the_map_leads_to_its_panel(page: Page) -> None:
    page.goto("/planning?show=in_support")
    label = page.locator(".map__name", has_text="北部")
    label.wait_for()
    label.evaluate("label => label.scrollIntoView({ block: 'center' })")
    # The name stands in the middle of its area and lets the click through to the canvas below.
    box = label.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("heading", name="北部の圏域", level=1).wait_for()


def test_without_javascript_the_table_is_all_there(
    chromium: Browser, address: str, database: Database, town: SmallTown
) -> None:
    account = make_account(database, Role.PLANNER)
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login_name]", account.login_name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto("/planning?show=in_support&kind=work")
    assert page.get_by_text("この画面では地図を出せません").is_visible()
    assert page.get_by_role("rowheader").get_by_role("link", name="北部").is_visible()
    context.close()


def test_on_paper_the_table_stands_without_the_map(page: Page) -> None:
    page.goto("/planning?show=in_support")
    page.emulate_media(media="print")
    assert page.locator("table").is_visible()
    assert page.locator("#says").is_visible()
    assert not page.locator("[data-choropleth]").is_visible()
    assert not page.locator("form.views").is_visible()
