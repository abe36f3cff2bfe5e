"""A coordinator takes a new host into the catalogue after a visit, at a desk and on a phone, and with the keyboard alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.vocabulary import Role
from app.db.database import Database
from app.resources.vocabulary import KindGroup
from tests.factories.openings import make_host
from tests.factories.resources import make_kind, make_resource
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK = (390, 844), (1280, 800)
NARROWEST = 320
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALL = """() => [...document.querySelectorAll('main button, main summary, main .button, main .choice, main select,'
    + ' main input, main textarea')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden' && !e.matches('.choice input, .hidden'))
  .filter((e) => e.getBoundingClientRect().height < 43.5)
  .map((e) => e.outerHTML.slice(0, 90))"""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Browser, address: str, database: Database) -> Iterator[Callable[..., Page]]:
    """``visit("/hosts", PHONE)`` as a coordinator; fails when the browser complains of anything but a refused form."""
    account = make_account(database, Role.COORDINATOR, display_name="浜岡 さち")
    contexts = []
    complaints: list[str] = []

    def open_page(path: str, size: tuple[int, int] = DESK, **options: object) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="ja-JP",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{address}/sign-in")
        page.locator("main [name=login_name]").fill(account.login_name)
        page.locator("main [name=password]").fill(PASSWORD)
        page.get_by_role("button", name="ログインする").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def assert_fits(page: Page) -> None:
    """Hold a page against the rules of accessibility, the size of a thumb and the narrowest phone."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate(SMALL) == []
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST, page.url
    page.set_viewport_size(size)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_new_host_and_its_first_opening_are_written_down_after_a_visit(
    visit: Callable[..., Page], database: Database, size: tuple[int, int], scripts: bool
) -> None:
    kind_id = make_kind(database, "就労体験", KindGroup.WORK)
    page = visit("/hosts", size, java_script_enabled=scripts)
    page.get_by_role("link", name="受け入れ先を加える").first.click()
    page.get_by_label("名前").fill("みかん山")
    page.get_by_label("電話番号").fill("0590-00-1234")
    page.get_by_role("button", name="加える", exact=True).click()
    page.get_by_role("heading", name="みかん山", level=1).wait_for()
    page.get_by_role("link", name="枠を加える", exact=True).click()
    page.get_by_label("仕事の名前").fill("みかんの選別")
    page.get_by_label("手順").fill("箱をひらく\n大きさで分ける")
    page.get_by_label("種別").select_option(str(kind_id))
    tuesday = page.get_by_role("group", name="火曜日")
    tuesday.get_by_label("午前", exact=True).fill("2")
    tuesday.get_by_text("時刻と定員").click()
    tuesday.get_by_label("始まり（午前）").fill("09:30")
    tuesday.get_by_label("終わり（午前）").fill("09:00")
    page.get_by_role("button", name="この枠を加える").click()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.locator(":focus").get_attribute("name") == "ends_1_morning"
    page.locator(":focus").fill("11:30")
    page.get_by_role("button", name="この枠を加える").click()
    page.get_by_role("heading", name="みかんの選別", level=1).wait_for()
    assert page.get_by_text("9:30〜11:30").is_visible()
    assert page.get_by_text("大きさで分ける").is_visible()
    assert [row["disclosure"] for row in rows_of(database, "resource")] == ["partners"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_hosts_and_openings_fits_a_thumb_and_the_rules(
    visit: Callable[..., Page], database: Database, size: tuple[int, int]
) -> None:
    host_id = make_host(database, phone="0590-00-1234", trade="農家")
    opening_id = rows_of(database, "opening")[0]["id"]
    page = visit("/hosts", size)
    base = page.url.removesuffix("/hosts")
    for path in (
        "/hosts",
        "/hosts?standing=left",
        "/hosts?sort=secret",
        "/hosts/new",
        f"/hosts/{host_id}",
        f"/hosts/{host_id}/edit",
        f"/hosts/{host_id}/openings/new",
        f"/openings/{opening_id}",
        f"/openings/{opening_id}/edit",
    ):
        page.goto(base + path)
        assert_fits(page)
    for summary in page.locator("main summary:visible").all():
        summary.click()
    page.locator("[name=task]").fill("")
    page.locator("[name=seats_1_morning]").fill("99")
    page.get_by_role("button", name="保存する").last.click()
    page.get_by_role("alert").wait_for()
    assert_fits(page)


def test_the_enter_key_saves_and_in_the_search_for_a_place_it_searches(
    visit: Callable[..., Page], database: Database
) -> None:
    host_id = make_host(database)
    make_resource(database, name="山の手公民館", kind="公民館")
    page = visit(f"/hosts/{host_id}/openings/new")
    page.get_by_label("仕事の名前").fill("花の水やり")
    page.get_by_label("登録済みの場所をさがす").fill("公民館")
    page.keyboard.press("Enter")
    page.get_by_text("見つかった場所が、下に1件").wait_for()
    page.get_by_label("山の手公民館").check()
    page.get_by_label("頻度").fill("月1回")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="花の水やり", level=1).wait_for()
    assert page.get_by_role("link", name="山の手公民館").is_visible()


def test_a_host_that_waits_for_a_call_is_called_and_rests_in_one_page(
    visit: Callable[..., Page], database: Database
) -> None:
    host_id = make_host(database, phone="0590-00-1234")
    page = visit(f"/hosts/{host_id}", PHONE)
    page.get_by_text("しばらく休む").click()
    page.get_by_label("この日から再開する").fill("2099-04-01")
    page.get_by_role("button", name="この日に再開する予定で休む").click()
    page.get_by_text("お休み中の枠があります（2099年4月1日（水）から再開）").wait_for()
    assert "浜岡 さち" in page.locator(".history").inner_text()
    assert_fits(page)
    page.get_by_role("button", name="いま再開する").click()
    page.get_by_text("受け入れを再開しました").wait_for()
    assert page.get_by_text("お休み中の枠があります").count() == 0
