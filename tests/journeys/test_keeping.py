"""Keeping the catalogue in a real browser: the table of kinds, many places at once, and the way back."""

from __future__ import annotations

import pytest

from app.accounts.vocabulary import Role

from .conftest import DEMO_PASSWORD, Visitor

pytestmark = pytest.mark.browser


def test_a_coordinator_keeps_kinds_and_changes_many_places_and_takes_it_back(
    visitor: Visitor, demo_names: dict[Role, str]
) -> None:
    page = visitor.page
    visitor.sign_in(demo_names[Role.COORDINATOR], DEMO_PASSWORD)

    visitor.open("/resources")
    page.locator(".catalogue__keeping summary").click()
    page.get_by_role("link", name="種別の表").click()
    assert visitor.heading == "種別の表"
    visitor.look("kinds")
    page.get_by_role("link", name="種別を加える").click()
    visitor.look("kind-new")
    visitor.field("label").fill("子ども食堂")
    page.get_by_role("radio", name="参加の場").check()
    visitor.field("check_interval_days").select_option("90")
    page.get_by_role("button", name="種別を加える").click()
    page.get_by_role("button", name="子ども食堂を1つ上へ").click()
    page.get_by_role("link", name="子ども食堂", exact=True).click()
    visitor.look("kind")

    visitor.open("/resources?view=table")
    visitor.look("table-of-a-keeper")
    for box in page.locator("main input[name=id]").all()[:3]:
        box.check()
    visitor.field("step").select_option("gap:unknown")
    page.get_by_role("button", name="何件変わるか見る").click()
    visitor.look("bulk-plan")
    visitor.open("/resources?view=table")
    page.get_by_role("radio", name="この条件の全").check()
    visitor.field("step").select_option("disclosure:public")
    page.get_by_role("button", name="何件変わるか見る").click()
    visitor.look("bulk-plan-of-all")
    visitor.open("/resources?view=table")
    page.get_by_role("radio", name="このページの").check()
    visitor.field("step").select_option("end")
    page.get_by_role("button", name="何件変わるか見る").click()
    visitor.field("text").fill("会場がなくなった")
    page.get_by_role("button", name="件を直す").click()
    assert "直しました" in page.locator("main").inner_text()
    visitor.look("bulk-done")
    page.get_by_text("取り消す", exact=True).click()
    page.get_by_role("button", name="元にもどす").click()
    assert "すべて取り消しました" in page.locator("main").inner_text()
    visitor.look("bulk-undone")

    visitor.open("/catalogue-changes")
    assert visitor.heading == "直した記録"
    visitor.look("catalogue-changes")


def test_an_administrator_finds_the_table_of_kinds_from_the_start_page(
    visitor: Visitor, demo_names: dict[Role, str]
) -> None:
    visitor.sign_in(demo_names[Role.ADMIN], DEMO_PASSWORD)
    visitor.page.get_by_role("link", name="種別の表をひらく").click()
    assert visitor.heading == "種別の表"
