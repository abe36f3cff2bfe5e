"""The kit in a real browser: rules of accessibility, narrow screens, large text, and the few scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SIZES = [(390, 844), (1280, 800)]
PATHS = ["/", "/plain", "/flashed", "/broken/missing", "/broken/bug"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def page(chromium: "Browser", app: Flask) -> "Iterator[Page]":
    """A page of its own that fails its test when the browser complains about anything but the answer itself."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # The answer itself, and what the kit's progress was asking for while its page was left or closed.
    expected = ("Failed to load resource", "Failed to fetch")
    assert [text for text in complaints if not any(words in text for words in expected)] == []


def resize(page: "Page", width: int, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("path", PATHS)
def test_no_rule_of_accessibility_is_broken(
    page: "Page", address: str, path: str, width: int, height: int
) -> None:
    resize(page, width, height)
    page.goto(address + path)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_rule_is_broken_when_a_form_came_back_and_everything_is_open(
    page: "Page", address: str, width: int, height: int
) -> None:
    resize(page, width, height)
    page.goto(address + "/")
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("今回は外す…").click()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_into_320_pixels(page: "Page", address: str, path: str) -> None:
    resize(page, 320, 640)
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_still_fits_with_text_of_double_size(
    page: "Page", address: str, path: str, width: int
) -> None:
    resize(page, width)
    page.goto(address + path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everything_that_is_pressed_is_large_enough(
    page: "Page", address: str, width: int, height: int
) -> None:
    resize(page, width, height)
    page.goto(address + "/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, .button, .choice, .nav__link, .tab, input, select')]
             .filter((e) => e.checkVisibility() && e.type !== 'hidden' && !e.closest('.choice:not(label)'))
             .filter((e) => !(e.matches('.choice input')))
             .filter((e) => e.getBoundingClientRect().height < 43.5)
             .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_focus_is_a_black_line_with_a_yellow_ring(page: "Page", address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("Tab")
    shown = page.evaluate(
        """() => { const s = getComputedStyle(document.activeElement);
                   return [document.activeElement.className, s.outlineWidth, s.outlineColor, s.boxShadow]; }"""
    )
    assert shown[:3] == ["skip", "4px", "rgb(0, 0, 0)"]
    assert "rgb(255, 212, 61)" in shown[3]


def test_a_form_that_came_back_is_read_from_its_list_of_problems(page: "Page", address: str) -> None:
    page.goto(address + "/")
    page.get_by_role("button", name="保存する").click()
    summary = page.get_by_role("alert").filter(has_text="入力を見直してください")
    summary.wait_for()
    assert summary.evaluate("e => e === document.activeElement")
    page.get_by_role("link", name="見学：選んでください。").click()
    assert page.evaluate("document.activeElement.id") == "welcome-0"


def test_a_password_can_be_looked_at(page: "Page", address: str) -> None:
    page.goto(address + "/")
    show = page.get_by_role("button", name="表示する")
    show.click()
    assert page.locator("#secret").get_attribute("type") == "text"
    assert show.get_attribute("aria-pressed") == "true"
    show.click()
    assert page.locator("#secret").get_attribute("type") == "password"


def test_a_menu_closes_with_escape_and_with_a_click_elsewhere(page: "Page", address: str) -> None:
    page.goto(address + "/")
    opener, item = page.locator(".menu__opener"), page.get_by_role("link", name="サインアウト")
    opener.click()
    assert item.is_visible()
    page.keyboard.press("Escape")
    assert not item.is_visible()
    assert opener.evaluate("e => e === document.activeElement")
    opener.click()
    page.locator("h1").click()
    assert not item.is_visible()


def test_a_question_closes_with_its_own_button_but_not_with_a_click_elsewhere(
    page: "Page", address: str
) -> None:
    page.goto(address + "/")
    question = page.get_by_text("この候補を外しますか。")
    page.get_by_text("今回は外す…").click()
    page.locator("h1").click()
    assert question.is_visible()
    page.get_by_role("button", name="やめる").click()
    assert not question.is_visible()


def test_running_work_replaces_itself(page: "Page", address: str) -> None:
    page.goto(address + "/")
    page.locator("#part").wait_for(timeout=10_000)
    assert page.locator("#import").count() == 0


def test_htmx_leaves_the_page_when_it_is_told_to(page: "Page", address: str) -> None:
    page.goto(address + "/")
    page.evaluate("htmx.ajax('POST', '/leave', {target: '#ready'})")
    page.wait_for_url("**/plain")
    assert page.locator("h1").inner_text() == "ひまわり農園 さん"


def test_a_refusal_is_swapped_into_the_part_that_asked(page: "Page", address: str) -> None:
    page.goto(address + "/")
    page.evaluate("htmx.ajax('GET', '/broken/refused', {target: '#ready'})")
    page.locator("#ready").get_by_text("席がもうありません。").wait_for()
    assert page.locator("h1").count() == 1


def test_without_scripts_the_page_is_complete(chromium: "Browser", app: Flask, address: str) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/")
    assert page.get_by_role("button", name="表示する").count() == 0
    page.get_by_role("link", name="空き", exact=True).click()
    assert page.url.endswith("/?sort=seats")
    page.get_by_text("今回は外す…").click()
    page.get_by_role("button", name="外す", exact=True).click()
    assert page.locator("h1").inner_text() == "ひまわり農園 さん"
    context.close()


def test_paper_shows_neither_navigation_nor_buttons(page: "Page", address: str, tmp_path: Path) -> None:
    page.goto(address + "/")
    page.emulate_media(media="print")
    for selector in (".nav", ".header__search", ".heading__actions", ".skip"):
        assert not page.locator(selector).is_visible(), selector
    assert page.locator("table").is_visible()
    page.pdf(path=tmp_path / "page.pdf")
