"""The catalogue in a real browser: a resident on a phone, a coordinator at a desk, and whoever has neither mouse nor script."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.serving import make_server

from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import Closure, Meeting, Timetable
from tests.factories.resources import LAT, LON, make_catalogue, make_district, make_resource, make_town

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["embedded"], indirect=True)]

PHONE, DESK = (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = [
    "/resources",
    "/resources?view=map",
    "/resources?view=table&sort=-confirmed",
    "/resources?view=print",
    "/resources?town=TOWN&within=5000&sort=near&day=1&gap=y",
    "/resources?sort=near",
    "/resources?q=天文台",
    "/resources?on=2026-11-24",
    "/resources?on=2026-11-24&view=table",
    "/resources/calendar?week=2026-W48",
    "/resources/calendar?week=2026-W48&q=天文台",
    "/resources/CARD",
    "/resources/LIGHT",
]
SMALL = """() => [...document.querySelectorAll('main button, main summary, main .button, main .choice, main .tab,'
    + ' main select, main input, main .chip--filter, main .leaflet-bar a, main .place__name a')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden' && !e.matches('.choice input'))
  .filter((e) => e.getBoundingClientRect().height < 43.5)
  .map((e) => e.outerHTML.slice(0, 90))"""


@pytest.fixture
def town(database: Database) -> dict[str, int]:
    """A small town with everything that a page can show."""
    make_district(database, "中央")
    make_catalogue(database, 60)
    return {
        "TOWN": make_town(database, "駅前一丁目", district="中央"),
        "LIGHT": make_resource(database, name="銭湯の縁台", is_light=True, schedule_note="夕方"),
        "CARD": make_resource(
            database,
            name="あさひカフェ",
            kana="アアサヒカフェ",
            weekday_mask=0b101,
            schedule="0Mo0We",
            opens_minute=600,
            timetable=document_of(
                Timetable(
                    (
                        Meeting("0Mo0We", 600, 720, who="親子"),
                        Meeting("0We", 780, 900, who="だれでも"),
                        Meeting("7Su", 600, 720),
                    ),
                    closures=(Closure(date(2099, 8, 10), date(2099, 8, 16), "改修"),),
                )
            ),
            lon=LON + 0.003,
            lat=LAT,
            point_precision=PositionPrecision.TOWN,
        ),
        "ONE": make_resource(database, name="朝の会", kana="アアア", lon=LON + 0.012, lat=LAT + 0.012),
        "TWO": make_resource(database, name="昼の会", kana="アアイ", lon=LON + 0.012, lat=LAT + 0.012),
    }


@pytest.fixture
def address(app: Flask, town: dict[str, int]) -> Iterator[str]:
    """The application on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Browser, address: str, town: dict[str, int]) -> Iterator[Callable[..., Page]]:
    """``visit("/resources", PHONE)``; fails when the browser complains of anything but a refused address."""
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
        for name, key in town.items():
            path = path.replace(name, str(key))
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def drawn(page: Page) -> None:
    """Wait until the map says what is on it."""
    page.locator("[data-map-status]", has_text="地図に").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", PATHS)
def test_no_rule_of_accessibility_is_broken_and_all_is_large_enough(
    visit: Callable[..., Page], path: str, size: tuple[int, int]
) -> None:
    page = visit(path, size)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_into_320_pixels(visit: Callable[..., Page], path: str) -> None:
    page = visit(path, (320, 640))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if page.locator(".finder__more > summary").count():
        page.locator(".finder__more").evaluate("e => { e.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_resident_finds_a_place_with_the_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit("/resources", PHONE)
    page.get_by_role("searchbox", name="ことば").focus()
    page.keyboard.type("銭湯")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1件見つかりました").wait_for()
    link = page.get_by_role("link", name="銭湯の縁台")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="銭湯の縁台").wait_for()
    assert page.get_by_text("夕方").is_visible()


def test_conditions_become_chips_and_are_taken_away(visit: Callable[..., Page]) -> None:
    page = visit("/resources", PHONE)
    page.get_by_text("条件をえらぶ").click()
    page.get_by_role("form", name="場所をさがす").get_by_text("いつ", exact=True).click()
    page.get_by_label("水", exact=True).check()
    page.get_by_role("button", name="この条件でさがす").click()
    chip = page.locator(".chip--filter", has_text="水曜日")
    assert chip.get_by_label("を外す").count() == 1
    chip.click()
    page.wait_for_url(lambda url: "day" not in url)
    assert chip.count() == 0


def test_a_place_in_the_list_lights_up_on_the_map_and_back(visit: Callable[..., Page]) -> None:
    page = visit("/resources", DESK)
    drawn(page)
    page.get_by_role("link", name="あさひカフェ").focus()
    shown = page.locator(".leaflet-tooltip", has_text="あさひカフェ")
    shown.wait_for()
    page.get_by_role("searchbox", name="ことば").focus()
    shown.wait_for(state="detached")
    assert shown.count() == 0


