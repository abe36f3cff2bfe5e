"""A CSW's day on the phone: from きょう to a visit that is saved, counted tap by tap in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from app.followup import queries
from app.followup.vocabulary import Means, Met, Mood, Party
from tests.factories.cases import actor_of
from tests.factories.followup import facts, log, make_place, planned, ready_case, start
from tests.support.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MOST_TAPS = 8


class Thumb:
    """Presses things, and counts how often."""

    def __init__(self) -> None:
        self.taps = 0

    def press(self, thing: Locator) -> None:
        """One tap, where the thing really is."""
        thing.click()
        self.taps += 1


@pytest.fixture
def account(database: Database) -> Account:
    """Who is out in the field."""
    return make_account(database, Role.CSW, Role.COORDINATOR)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case with a placement since last week."""
    case = ready_case(database, csw)
    start(database, case, csw, place=make_place(database), starts_on=today() - timedelta(days=7))
    return case


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


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, address: str, account: Account, case: Case
) -> Iterator[Page]:
    """A phone in which the account is signed in."""
    context = chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        locale="ja-JP",
        base_url=address,
        has_touch=True,
        java_script_enabled=request.param,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login_name]", account.login_name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/today")
    yield page
    context.close()


def test_a_visit_is_logged_in_eight_taps_and_one_text(
    page: Page, database: Database, csw: Actor, case: Case
) -> None:
    thumb = Thumb()
    thumb.press(page.get_by_role("link", name="受け入れ先への連絡を記録する").first)
    form = page.locator("form.form")
    assert form.locator("textarea, input[type=text], input:not([type])").count() == 1
    thumb.press(form.get_by_text("受け入れ先訪問", exact=True))
    thumb.press(form.get_by_text("本人", exact=True))
    thumb.press(form.locator("label.mood", has_text="落ち着いている").first)
    thumb.press(form.locator("label.mood", has_text="うれしそう").last)
    thumb.press(form.locator("textarea"))
    page.keyboard.type("苗を10本植えた。来週も来たいとのこと。")
    thumb.press(form.get_by_text("1週間後"))
    thumb.press(form.get_by_role("button", name="保存"))
    page.wait_for_url("**/today")
    assert page.get_by_text("記録しました。").is_visible()
    assert thumb.taps <= MOST_TAPS
    with database.reading(csw.scope) as session:
        (visit,) = queries.list_visits(session, case.id, most=5, scope=csw.scope)
    note = visit.current.note
    assert (visit.current.means, note.met) == (Means.HOST_VISIT, (Met.PERSON, Met.HOST))
    assert (note.person_mood, note.host_mood) == (Mood.GOOD, Mood.BRIGHT)
    assert note.text == "苗を10本植えた。来週も来たいとのこと。"
    assert visit.current.next_on == today() + timedelta(days=7)


def test_a_usual_telephone_call_takes_five(page: Page, database: Database, csw: Actor, case: Case) -> None:
    thumb = Thumb()
    thumb.press(page.get_by_role("link", name="本人への連絡を記録する").first)
    thumb.press(page.locator("label.mood", has_text="ふつう").first)
    thumb.press(page.locator("textarea"))
    page.keyboard.type("声は明るかった。")
    thumb.press(page.get_by_text("2週間後"))
    thumb.press(page.get_by_role("button", name="保存"))
    page.wait_for_url("**/today")
    assert thumb.taps == 5
    assert planned(database, case, csw, Party.PERSON)[0].due_on == today() + timedelta(days=14)


@pytest.mark.parametrize("page", [True], indirect=True)
def test_what_is_pressed_on_the_phone_is_large_enough(page: Page, case: Case) -> None:
    page.get_by_role("link", name="本人への連絡を記録する").first.click()
    page.get_by_text("日付・出欠・読める人を変える").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll('main .button, main .choice, main .mood, main textarea, main input.input')]
             .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 48)
             .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("page", [True], indirect=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_rule_of_accessibility_is_broken(
    page: Page, database: Database, csw: Actor, case: Case, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    visit_id = log(database, case, csw, facts(on=today() - timedelta(days=9)))
    contact = planned(database, case, csw)[-1]
    for path in (
        "/today",
        f"/touchpoints/{contact.id}/visit",
        f"/touchpoints/{contact.id}/move",
        f"/cases/{case.id}",
        f"/cases/{case.id}/visits",
        f"/cases/{case.id}/visits/new",
        f"/cases/{case.id}/placements/new?q=試験",
        f"/placements/{contact.placement_id}",
        f"/visits/{visit_id}",
        f"/visits/{visit_id}/correct",
    ):
        page.goto(path)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
