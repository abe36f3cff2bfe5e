"""How a menu grows: a resident offers from a phone, a community coordinator makes a lead of it and logs a call."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.models import Account
from app.accounts.vocabulary import Role
from app.clock import today
from app.db.database import Database
from tests.factories.cases import actor_of
from tests.factories.development import make_helper, make_lead, make_notice, make_offer
from tests.support.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK = (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def account(database: Database) -> Account:
    """A community coordinator who decides for the city as well, so that every page opens."""
    return make_account(database, Role.COMMUNITY, Role.CITY_OFFICER)


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


def open_page(chromium: Browser, address: str, size: tuple[int, int], *, scripts: bool = True) -> Page:
    """A page in a browser of its own."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="ja-JP",
        base_url=address,
        java_script_enabled=scripts,
    )
    return context.new_page()


def sign_in(page: Page, account: Account) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in")
    page.fill("[name=login_name]", account.login_name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/today")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_offer_from_a_phone_becomes_a_lead_with_a_call(
    chromium: Browser, address: str, account: Account, scripts: bool
) -> None:
    resident = open_page(chromium, address, PHONE, scripts=scripts)
    resident.goto("/resources")
    resident.get_by_role("link", name="場所・仕事・手を出せます").click()
    resident.get_by_text("手・得意なこと").click()
    resident.fill("[name=words]", "土曜に縁側で将棋の相手ができます")
    resident.fill("[name=name]", "露木 桂馬")
    resident.get_by_role("button", name="申し出を送る").click()
    assert resident.get_by_text("どちらかを入力してください").first.is_visible()
    resident.fill("[name=phone]", "090-0000-7171")
    resident.get_by_label("連絡を受けることに同意します").check()
    resident.get_by_role("button", name="申し出を送る").click()
    resident.wait_for_url("**/offers/received")
    number = resident.locator(".receipt").inner_text()
    assert re.fullmatch(r"\d{4}-\d{4}", number)
    resident.context.close()

    worker = open_page(chromium, address, DESK, scripts=scripts)
    sign_in(worker, account)
    worker.get_by_role("link", name="申し出を見る").click()
    worker.get_by_role("link", name=number).click()
    assert worker.get_by_text("露木 桂馬").is_visible()
    worker.get_by_role("button", name="開拓メモにする").click()
    worker.wait_for_url("**/leads/*")
    worker.get_by_text("電話", exact=True).first.click()
    worker.fill("[name=said]", "公民館の縁側を借りられるか聞いてみる")
    worker.fill("[name=promise]", "館長に会いに行く")
    worker.fill("[name=promise_on]", (today() + timedelta(days=2)).isoformat())
    worker.get_by_role("button", name="記録する").click()
    worker.get_by_text("記録しました").wait_for()
    assert worker.locator(".heading").get_by_text("連絡した", exact=True).is_visible()
    assert worker.locator(".heading").get_by_text("館長に会いに行く").is_visible()
    worker.context.close()


def test_every_page_keeps_the_rules_of_accessibility_and_fits_a_narrow_phone(
    chromium: Browser, address: str, database: Database, account: Account
) -> None:
    by = actor_of(database, account)
    lead_id = make_lead(database, by, next_on=today(), next_step="電話する")
    paths = [
        "/today",
        "/resources",
        "/offers/new",
        "/offers/received",
        "/residents-notices/new",
        "/residents-notices/received",
        "/leads",
        "/leads/new",
        f"/leads/{lead_id}",
        f"/leads/{lead_id}/proposal",
        "/offers",
        f"/offers/{make_offer(database)}",
        "/helpers",
        f"/helpers/{make_helper(database, by)}",
        "/residents-notices",
        f"/residents-notices/{make_notice(database)}",
        "/residents-notices/windows",
    ]
    page = open_page(chromium, address, DESK)
    sign_in(page, account)
    for path in paths:
        assert page.goto(path) is not None
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.context.close()


def test_the_sheet_for_an_organisation_fits_one_page_of_paper(
    chromium: Browser, address: str, database: Database, account: Account
) -> None:
    lead_id = make_lead(database, actor_of(database, account))
    page = open_page(chromium, address, DESK)
    sign_in(page, account)
    page.goto(f"/leads/{lead_id}/proposal")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.context.close()
