"""A host opens the link of its letter on a phone: one tap and all is done; a few more where something has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.config import ROOT
from app.db.database import Database
from app.resources.service.hosts import invite_host
from tests.factories.openings import make_host
from tests.support.databases import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

ARTIFACTS: Path = ROOT / "test-artifacts"
BY = Actor.system("test")
NARROWEST = 320
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALL = """() => [...document.querySelectorAll('main button, main summary, main .button, main select, main input')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden')
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


def _fits(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"host-link-{name}.png", full_page=True)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST, page.url
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_tap_confirms_and_seats_are_changed_and_the_preview_says_how_it_looks(
    chromium: Browser, address: str, database: Database, scripts: bool
) -> None:
    host_id = make_host(database, "ひまわり農園")
    with database.writing(BY.scope) as session:
        token = invite_host(session, host_id=host_id, by=BY, at=now())
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="ja-JP", java_script_enabled=scripts
    )
    page = context.new_page()
    look = _fits if scripts else (lambda *_: None)
    taps = 0

    def tap(name: str, role: str = "button") -> None:
        nonlocal taps
        taps += 1
        page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    page.goto(f"{address}/h/{token}")
    page.get_by_role("heading", name="ひまわり農園 さん").wait_for()
    look(page, "letter")
    tap("ぜんぶこのままで大丈夫")
    page.get_by_text("ぜんぶこのままで、確かめました").wait_for()
    assert taps == 1
    assert rows_of(database, "opening")[0]["confirmed_on"] == today()
    look(page, "own")
    page.get_by_text("人数・曜日を変える").click()
    taps += 1
    page.get_by_label("火曜 午前の人数").fill("3")
    look(page, "slots")
    tap("この人数・曜日にする")
    page.get_by_text("1か所の曜日・人数を変えました").wait_for()
    assert taps == 3
    assert page.get_by_text("あと3人").is_visible()
    look(page, "changed")
    tap("見え方を確かめる", "link")
    page.get_by_role("heading", name="見え方を確かめる").wait_for()
    assert taps == 4
    look(page, "preview")
    page.get_by_role("link", name="保険を入力する").click()
    look(page, "details")
    page.goto(f"{address}/host/details")
    look(page, "contact")
    page.goto(f"{address}/h/{token}")
    look(page, "gone")
    tap("新しいリンクを送ってもらう")
    page.get_by_role("heading", name="新しいリンクを頼みました").wait_for()
    look(page, "renewal")
    context.close()
