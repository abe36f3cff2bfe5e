"""Putting a place on the map: from its address, by hand with mouse, thumb and keyboard, and without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.vocabulary import Actor, Role
from app.db.database import Database
from app.resources.engine.placing import BY_HAND
from app.resources.models.rows import as_plain
from app.resources.queries.catalogue import get_resource
from tests.factories.resources import LAT, LON, make_district, make_resource, make_town
from tests.factories.town_points import make_town_points
from tests.support.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

BY = Actor.system("test")
PHONE, DESK = (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SOURCE = "町名一覧（試験の一覧）"
# Ten metres, in degrees of latitude.
TEN_METRES = 0.00009


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served for one test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def key(database: Database) -> int:
    """An entry with an address and no point, in a town with a list of town points."""
    make_district(database, "中央")
    make_town(database, "駅前一丁目", district="中央")
    make_town_points(database, "駅前一丁目", "浜町")
    return make_resource(database, name="こもれび", address="瀬凪市駅前一丁目4-11")


def enter(
    chromium: Browser, address: str, database: Database, size: tuple[int, int], *, scripted: bool = True
) -> Page:
    """Open a browser of this size in which a coordinator is signed in; it goes nowhere but to the product."""
    account = make_account(database, Role.COORDINATOR)
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="ja-JP",
        java_script_enabled=scripted,
        has_touch=size == PHONE,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("request", lambda request: pytest.fail(request.url) if address not in request.url else None)
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


def typed(page: Page) -> tuple[float, float, str, str]:
    """Latitude, longitude, precision and source as the form shows them."""
    lat, lon, precision, source = (
        page.locator(f"main [name={name}]").input_value()
        for name in ("lat", "lon", "point_precision", "point_source")
    )
    return float(lat), float(lon), precision, source


def save(page: Page) -> None:
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_url(lambda url: "/edit" not in url)


def place_of(database: Database, key: int) -> tuple[list[float], str, str | None]:
    """Point, precision and source of an entry."""
    with database.reading(BY.scope) as session:
        row = get_resource(session, key, scope=BY.scope)
        return as_plain(row, "point"), row.point_precision.value, row.point_source


def look_up(page: Page, address: str, key: int) -> None:
    """Open the form and look the address up."""
    page.goto(f"{address}/resources/{key}/edit")
    page.get_by_role("button", name="住所から場所をさがす").click()
    page.get_by_text("「駅前一丁目」のまん中に印を置きました").wait_for()
    page.locator("[data-pin]").scroll_into_view_if_needed()
    page.locator(".pin__icon").wait_for()


def test_a_town_is_found_and_the_pin_is_dragged_to_the_door(
    chromium: Browser, address: str, database: Database, key: int
) -> None:
    page = enter(chromium, address, database, DESK)
    look_up(page, address, key)
    assert typed(page) == (LAT, LON, "town", SOURCE)
    check(page, "form with a pin")
    page.locator(".pin__icon").scroll_into_view_if_needed()
    box = page.locator(".pin__icon").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] - 30, steps=5)
    page.mouse.up()
    lat, lon, precision, source = typed(page)
    assert (lat > LAT, lon > LON, precision, source) == (True, True, "surveyed", BY_HAND)
    save(page)
    assert place_of(database, key) == ([lon, lat], "surveyed", BY_HAND)
    assert BY_HAND in page.locator("main").inner_text()
    check(page, "card of a place on the map")


def test_the_pin_moves_by_keys_and_buttons_and_back(
    chromium: Browser, address: str, database: Database, key: int
) -> None:
    page = enter(chromium, address, database, DESK)
    look_up(page, address, key)
    page.get_by_label("一度に動かす幅").select_option("10")
    page.get_by_role("button", name="印。矢印キーで動かせます").focus()
    page.keyboard.press("ArrowUp")
    fine = typed(page)
    page.keyboard.press("Shift+ArrowUp")
    coarse = typed(page)
    assert fine[0] - LAT == pytest.approx(TEN_METRES, rel=0.05)
    assert coarse[0] - fine[0] == pytest.approx(10 * TEN_METRES, rel=0.05)
    assert coarse[2:] == ("surveyed", BY_HAND)
    page.get_by_role("button", name="西へ").click()
    assert typed(page)[1] < LON
    assert "動かした所に印を置きました" in page.locator("[data-pin-status]").inner_text()
    page.get_by_role("button", name="元に戻す").click()
    assert page.locator("main [name=lat]").input_value() == ""
    assert page.locator(".pin__icon").count() == 0


def test_numbers_move_the_pin(chromium: Browser, address: str, database: Database, key: int) -> None:
    page = enter(chromium, address, database, DESK)
    look_up(page, address, key)
    before = page.locator(".pin__icon").bounding_box()
    page.fill("main [name=lat]", str(LAT + 0.01))
    page.locator("main [name=lat]").blur()
    assert typed(page)[2:] == ("surveyed", BY_HAND)
    assert page.locator(".pin__icon").count() == 1
    assert before is not None


def test_a_thumb_puts_the_pin_on_a_phone(
    chromium: Browser, address: str, database: Database, key: int
) -> None:
    page = enter(chromium, address, database, PHONE)
    look_up(page, address, key)
    page.locator("[data-pin-canvas]").tap(position={"x": 250, "y": 60})
    page.get_by_text("おした所に印を置きました").wait_for()
    lat, lon, precision, source = typed(page)
    assert (lat > LAT, lon > LON, precision, source) == (True, True, "surveyed", BY_HAND)
    save(page)
    assert place_of(database, key) == ([lon, lat], "surveyed", BY_HAND)


def test_without_javascript_the_button_fills_the_numbers(
    chromium: Browser, address: str, database: Database, key: int
) -> None:
    page = enter(chromium, address, database, DESK, scripted=False)
    page.goto(f"{address}/resources/{key}/edit")
    page.get_by_role("button", name="住所から場所をさがす").click()
    page.wait_for_load_state()
    assert "「駅前一丁目」のまん中に印を置きました" in page.locator("main").inner_text()
    assert typed(page) == (LAT, LON, "town", SOURCE)
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_load_state()
    assert place_of(database, key) == ([LON, LAT], "town", SOURCE)
    assert "約" in page.locator("main").inner_text()
