"""One person's path from need to map, on the demo town as it is served: import, case, need, place, visit, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.vocabulary import Role
from app.clock import today
from tests.journeys.conftest import DEMO_PASSWORD, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# What a worker at the door and at a desk has open; each page is photographed at both sizes by `look`.
NEW_PLACE = """種別,名称,住所,町,曜日コード,開始時間,終了時間,狭間の人も可,費用,静けさ,参加の形,公開区分
居場所,ほたるぶくろ文庫,瀬凪市瀬凪駅前一丁目1-1,瀬凪駅前一丁目,0We0Fr,10:00,12:00,可,無料,静か,居るだけ;楽しみ・学び,公開
"""


def test_from_a_new_place_to_the_planners_map(visitor: Visitor, demo_names: dict[Role, str]) -> None:
    page = visitor.page
    # A coordinator who is a CSW as well, as in many towns.
    visitor.sign_in("izumori", DEMO_PASSWORD)
    visitor.look("path-01-today")

    _take_place_in(visitor, page)
    case = _open_light_case(visitor, page)
    _say_need(visitor, page, case)
    _propose(visitor, page)
    _start(visitor, page)
    _log_visit(visitor, page)

    page.locator("summary.menu__opener").click()
    page.get_by_role("button", name="ログアウトする").click()
    visitor.sign_in(demo_names[Role.PLANNER], DEMO_PASSWORD)
    assert_the_map_leads_to_nobody(visitor, page, case)


def _take_place_in(visitor: Visitor, page: Page) -> None:
    visitor.open("/resources/imports")
    visitor.look("path-02-import")
    visitor.field("file").set_input_files(
        {"name": "あたらしい場.csv", "mimeType": "text/csv", "buffer": NEW_PLACE.encode("utf-8-sig")}
    )
    visitor.field("municipality").fill("242993")
    page.get_by_role("button", name="中身を確かめる").click()
    page.get_by_role("button", name="1件を取り込む").wait_for(timeout=30_000)
    visitor.look("path-03-preview")
    page.get_by_role("button", name="1件を取り込む").click()
    page.get_by_role("link", name="社会資源を見る").wait_for(timeout=30_000)
    visitor.look("path-04-imported")
    visitor.open("/resources?q=ほたる&view=table")
    assert "ほたるぶくろ文庫" in page.locator("main").inner_text()
    visitor.look("path-05-catalogue-table")
    visitor.open("/resources?q=ほたる&view=map")
    visitor.look("path-06-catalogue-map")


def _open_light_case(visitor: Visitor, page: Page) -> str:
    visitor.open("/cases/new/light")
    visitor.field("nickname").fill("ほしさん")
    visitor.field("wish").fill("本のそばで、だれかの気配を感じていたい")
    visitor.field("place").fill("まだ決めていない")
    visitor.look("path-07-light-case")
    page.get_by_role("button", name="始める").click()
    page.get_by_role("heading", level=1, name="ほしさん").wait_for()
    visitor.look("path-08-case")
    return page.url.removeprefix(visitor.address)


def _say_need(visitor: Visitor, page: Page, case: str) -> None:
    visitor.open(f"{case}/need")
    visitor.look("path-09-need")
    visitor.field("own_words").fill("本のそばで、だれかの気配を感じていたい")
    page.get_by_role("group", name="いま望む参加").get_by_text("居るだけ").click()
    for box in page.locator("[data-week] input").all():
        box.check()
    page.get_by_role("button", name="保存して、合う場をさがす").click()
    page.wait_for_url("**/candidates")
    visitor.look("path-10-candidates")
    told = page.locator("main").inner_text()
    assert "いま望む形（「居るだけ」）で参加できる" in told
    assert "（変えるなら、本人と話してから）" in told


def _propose(visitor: Visitor, page: Page) -> None:
    page.locator(".candidate").first.get_by_role("button", name="本人に見せる").click()
    page.locator(".candidate").first.get_by_role("link", name="提案を見る").click()
    page.wait_for_url("**/proposals/*")
    visitor.look("path-11-proposal")
    for label in ("本人が「行ってみたい」", "受け入れ先に相談する", "受け入れ先が「どうぞ」"):
        page.get_by_role("button", name=label).click()
    assert "受け入れ決定" in page.locator(".heading").inner_text()


def _start(visitor: Visitor, page: Page) -> None:
    page.get_by_role("link", name="参加を始める").click()
    visitor.look("path-12-start")
    page.get_by_role("radiogroup", name="どこから始めるか").get_by_text("見学").click()
    visitor.field("starts_on").fill(today().isoformat())
    page.get_by_role("button", name="参加を始める").click()
    page.wait_for_url("**/placements/*")
    assert "見学" in page.locator("main").inner_text()
    visitor.look("path-13-placement")


def _log_visit(visitor: Visitor, page: Page) -> None:
    page.locator("main").get_by_role("link", name="記録する").first.click()
    visitor.look("path-14-visit")
    form = page.locator("form.form")
    form.locator("label.mood", has_text="落ち着いている").first.click()
    form.locator("textarea").fill("窓ぎわの席で、1時間すごした。")
    form.get_by_text("1週間後").click()
    form.get_by_role("button", name="保存").click()
    page.get_by_text("記録しました。").wait_for()
    visitor.open("/today")
    visitor.look("path-15-today-afterwards")


def assert_the_map_leads_to_nobody(visitor: Visitor, page: Page, case: str) -> None:
    for show in ("residents", "supply", "in_support", "not_found"):
        visitor.open(f"/planning?show={show}")
        visitor.look(f"path-16-planning-{show}")
        assert page.locator("main table").count() >= 1
    # A planner has no way to a person: not by a link, and not by knowing the address.
    assert page.locator("a[href*='/cases/'], a[href*='/proposals/'], a[href*='/placements/']").count() == 0
    visitor.open(case)
    assert "見つかりませんでした" in visitor.heading
