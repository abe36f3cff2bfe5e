"""Signing in: what it gives, and that every refusal looks and costs the same."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts import service
from app.accounts.vocabulary import Role
from app.clock import frozen, now
from app.crypto import passwords
from app.db.database import Database
from tests.integration.conftest import InParallel
from tests.support.accounts import BY, PASSWORD, SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import MakeApp, new_browser, rows_of

WRONG = "ログイン名かパスワードが違います。"


class CountingHasher(PasswordHasher):
    """Counts how often a password was compared, since that is where the time of an answer goes."""

    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        """Compare and count."""
        self.compared += 1
        return super().verify(hash, password)


def plain(answer: TestResponse) -> str:
    """The page without what differs each time: the token of the form, and the name that was typed."""
    return re.sub(r'(name="(?:csrf_token|login_name)"[^>]*value|value)="[^"]*"', "", answer.text)


def closed_account(database: Database) -> str:
    make_account(database, Role.ADMIN)
    account = make_account(database, Role.CSW)
    with database.writing(BY.scope) as session:
        service.close_account(session, account_id=account.id, by=BY, at=now())
    return account.login_name


def test_name_and_password_lead_to_the_day(client: Browser, database: Database) -> None:
    account = make_account(database, Role.CSW)
    answer = client.sign_in(account.login_name, PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/today")
    client.get("/today")
    assert client.heading == "きょう"
    assert account.display_name in client.text


def test_a_blank_around_the_name_is_forgiven_and_one_in_the_password_is_not(
    client: Browser, database: Database
) -> None:
    account = make_account(database)
    assert client.sign_in(account.login_name, PASSWORD + " ").status_code == 422
    assert client.sign_in(f"  {account.login_name} ", PASSWORD).status_code == 303


def test_wrong_password_unknown_name_and_closed_account_are_told_and_worked_alike(
    client: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = [
        (make_account(database).login_name, "kore-wa-chigau"),
        ("dare-mo-inai", PASSWORD),
        (closed_account(database), PASSWORD),
    ]
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    passwords._nobody()
    seen = []
    for name, password in tries:
        hasher.compared = 0
        answer = client.sign_in(name, password)
        assert WRONG in client.text
        seen.append((answer.status_code, plain(answer), hasher.compared, sorted(answer.headers.keys())))
    assert seen[0][0] == 422
    assert seen[0][2] == 1
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]


def test_an_empty_form_says_what_is_missing_and_counts_as_no_attempt(
    client: Browser, database: Database
) -> None:
    assert client.sign_in("", "").status_code == 422
    assert "入力してください。" in client.text
    assert rows_of(database, "sign_in_attempt") == []


def test_a_character_that_no_name_has_is_refused_in_japanese(client: Browser) -> None:
    answer = client.sign_in("a\x00b", PASSWORD)
    assert 400 <= answer.status_code < 500
    assert client.heading in ("ログイン", "送られた内容を読み取れませんでした")


def test_attempts_are_kept_as_fingerprints_only(client: Browser, database: Database) -> None:
    client.sign_in("yamada.hanako", PASSWORD)
    (attempt,) = rows_of(database, "sign_in_attempt")
    assert "yamada" not in str(attempt)
    assert "127.0.0.1" not in str(attempt)


def test_the_token_in_the_cookie_stands_nowhere_in_the_database(client: Browser, database: Database) -> None:
    client.sign_in(make_account(database).login_name, PASSWORD)
    cookie = client.get_cookie("tsunagi")
    assert cookie is not None
    (row,) = rows_of(database, "sign_in")
    assert cookie.value not in str(row)
    assert row["token_hash"] != cookie.value


def test_five_wrong_passwords_make_the_name_wait_even_for_the_right_one(
    app: Flask, client: Browser, database: Database
) -> None:
    name = make_account(database).login_name
    with frozen(now()) as start:
        statuses = [client.sign_in(name, "kore-wa-chigau").status_code for _ in range(5)]
        blocked = client.sign_in(name, PASSWORD)
        assert statuses == [422] * 5
        assert blocked.status_code == 429
        assert "しばらく受け付けを止めています" in client.text
        assert blocked.headers["Retry-After"] == "31"
        other = make_account(database).login_name
        assert new_browser(app).sign_in(other, PASSWORD).status_code == 303
    with frozen(start + timedelta(seconds=31)):
        assert client.sign_in(name, PASSWORD).status_code == 303


def test_an_unknown_name_has_to_wait_like_a_known_one(client: Browser) -> None:
    statuses = [client.sign_in("dare-mo-inai", PASSWORD).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_a_success_makes_former_failures_forgotten(app: Flask, database: Database) -> None:
    name = make_account(database).login_name
    for _ in range(2):
        browser = new_browser(app)
        statuses = [browser.sign_in(name, "kore-wa-chigau").status_code for _ in range(4)]
        assert statuses == [422] * 4
        assert browser.sign_in(name, PASSWORD).status_code == 303


def test_an_address_that_tries_many_names_has_to_wait_and_another_has_not(
    app: Flask, client: Browser, database: Database
) -> None:
    name = make_account(database).login_name
    token = client.token()

    def attempt(name: str, address: str) -> int:
        return client.post(
            "/sign-in",
            data={"csrf_token": token, "login_name": name, "password": "kore-wa-chigau"},
            environ_overrides={"REMOTE_ADDR": address},
            # Without a trusted proxy in front, what a stranger writes here is no address.
            headers={"X-Forwarded-For": f"198.51.100.{len(name)}"},
        ).status_code

    assert {attempt(f"name{number}", "192.0.2.1") for number in range(30)} == {422}
    assert attempt(name, "192.0.2.1") == 429
    assert attempt(name, "192.0.2.2") == 422


def test_a_trusted_proxy_says_from_which_address_an_attempt_comes(
    make_app: MakeApp, database: Database
) -> None:
    client = new_browser(make_app(database, TSUNAGI_TRUSTED_PROXIES="1"))
    token = client.token()
    for address in ("192.0.2.1", "192.0.2.2"):
        client.post(
            "/sign-in",
            data={"csrf_token": token, "login_name": "a", "password": "b"},
            headers={"X-Forwarded-For": f"203.0.113.9, {address}"},
        )
    digests = [row["address_digest"] for row in rows_of(database, "sign_in_attempt")]
    assert len(set(digests)) == 2


def test_guesses_at_the_same_moment_count_as_many_as_they_are(
    app: Flask, database: Database, in_parallel: InParallel
) -> None:
    name = make_account(database).login_name
    browsers = [new_browser(app) for _ in range(12)]
    for browser in browsers:
        browser.get("/sign-in")
    statuses = []

    def guess(number: int) -> None:
        answer = browsers[number].submit("/sign-in", login_name=name, password="chigau")
        statuses.append(answer.status_code)

    in_parallel(len(browsers), guess)
    assert Counter(statuses) == {422: 5, 429: 7}


def test_over_http_the_cookie_is_closed_to_scripts_and_to_other_sites(
    client: Browser, database: Database
) -> None:
    answer = client.sign_in(make_account(database).login_name, PASSWORD)
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("tsunagi=")]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_https_each_cookie_is_bound_to_the_host_and_to_tls(
    make_app: MakeApp, database: Database
) -> None:
    client = new_browser(make_app(database, TSUNAGI_HTTPS="1"))
    page = client.get("/sign-in")
    answer = client.sign_in(make_account(database).login_name, PASSWORD)
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-tsunagi", "__Host-tsunagi-form"}
    for cookie in cookies:
        flags = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert client.get("/today").status_code == 200


def test_a_page_that_needs_a_sign_in_is_returned_to_afterwards(client: Browser, database: Database) -> None:
    answer = client.get("/account?tab=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account?tab%3D1")
    client.get(answer.location or "")
    answer = client.submit("/sign-in", login_name=make_account(database).login_name, password=PASSWORD)
    assert answer.location == "/account?tab=1"


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "/\\example.com", "/\t/x", "today", ""]
)
@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_sign_in_leads_nowhere_else(client: Browser, database: Database, target: str) -> None:
    client.get("/sign-in", query_string={"next": target})
    answer = client.submit("/sign-in", login_name=make_account(database).login_name, password=PASSWORD)
    assert answer.location == "/today"


def test_a_form_that_was_opened_before_the_sign_in_cannot_be_sent_after_it(
    client: Browser, database: Database
) -> None:
    name = make_account(database).login_name
    token = client.token()
    client.sign_in(name, PASSWORD)
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert client.get("/today").status_code == 200


def test_signing_in_again_ends_what_this_browser_had_before(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account, other = make_account(database), make_account(database)
    browser = sign_in_as(account=account)
    former = browser.get_cookie("tsunagi")
    token = browser.token("/account")
    data = {"csrf_token": token, "login_name": other.login_name, "password": PASSWORD}
    assert browser.post("/sign-in", data=data).status_code == 303
    assert former is not None
    thief = new_browser(app)
    thief.set_cookie("tsunagi", former.value)
    assert thief.get("/today").status_code == 303


def test_who_is_signed_in_is_not_asked_again(sign_in_as: SignInAs) -> None:
    browser = sign_in_as()
    assert browser.get("/sign-in").location == "/today"
    assert browser.get("/").location == "/today"


def test_a_sign_in_stands_in_the_log_and_its_failure_does_not(client: Browser, database: Database) -> None:
    account = make_account(database)
    client.sign_in(account.login_name, "chigau")
    client.sign_in(account.login_name, PASSWORD)
    events = [row for row in rows_of(database, "audit_event") if row["action"] == "sign_in.started"]
    assert [(row["actor_id"], row["subject_id"]) for row in events] == [(account.id, str(account.id))]


def test_a_hash_of_weaker_parameters_is_made_anew_at_the_next_sign_in(
    client: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(database)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", stronger)
    assert client.sign_in(account.login_name, PASSWORD).status_code == 303
    (row,) = [row for row in rows_of(database, "account") if row["id"] == account.id]
    assert str(row["password_hash"]).startswith("$argon2id$v=19$m=16,t=2,p=1$")
