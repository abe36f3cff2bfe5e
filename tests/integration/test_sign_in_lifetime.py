"""How long a sign-in lives, and everything that ends it before its time."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.accounts.vocabulary import Role
from app.clock import frozen, now
from app.db.database import Database
from tests.support.accounts import PASSWORD, SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of, statements

NEW_PASSWORD = "midori-no-kame-ga-aruku"


def is_signed_in(browser: Browser) -> bool:
    """Whether the browser still gets in."""
    return browser.get("/account").status_code == 200


def test_a_sign_in_that_lies_unused_for_an_hour_is_over(sign_in_as: SignInAs) -> None:
    with frozen(now()) as start:
        browser = sign_in_as()
    with frozen(start + timedelta(minutes=59)):
        assert is_signed_in(browser)
    with frozen(start + timedelta(minutes=59 + 60)):
        assert is_signed_in(browser)
    with frozen(start + timedelta(minutes=59 + 60 + 61)):
        assert not is_signed_in(browser)


def test_a_sign_in_in_use_is_over_after_half_a_day(sign_in_as: SignInAs) -> None:
    with frozen(now()) as start:
        browser = sign_in_as()
    for half_hours in range(1, 25):
        with frozen(start + timedelta(minutes=30 * half_hours)):
            assert is_signed_in(browser), half_hours
    with frozen(start + timedelta(hours=12, seconds=1)):
        assert not is_signed_in(browser)


def test_last_seen_is_written_once_a_minute_at_most(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    with frozen(now()) as start:
        browser = sign_in_as()
    seen = []
    for seconds in (30, 59, 60, 90, 119, 121):
        with frozen(start + timedelta(seconds=seconds)), statements(app) as sent:
            browser.get("/account")
        seen.append((seconds, sum(statement.startswith("UPDATE") for statement in sent)))
    assert seen == [(30, 0), (59, 0), (60, 1), (90, 0), (119, 0), (121, 1)]
    assert len(rows_of(database, "sign_in")) == 1


def test_signing_out_ends_it_on_the_server_too(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as()
    cookie = browser.get_cookie("tsunagi")
    answer = browser.send("/account", action="/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert browser.get_cookie("tsunagi") is None
    assert cookie is not None
    thief = new_browser(app)
    thief.set_cookie("tsunagi", cookie.value)
    assert not is_signed_in(thief)


def test_a_cookie_that_nobody_gave_out_lets_nobody_in(app: Flask) -> None:
    for value in ("", "x", "a" * 4000, "\x7f", "'; DROP TABLE account; --"):
        browser = new_browser(app)
        browser.set_cookie("tsunagi", value)
        assert not is_signed_in(browser), value


def test_the_other_browsers_can_be_signed_out(sign_in_as: SignInAs, database: Database) -> None:
    account = make_account(database)
    here, there = sign_in_as(account=account), sign_in_as(account=account)
    here.send("/account", action="/account/sign-ins/end-others")
    here.get("/account")
    assert "ほかの 1 台をログアウトしました。" in here.text
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_a_changed_password_ends_all_other_sign_ins_and_keeps_this_one(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account = make_account(database)
    here, there = sign_in_as(account=account), sign_in_as(account=account)
    answer = here.send("/account/password", current=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.location == "/account"
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert new_browser(app).sign_in(account.login_name, PASSWORD).status_code == 422
    assert new_browser(app).sign_in(account.login_name, NEW_PASSWORD).status_code == 303


def test_a_renewed_password_ends_all_sign_ins_and_has_to_be_changed(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account, admin = make_account(database), sign_in_as(Role.ADMIN)
    worker = sign_in_as(account=account)
    admin.send(f"/accounts/{account.id}", action=f"/accounts/{account.id}/renew-password")
    assert "1回だけの表示です" in admin.text
    password = admin.described("はじめてのパスワード")
    assert not is_signed_in(worker)
    again = new_browser(app)
    assert again.sign_in(account.login_name, PASSWORD).status_code == 422
    assert again.sign_in(account.login_name, password).status_code == 303
    assert again.get("/today").location == "/account/password"


def test_closing_an_account_ends_its_sign_ins_and_opening_it_gives_none_back(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account, admin = make_account(database), sign_in_as(Role.ADMIN)
    worker = sign_in_as(account=account)
    page = f"/accounts/{account.id}"
    admin.send(page, action=f"{page}/close")
    assert not is_signed_in(worker)
    assert new_browser(app).sign_in(account.login_name, PASSWORD).status_code == 422
    admin.send(page, action=f"{page}/reopen")
    assert not is_signed_in(worker)
    assert new_browser(app).sign_in(account.login_name, PASSWORD).status_code == 303


def test_a_first_password_opens_nothing_but_its_own_change(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    admin = sign_in_as(Role.ADMIN)
    admin.send(
        "/accounts/new",
        login_name="atarashii",
        display_name="新井 あたる",
        organisation="福祉課",
        affiliation="city",
        roles=["csw", "admin"],
    )
    password = admin.described("はじめてのパスワード")
    browser = new_browser(app)
    browser.sign_in("atarashii", password)
    for path in ("/today", "/account", "/accounts", "/accounts/new"):
        assert browser.get(path).location == "/account/password", path
    token = browser.token("/account/password")
    assert browser.post("/accounts/1/close", data={"csrf_token": token}).location == "/account/password"
    answer = browser.send("/account/password", current=password, new=password, again=password)
    assert answer.status_code == 422
    answer = browser.send("/account/password", current=password, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.status_code == 303
    assert browser.get("/accounts").status_code == 200


def test_a_new_password_is_refused_with_the_reason_beside_its_field(
    sign_in_as: SignInAs, database: Database
) -> None:
    account = make_account(database, login_name="yamada.hanako")
    browser = sign_in_as(account=account)
    refusals = {
        ("chigau", NEW_PASSWORD, NEW_PASSWORD): "いまのパスワードが違います。",
        (PASSWORD, "mijikai", "mijikai"): "12文字以上にしてください。",
        (PASSWORD, "yamada.hanako", "yamada.hanako"): "推測されやすいパスワードです。",
        (PASSWORD, "a" * 129, "a" * 129): "128文字以内にしてください。",
        (PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x"): "上の「新しいパスワード」と同じものを",
        (PASSWORD, PASSWORD, PASSWORD): "いまと違うパスワードにしてください。",
        ("", "", ""): "入力してください。",
    }
    before = rows_of(database, "account")
    for (current, new, again), reason in refusals.items():
        answer = browser.send("/account/password", current=current, new=new, again=again)
        assert answer.status_code == 422, reason
        assert reason in browser.text
    assert rows_of(database, "account") == before
