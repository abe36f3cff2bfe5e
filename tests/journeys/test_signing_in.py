"""From the sign-in to the day and out again, for each demo role; and how a new colleague gets in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.accounts.vocabulary import Role
from tests.journeys.conftest import DEMO_PASSWORD, Visitor

NEW_PASSWORD = "midori-no-kame-ga-aruku"


@pytest.mark.parametrize("role", list(Role))
def test_each_demo_role_signs_in_sees_its_day_and_signs_out(
    visitor: Visitor, demo_names: dict[Role, str], role: Role
) -> None:
    visitor.sign_in(demo_names[role], DEMO_PASSWORD)
    assert visitor.heading == "きょう"
    visitor.look(f"today-{role.value}")
    visitor.page.locator(".header__person summary").click()
    visitor.page.get_by_role("button", name="ログアウトする").click()
    visitor.page.wait_for_url("**/sign-in")
    visitor.open("/today")
    assert visitor.heading == "ログイン"


def test_the_pages_before_and_around_the_day_are_sound(visitor: Visitor, demo_names: dict[Role, str]) -> None:
    visitor.open("/sign-in")
    visitor.look("sign-in")
    visitor.open("/there-is-no-such-page")
    assert visitor.heading == "お探しのページは見つかりませんでした"
    visitor.look("missing")
    visitor.sign_in(demo_names[Role.CSW], DEMO_PASSWORD)
    for path, name in (("/account", "own-account"), ("/account/password", "password")):
        visitor.open(path)
        visitor.look(name)
    visitor.page.get_by_role("button", name="パスワードを変える").click()
    expect(visitor.page.get_by_role("alert").first).to_be_visible()
    visitor.look("password-refused")


def test_a_wrong_password_is_told_and_the_name_is_kept(visitor: Visitor) -> None:
    visitor.open("/sign-in")
    visitor.field("login_name").fill("dare-ka")
    visitor.field("password").fill("chigau")
    visitor.page.get_by_role("button", name="ログインする").click()
    expect(visitor.page.get_by_text("ログイン名かパスワードが違います。").first).to_be_visible()
    assert visitor.field("login_name").input_value() == "dare-ka"
    assert visitor.field("password").input_value() == ""
    visitor.look("sign-in-refused")


def test_a_new_colleague_gets_in_and_chooses_a_password_of_their_own(
    visitor: Visitor, demo_names: dict[Role, str]
) -> None:
    visitor.sign_in(demo_names[Role.ADMIN], DEMO_PASSWORD)
    visitor.open("/accounts")
    visitor.look("accounts")
    visitor.page.get_by_role("link", name="アカウントを作る").click()
    visitor.look("account-new")
    visitor.field("login_name").fill("arai.ataru")
    visitor.field("display_name").fill("新井 あたる")
    visitor.field("organisation").fill("社会福祉協議会")
    visitor.page.get_by_label("委託先（社協など）").check()
    visitor.page.get_by_label("CSW・支援員").check()
    visitor.page.get_by_role("button", name="アカウントを作る").click()
    assert visitor.heading == "はじめてのパスワード"
    visitor.look("first-password")
    password = visitor.page.locator("dt:has-text('はじめてのパスワード') + dd").inner_text().strip()
    visitor.page.context.clear_cookies()

    visitor.sign_in("arai.ataru", password)
    assert visitor.heading == "パスワードを変える"
    visitor.look("password-first")
    visitor.open("/today")
    assert visitor.heading == "パスワードを変える"
    visitor.field("current").fill(password)
    visitor.field("new").fill(NEW_PASSWORD)
    visitor.field("again").fill(NEW_PASSWORD)
    visitor.page.get_by_role("button", name="パスワードを変える").click()
    visitor.page.wait_for_url("**/account")
    visitor.open("/today")
    assert visitor.heading == "きょう"
    visitor.page.context.clear_cookies()

    visitor.sign_in(demo_names[Role.ADMIN], DEMO_PASSWORD)
    visitor.open("/accounts")
    visitor.page.get_by_role("link", name="新井 あたる").click()
    visitor.look("account")
    visitor.page.get_by_text("アカウントを閉じる").first.click()
    visitor.page.get_by_role("button", name="閉じる", exact=True).click()
    expect(visitor.page.get_by_text("アカウントを閉じました。").first).to_be_visible()
    visitor.look("account-closed")
