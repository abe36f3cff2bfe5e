"""Need, candidates, proposal and paper in a real browser: on a phone and at a desk, and with the keyboard alone."""

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
from app.matching.engine.preview import token_of_limit
from app.matching.vocabulary import RuleId
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe, propose, write_need
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import PASSWORD, make_account

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
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case for which some places fit, some fell out, and some are light cards."""
    made = make_case(database, csw)
    make_cafe(database)
    make_cafe(database, "まだ聞いていない場", traits={"参加の形": "居るだけ"})
    make_cafe(database, "にぎやかな広間", traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    make_resource(database, name="縁側のお茶", is_light=True, schedule_note="夕方")
    make_host(database)
    write_need(database, made, csw)
    return made


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
    assert complaints == []


def test_no_rule_of_accessibility_is_broken_and_all_fits(
    database: Database, page: Page, case: Case, csw: Actor
) -> None:
    resource_id = make_cafe(database, "もう一軒")
    proposal_id = propose(database, case, csw, resource_id)
    noise = token_of_limit(RuleId.NOISE, need_id=write_need(database, case, csw).need_id)
    for path in (
        f"/cases/{case.id}",
        f"/cases/{case.id}/need",
        f"/cases/{case.id}/candidates",
        f"/cases/{case.id}/candidates?without={noise}",
        f"/cases/{case.id}/week",
        f"/cases/{case.id}/week?with={resource_id}&places=2",
        f"/cases/{case.id}/candidates/print",
        f"/proposals/{proposal_id}",
    ):
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path)
            for details in page.locator("main details").all():
                details.evaluate("element => { element.open = true; }")
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, f"{path} {width}: {found.generate_report()}"
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], path


def test_a_week_is_filled_by_its_heads_and_by_keyboard(page: Page, case: Case) -> None:
    page.goto(f"/cases/{case.id}/need")
    week = page.locator("[data-week]")
    for box in week.locator("input").all():
        box.uncheck()
    week.get_by_role("button", name="水").press("Enter")
    week.get_by_role("button", name="午前").press("Space")
    assert week.locator("input:checked").count() == 3 + 7 - 1
    week.get_by_role("button", name="午前").press("Enter")
    assert week.locator("input:checked").count() == 2
    page.get_by_role("button", name="保存して、合う場をさがす").press("Enter")
    page.wait_for_url("**/candidates")
    assert "合う場はありません" in page.locator("main").inner_text()


def test_from_the_list_to_the_answer_of_the_host(page: Page, case: Case) -> None:
    page.goto(f"/cases/{case.id}/candidates")
    first = page.locator(".candidate").first
    assert "窓辺のカフェ" in first.inner_text()
    # What is drawn sums to what is written.
    widths = [float(part.get_attribute("width") or 0) for part in first.locator("rect.score__part").all()]
    low = int(first.locator(".candidate__total").inner_text().split("点")[0].split("〜")[0])
    assert abs(sum(widths) - low) <= 1
    first.get_by_role("button", name="本人に見せる").click()
    page.locator(".candidate").first.get_by_role("link", name="提案を見る").click()
    page.wait_for_url("**/proposals/*")
    for label in ("本人が「行ってみたい」", "受け入れ先に相談する", "受け入れ先が「どうぞ」"):
        page.get_by_role("button", name=label).click()
    assert "受け入れ決定" in page.locator(".heading").inner_text()


def test_a_week_is_put_together_on_a_phone(database: Database, page: Page, case: Case) -> None:
    make_cafe(database, "木曜の縁側", weekday_mask=0b1000, schedule="0Th")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"/cases/{case.id}/candidates")
    page.get_by_role("link", name="1週間の組み合わせ").click()
    page.get_by_role("heading", name="案1").wait_for()
    page.get_by_role("link", name="この場を留める：窓辺のカフェ（案1）").click()
    page.get_by_text("留めた場：窓辺のカフェ").wait_for()
    page.get_by_role("button", name="本人に見せる：窓辺のカフェ（案1）").press("Enter")
    page.get_by_text("本人に見せる場に加えました").wait_for()
    assert page.get_by_role("link", name="提案を見る：窓辺のカフェ（案1）").count() == 1
    assert "with=" in page.url
