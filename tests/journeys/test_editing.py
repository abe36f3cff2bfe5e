"""Writing down a gathering on a phone, and mending days at a desk, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.vocabulary import Role
from app.db.database import Database
from tests.factories.resources import make_district, make_resource, make_town
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK = (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MOST_STEPS = 8


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served for one test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def enter(chromium: Browser, address: str, database: Database, size: tuple[int, int], *roles: Role) -> Page:
    """Open a browser of this size in which somebody with these roles is signed in."""
    account = make_account(database, *roles)
    page = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="ja-JP").new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{address}/sign-in")
    page.fill("main [name=login_name]", account.login_name)
    page.fill("main [name=password]", PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def check(page: Page, name: str) -> None:
    """Hold the page against the rules, on a phone and at a desk."""
    size = page.viewport_size
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{name} ({width}): {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert size is not None
    page.set_viewport_size(size)


def test_a_gathering_is_written_down_in_a_few_taps(
    chromium: Browser, address: str, database: Database
) -> None:
    make_district(database, "中央")
    make_town(database, "駅前一丁目", district="中央")
    page = enter(chromium, address, database, PHONE, Role.COMMUNITY)
    page.goto(f"{address}/resources")
    steps = 0
    page.get_by_role("link", name="場を加える").click()
    check(page, "choose")
    page.get_by_role("link", name="軽いカードを書く").click()
    steps += 2
    check(page, "light card")
    for name, text in (
        ("name", "銭湯の縁台"),
        ("where", "亀の湯の前"),
        ("when", "水曜の夕方"),
        ("contact", "番台の人"),
    ):
        page.fill(f"main [name={name}]", text)
        steps += 1
    page.get_by_role("button", name="保存").click()
    steps += 1
    page.wait_for_url(lambda url: "/new" not in url)
    assert page.get_by_role("heading", level=1).inner_text().strip() == "銭湯の縁台"
    assert steps <= MOST_STEPS
    check(page, "card")
    assert [row["building"] for row in rows_of(database, "resource")] == ["亀の湯の前"]


def test_days_and_a_closure_are_mended_at_a_desk(chromium: Browser, address: str, database: Database) -> None:
    key = make_resource(
        database, name="こもれび", schedule="0Mo", weekday_mask=1, opens_minute=600, closes_minute=720
    )
    page = enter(chromium, address, database, DESK, Role.COORDINATOR)
    page.goto(f"{address}/resources/{key}")
    page.get_by_role("link", name="直す", exact=True).click()
    check(page, "full form")
    weeks = page.get_by_role("group", name="何週目")
    for label, is_on in (("毎週", False), ("第1", True), ("第3", True)):
        weeks.get_by_label(label).set_checked(is_on)
    page.get_by_role("button", name="休みの行を足す", exact=True).click()
    page.wait_for_load_state()
    assert weeks.get_by_label("第3").is_checked()
    page.fill("[name=closures-0-first]", "2026-12-07")
    check(page, "full form with a closure")
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_url(lambda url: "/edit" not in url)
    assert "第1・3月曜日" in page.locator("main").inner_text()
    page.get_by_role("link", name="直した記録").click()
    check(page, "history")
    page.get_by_role("button", name="を取り消す").click()
    page.wait_for_url(lambda url: "/history" not in url)
    assert "毎週月曜日" in page.locator("main").inner_text()
