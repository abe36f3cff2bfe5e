"""A coordinator goes through the telephone list of the demo town: confirm, take back, nobody there, paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.accounts.vocabulary import Role
from tests.journeys.conftest import DEMO_PASSWORD, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser


def rows(visitor: Visitor) -> Locator:
    """The hosts and places of the list."""
    return visitor.page.locator("li.due")


def test_the_list_is_worked_through_with_one_thumb(visitor: Visitor, demo_names: dict[Role, str]) -> None:
    visitor.sign_in(demo_names[Role.COORDINATOR], DEMO_PASSWORD)
    visitor.page.get_by_role("link", name="確かめる予定をひらく").click()
    assert visitor.heading == "確かめる予定"
    visitor.look("confirmations")

    visitor.open("/confirmations?what=host&state=stale")
    first = rows(visitor).first
    name = first.get_by_role("heading").inner_text()
    before = rows(visitor).count()
    first.get_by_role("button", name="つながらなかった").click()
    expect(rows(visitor).first).to_contain_text("つながらなかった")
    visitor.look("confirmations-missed")

    rows(visitor).first.get_by_role("button", name="を確かめた").click()
    expect(rows(visitor)).to_have_count(before - 1)
    visitor.look("confirmations-done")
    visitor.page.get_by_role("button", name="いまの「確かめた」を取り消す").click()
    expect(rows(visitor)).to_have_count(before)
    expect(rows(visitor).first).to_contain_text(name)

    visitor.page.get_by_role("link", name=name, exact=True).click()
    expect(visitor.page.get_by_role("button", name="を確かめた")).to_be_visible()
    visitor.look("confirmations-host")

    visitor.open("/confirmations?what=place")
    rows(visitor).first.get_by_role("link").first.click()
    expect(visitor.page.get_by_role("button", name="を確かめた")).to_be_visible()
    visitor.look("confirmations-place")

    visitor.open("/confirmations?view=print")
    visitor.look("confirmations-paper")
