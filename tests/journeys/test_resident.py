"""A resident who does not know the words of the field: from the first page to a place, in easy Japanese, on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import NARROWEST, SIZES, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelectorAll('main a, main summary, main button, .public-head a')]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
  .map((e) => e.outerHTML.slice(0, 120))"""


class Thumb:
    """Counts what somebody has to tap."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.taps = 0

    def tap(self, link: Locator) -> None:
        """Follow a link."""
        link.click()
        self.taps += 1


def link(visitor: Visitor, words: str) -> Locator:
    """The link in the page that says this, whatever count stands behind it."""
    return visitor.page.locator("main").get_by_role("link", name=re.compile(f"^{words}")).first


def test_a_resident_finds_a_place_by_purpose_and_day_with_one_thumb(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    visitor.open("/sign-in")
    visitor.page.get_by_role("link", name="住民のみなさまへ").click()
    assert visitor.heading == "町の場所をさがす"
    visitor.look("resident-start")
    thumb = Thumb(visitor)
    thumb.tap(link(visitor, "人と話したい"))
    thumb.tap(link(visitor, "月曜日"))
    assert visitor.heading == "人と話したい"
    assert thumb.taps <= 3
    answer = visitor.page.locator("#answer").inner_text()
    assert re.search(r"開いているとわかっている \d+件・わからない \d+件", answer)
    visitor.look("resident-list")
    place = visitor.page.locator(".place__name a").first
    name = place.inner_text()
    thumb.tap(place)
    assert visitor.heading == name
    assert "月" in visitor.page.locator(".next-days").inner_text()
    assert thumb.taps == 3, "purpose, day, place"
    visitor.look("resident-place")
    visitor.page.get_by_role("link", name="さっきの一覧").click()
    assert visitor.page.locator("#answer").inner_text() == answer


def test_a_district_is_three_taps_away(visitor: Visitor) -> None:
    visitor.open("/places")
    thumb = Thumb(visitor)
    thumb.tap(link(visitor, "地域や町を選ぶ"))
    visitor.look("resident-areas")
    thumb.tap(visitor.page.locator("main .district .pick").first)
    assert visitor.page.locator(".place").count() > 0
    assert thumb.taps <= 3


def test_easy_japanese_stays_on_and_is_reached_by_the_keyboard(visitor: Visitor) -> None:
    visitor.open("/places")
    for _ in range(3):
        visitor.page.keyboard.press("Tab")
    assert "やさしい" in visitor.page.evaluate("document.activeElement.textContent")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/places?easy=1")
    assert visitor.page.locator("ruby").count() > 10
    visitor.look("resident-easy-start")
    visitor.page.locator(".tile").first.click()
    visitor.look("resident-easy-list")
    visitor.page.locator(".place__name a").first.click()
    assert visitor.page.locator("main ruby").count() > 5
    visitor.look("resident-easy-place")
    visitor.page.locator(".public-head__tongues a").click()
    assert "easy" not in visitor.page.url
    assert visitor.page.locator("html").get_attribute("lang") == "ja"


def test_a_town_list_and_a_map_come_out_of_the_printer(visitor: Visitor) -> None:
    visitor.open("/places")
    link(visitor, "紙に印刷する").click()
    visitor.page.locator("main .district .pick").first.click()
    assert visitor.heading.startswith("町内の場一覧")
    visitor.look("resident-paper")
    sizes = []
    for paper in ("", "&paper=a3"):
        area = visitor.page.url.partition("area=")[2].partition("&")[0]
        visitor.open(f"/places/map?area={area}{paper}")
        assert visitor.page.locator(".pin text").count() > 0
        if not paper:
            visitor.look("resident-map")
        printed = visitor.page.pdf(prefer_css_page_size=True)
        sizes.append({tuple(map(round, map(float, box.split()[2:]))) for box in boxes(printed)})
    assert sizes == [{(595, 842)}, {(1191, 842)}], "A4 upright, and A3 lying for the map on a wall"


def boxes(pdf: bytes) -> list[str]:
    """The sizes of the sheets of a PDF."""
    return re.findall(r"/MediaBox\s*\[([^\]]*)\]", pdf.decode("latin-1"))


def test_whoever_is_afraid_gets_a_telephone_and_a_way_out(visitor: Visitor) -> None:
    visitor.open("/places")
    link(visitor, "こわい思いをしている").click()
    assert visitor.heading == "電話で話せるところ"
    visitor.look("resident-phone")
    assert visitor.page.locator("a[href='tel:110']").count() > 0
    visitor.page.get_by_role("link", name="このページを閉じる").first.click()
    visitor.page.wait_for_url("**/resources/calendar")
    visitor.page.go_back()
    assert visitor.page.url.endswith("/places"), "the way back does not lead to the page that was left"


def test_every_choice_is_large_enough_for_a_thumb(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": NARROWEST, "height": 640})
    for path in ("/places", "/places?easy=1", "/places/list?day=today", "/places/areas", "/places/phone"):
        visitor.open(path)
        assert visitor.page.evaluate(SMALL) == [], path


def test_all_of_it_works_without_scripts(chromium: Browser, demo_address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{demo_address}/places")
    page.locator(".tile").first.click()
    page.locator(".pick").nth(1).click()
    page.locator(".place__name a").first.click()
    assert page.locator("main .card").count() > 2
    page.goto(f"{demo_address}/places/phone")
    page.get_by_role("link", name="このページを閉じる").first.click()
    assert page.url.endswith("/resources/calendar")
    context.close()