def test_all_that_stands_at_one_point_opens_as_one_list(visit: Callable[..., Page]) -> None:
    page = visit("/resources?view=map&town=TOWN&within=2000", DESK)
    drawn(page)
    canvas = page.locator("[data-map-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    found = False
    for across in range(20, int(box["width"]), 14):
        for down in range(20, int(box["height"]), 14):
            page.mouse.move(box["x"] + across, box["y"] + down)
            if page.locator(".leaflet-tooltip", has_text="ここに2件").count():
                page.mouse.click(box["x"] + across, box["y"] + down)
                found = True
                break
        if found:
            break
    popup = page.locator(".leaflet-popup")
    popup.wait_for()
    assert popup.get_by_role("link").all_inner_texts() == ["朝の会", "昼の会"]


def test_a_phone_asks_for_the_map_only_when_it_is_looked_at(visit: Callable[..., Page]) -> None:
    page = visit("/resources", PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not any("geojson" in url for url in asked)
    page.get_by_role("link", name="地図", exact=True).click()
    drawn(page)
    assert any("map.geojson" in url for url in asked)


def test_the_phone_says_where_it_is_and_the_address_does_not(visit: Callable[..., Page]) -> None:
    page = visit(
        "/resources",
        PHONE,
        geolocation={"longitude": LON + 0.00312, "latitude": LAT},
        permissions=["geolocation"],
    )
    page.get_by_role("button", name="近くをさがす").click()
    page.get_by_role("heading", level=1, name="いまいる場所の近く").wait_for()
    assert page.url.endswith("/resources/nearby")
    assert page.get_by_role("link", name="あさひカフェ").is_visible()
    assert Axe().run(page, options=RULES).violations_count == 0


def test_everything_is_found_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit("/resources?view=map", DESK, java_script_enabled=False)
    assert page.get_by_text("この画面では地図を出せません。").is_visible()
    assert page.get_by_role("button", name="近くをさがす").count() == 0
    page.get_by_role("link", name="表", exact=True).click()
    page.get_by_role("link", name="種別", exact=True).click()
    assert "sort=kind" in page.url
    assert page.get_by_role("columnheader", name="種別").get_attribute("aria-sort") == "ascending"


def test_a_map_that_fails_leads_to_the_list(visit: Callable[..., Page]) -> None:
    page = visit("/resources", DESK)
    page.route("**/map.geojson*", lambda route: route.fulfill(status=200, body="{}"))
    page.goto(page.url + "?view=map")
    page.get_by_text("地図を読み込めませんでした。").wait_for()
    assert page.get_by_role("link", name="一覧", exact=True).is_visible()


def test_paper_shows_the_table_and_no_buttons(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("/resources?view=print", DESK)
    page.emulate_media(media="print")
    for selector in (".nav", ".heading__actions", ".header__search"):
        assert not page.locator(selector).is_visible(), selector
    assert page.get_by_role("table").is_visible()
    page.pdf(path=tmp_path / "list.pdf")


def test_a_day_is_chosen_without_scripts_and_leads_to_its_week(visit: Callable[..., Page]) -> None:
    page = visit("/resources?card=full", PHONE, java_script_enabled=False)
    page.get_by_role("link", name="今度の土曜", exact=True).click()
    assert "on=20" in page.url
    assert page.get_by_role("heading", name="この日に開いているかわからない場所").is_visible()
    page.get_by_role("link", name="週間予定", exact=True).click()
    page.get_by_role("heading", level=1, name="町内の場 週間予定").wait_for()
    assert page.locator(".chip--filter", has_text="施設・事業・団体だけ").count() == 1
    page.get_by_role("link", name="次の週", exact=True).click()
    assert "week=20" in page.url
    page.get_by_role("link", name="あさひカフェ").first.click()
    assert page.get_by_role("heading", name="つぎの5回").is_visible()
    page.get_by_text("カレンダーに入れる").click()
    assert page.get_by_text("/calendar.ics").first.is_visible()


def test_a_phone_shows_today_first_and_a_desk_seven_columns(visit: Callable[..., Page]) -> None:
    page = visit("/resources/calendar", PHONE)
    assert (
        page.locator(".plan__day")
        .evaluate_all(
            "days => [...days].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0].className"
        )
        .endswith("plan__day--today")
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    places = page.locator(".plan__day").evaluate_all(
        "days => days.map((day) => day.getBoundingClientRect().left)"
    )
    assert places == sorted(set(places))
    assert len(places) == 7


def test_a_week_goes_on_paper_across(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("/resources/calendar?week=2026-W48", DESK)
    page.emulate_media(media="print")
    for selector in (".nav", ".finder", ".weeks", ".subscribe", ".heading__actions"):
        assert not page.locator(selector).first.is_visible(), selector
    paper = page.pdf(path=tmp_path / "week.pdf", prefer_css_page_size=True)
    # A4 across, in points.
    assert b"/MediaBox [0 0 841" in paper
