"""A community worker on the way, phone in one hand: a note with a photo in six taps, and areas of her own."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from app.accounts.vocabulary import Role
from tests.factories.fieldwork import make_exif, make_picture
from tests.journeys.conftest import DEMO_PASSWORD, SIZES, Visitor

pytestmark = pytest.mark.browser

TAPS_MOST = 6


def test_a_note_with_a_photo_takes_six_taps(
    visitor: Visitor, demo_names: dict[Role, str], tmp_path: Path
) -> None:
    page, taps = visitor.page, 0
    width, height = SIZES["phone"]
    page.set_viewport_size({"width": width, "height": height})
    visitor.sign_in(demo_names[Role.COMMUNITY], DEMO_PASSWORD)
    visitor.look("today-community")
    page.get_by_role("link", name="地域の場所を見る").click()
    expect(page.get_by_role("list", name="選んでいる条件")).to_contain_text("わたしの地域")
    visitor.look("catalogue-own-areas")
    page.get_by_role("heading", level=3).get_by_role("link").first.click()
    name = visitor.heading
    page.set_viewport_size({"width": width, "height": height})

    def tap(what: Locator) -> None:
        nonlocal taps
        what.click()
        taps += 1

    tap(page.get_by_role("link", name="記録を書く").first)
    visitor.look("field-note-form")
    page.set_viewport_size({"width": width, "height": height})
    tap(page.get_by_text("訪ねた", exact=True))
    tap(page.get_by_text("確かめた", exact=True))
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(make_picture(1200, 900, exif=make_exif()))
    with page.expect_file_chooser() as chooser:
        tap(visitor.field("photo"))
    chooser.value.set_files(photo)
    visitor.field("words").fill("戸口に新しい貼り紙がありました。")
    tap(page.get_by_role("button", name="保存する"))
    assert taps <= TAPS_MOST
    assert visitor.heading == name
    expect(page.locator("li.note").first).to_contain_text("戸口に新しい貼り紙")
    shown = page.locator("li.note img").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("picture => picture.naturalWidth") > 0
    visitor.look("card-with-notes")

    visitor.open("/field-notes")
    expect(page.locator("li.note").first).to_contain_text(name)
    visitor.look("field-notes")
    page.locator("li.note").first.get_by_role("button", name="の記録を消す").click()
    visitor.look("field-note-removed")
    page.get_by_role("button", name="いま消した記録を元にもどす").click()
    expect(page.locator("li.note").first).to_contain_text("戸口に新しい貼り紙")


def test_a_photo_that_is_none_keeps_the_words(
    visitor: Visitor, demo_names: dict[Role, str], tmp_path: Path
) -> None:
    page = visitor.page
    visitor.sign_in(demo_names[Role.COMMUNITY], DEMO_PASSWORD)
    visitor.open("/field-notes/new")
    visitor.field("town").select_option(index=1)
    page.get_by_text("通りがかり", exact=True).click()
    page.get_by_text("新しく見つけた", exact=True).click()
    broken = tmp_path / "IMG_0002.jpg"
    broken.write_bytes(b"this is no photo")
    visitor.field("photo").set_input_files(broken)
    visitor.field("words").fill("夕方のベンチ")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("main")).to_contain_text("写真として読めませんでした")
    expect(visitor.field("words")).to_have_value("夕方のベンチ")
    visitor.look("field-note-refused")
    page.get_by_role("button", name="保存する").click()
    visitor.look("field-note-found")
    page.get_by_role("link", name="軽いカードをつくる").click()
    expect(visitor.field("town_id")).not_to_have_value("")


def test_own_areas_are_chosen(visitor: Visitor, demo_names: dict[Role, str]) -> None:
    visitor.sign_in(demo_names[Role.COMMUNITY], DEMO_PASSWORD)
    visitor.open("/my-areas")
    assert visitor.heading == "わたしの地域"
    visitor.look("my-areas")
    visitor.page.get_by_role("button", name="保存する").click()
    expect(visitor.page.locator("main")).to_contain_text("わたしの地域を保存しました")
