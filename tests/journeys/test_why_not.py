"""From a need to why not, and on to a lead: by keyboard, without a script, on a phone and at a desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.models import Account
from app.accounts.vocabulary import Role
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK, NARROW = (390, 844), (1280, 800), (320, 640)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def account(database: Database) -> Account:
    """Who sits at the browser."""
    return make_account(database, Role.CSW, Role.COORDINATOR)


@pytest.fixture
def case(database: Database, account: Account) -> Case:
    """A case for whom a host is open on other days only; one place fails two limits."""
    make_host(database, "あさひ農園", confirmed_on=today())
    make_cafe(database, "にぎやかな広間", traits={"静けさ": "にぎやか", "参加の形": "働く"})
    make_resource(database, name="縁側のお茶", is_light=True, schedule_note="夕方")
    return make_case(database, actor_of(database, account))


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
    """A page without scripts in which the account is signed in."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="ja-JP", base_url=address, java_script_enabled=False
    )
    opened = context.new_page()
    opened.goto("/sign-in")
    opened.locator("[name=login_name]").fill(account.login_name)
    opened.locator("[name=password]").fill(PASSWORD)
    opened.locator("[name=password]").press("Enter")
    opened.wait_for_url("**/today")
    yield opened
    context.close()


def test_from_a_need_to_a_lead_and_back(
    database: Database, page: Page, chromium: Browser, case: Case
) -> None:
    page.goto(f"/cases/{case.id}/need")
    # 金曜の午前 is the 13th of the 21 boxes.
    page.locator("[name=free_slots]").nth(12).check()
    page.locator("[name=limit_noise]").select_option("1")
    page.locator("[name=kinds_now][value=BEING]").check()
    page.get_by_role("button", name="保存して、合う場をさがす").press("Enter")
    page.wait_for_url("**/candidates")
    assert "合う場はありません" in page.locator("main").inner_text()
    link = page.locator("#changes").get_by_role("link", name="金曜午前に枠を1つ開ければ")
    link.press("Enter")
    page.wait_for_url("**#fallen-title")
    assert "だけを見ています" in page.locator("main").inner_text()
    assert page.locator(".fallen__place").count() == 1
    page.locator(".fallen__place").get_by_role("button", name="開拓メモにする").press("Enter")
    known = page.locator(".fallen__place", has_text="もう開拓メモにあります").first
    assert [row["opens_rule"] for row in rows_of(database, "lead")] == ["金曜午前に枠を1つ開ける"]
    known.get_by_role("link", name="メモを見る").click()
    assert page.get_by_role("heading", level=1).inner_text().strip() == "あさひ農園"
    assert "金曜午前に枠を1つ開ける" in page.locator("main").inner_text()
    page.go_back()
    page.locator(".fallen__place").get_by_role("button", name="取り消す").press("Enter")
    page.wait_for_url("**/candidates*")
    assert "開拓メモを取り消しました" in page.locator("main").inner_text()
    assert rows_of(database, "lead") == []
    _holds_the_rules(chromium, page)


def _holds_the_rules(chromium: Browser, page: Page) -> None:
    """The same page where scripts run, since the examiner is one."""
    context = chromium.new_context(locale="ja-JP", storage_state=page.context.storage_state())
    opened = context.new_page()
    for width, height in (PHONE, DESK, NARROW):
        opened.set_viewport_size({"width": width, "height": height})
        opened.goto(page.url)
        for details in opened.locator("main details").all():
            details.evaluate("element => { element.open = true; }")
        found = Axe().run(opened, options=RULES)
        assert found.violations_count == 0, f"{width}: {found.generate_report()}"
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
