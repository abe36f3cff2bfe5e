"""A case in a real browser: on a phone at the door, at a desk in the office, and with the rules of accessibility."""

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
from app.db.database import Database
from tests.factories.cases import actor_of, keep_away, make_actor, make_case, protect, submit_plan
from tests.support.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK = (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = [
    "/cases",
    "/cases/new",
    "/cases/new/light",
    "CASE",
    "CASE/identity",
    "CASE/consents/new",
    "CASE/plan",
]


@pytest.fixture
def account(database: Database) -> Account:
    return make_account(database, Role.CSW, display_name="朝影 みのり")


@pytest.fixture
def case_id(database: Database, account: Account) -> str:
    """A protected case with something in every part of its page."""
    csw = actor_of(database, account)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    protect(database, case, csw)
    keep_away(
        database, case, by=csw, account_id=make_actor(database, Role.ADMIN).account_id, name="元の夫の兄"
    )
    return case.id


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application behind a real address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium: Browser, address: str, account: Account) -> Iterator[Page]:
    """A page in which the worker is signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=login_name]", account.login_name)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url("**/today")
    yield page
    context.close()


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_no_rule_of_accessibility_is_broken(
    page: Page, address: str, case_id: str, size: tuple[int, int]
) -> None:
    resize(page, size)
    for path in PATHS:
        page.goto(address + path.replace("CASE", f"/cases/{case_id}"))
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_a_worker_at_the_door_opens_a_case_with_five_answers(page: Page, address: str) -> None:
    resize(page, PHONE)
    page.goto(f"{address}/cases/new/light")
    page.locator("[name=nickname]").fill("そらさん")
    page.locator("[name=wish]").fill("本のそばにいたい")
    page.locator("[name=place]").fill("木曜の居場所カフェ")
    page.get_by_role("button", name="始める").click()
    page.get_by_role("heading", level=1, name="ケース T-0001 そらさん").wait_for()
    assert "木曜の居場所カフェ" in page.inner_text("main")


def test_the_reason_is_asked_before_anything_is_seen(page: Page, address: str, case_id: str) -> None:
    page.goto(f"{address}/cases/{case_id}")
    page.get_by_role("link", name="本人の情報をひらく").click()
    page.get_by_role("button", name="理由を記録してひらく").click()
    page.get_by_role("alert").wait_for()
    assert "秘田" not in page.content()
    page.get_by_label("訪問・同行").check()
    page.get_by_role("button", name="理由を記録してひらく").click()
    page.get_by_role("heading", level=1, name="本人の情報").wait_for()
    assert "秘田 露子" in page.inner_text("main")
    assert "隠町" not in page.content()
    assert "秘田" not in page.url


def test_nothing_of_somebody_protected_comes_out_on_paper(page: Page, address: str, case_id: str) -> None:
    page.goto(f"{address}/cases/{case_id}/identity")
    page.get_by_label("訪問・同行").check()
    page.get_by_role("button", name="理由を記録してひらく").click()
    page.get_by_role("heading", level=1, name="本人の情報").wait_for()
    page.emulate_media(media="print")
    assert "秘田" not in page.inner_text("main")
    assert "印刷できません" in page.inner_text("main")
