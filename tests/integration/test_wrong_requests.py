"""Whatever is sent: a Japanese page with a 4xx, and nothing written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.vocabulary import Role
from app.db.database import Database
from tests.architecture.rules.read_only import fingerprints
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import rows_of

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")

ADDRESSES = [
    "/accounts/0",
    "/accounts/2147483647",
    "/accounts/2147483648",
    "/accounts/99999999999999999999999999",
    "/accounts/-1",
    "/accounts/1.5",
    "/accounts/abc",
    "/accounts/%00",
    "/accounts/1%00",
    "/%ff%fe",
    "/%F0%9F%92%A9",
    "/accounts/../../etc/passwd",
    "/static/..%2f..%2fpyproject.toml",
    "/today/",
    "/sign-out",
    "/" + "a" * 3000,
]

BODIES: list[dict[str, Any]] = [
    {"data": b"\xff\xfe%00%zz", "content_type": "application/x-www-form-urlencoded"},
    {
        "data": b"--x\r\nContent-Disposition: form-data; name=",
        "content_type": "multipart/form-data; boundary=x",
    },
    {"data": b"not a multipart", "content_type": "multipart/form-data"},
    {"data": b'{"login_name": 1}', "content_type": "application/json"},
    {"data": b"", "content_type": "text/plain"},
    {"data": {"login_name": ["a", "b"], "password": ["c", "d"]}},
    {"data": {"login_name": "a" * 100_000}},
    {"data": {f"field{number}": "x" for number in range(999)}},
]


def assert_told_in_japanese(browser: Browser, status: int, what: object) -> None:
    """The last answer was a page of ours that blames nobody in English."""
    assert 400 <= status < 500, what
    assert JAPANESE.search(browser.heading), what


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_an_address_that_leads_nowhere_is_told_in_japanese(client: Browser, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 303:
        assert_told_in_japanese(client, answer.status_code, address)
    # Whether the row exists is not told before somebody has signed in.
    assert (answer.location or "/sign-in").startswith("/sign-in")


def test_an_address_that_leads_nowhere_is_told_in_japanese_to_an_admin(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.ADMIN)
    for address in ADDRESSES:
        assert_told_in_japanese(browser, browser.get(address).status_code, address)


def test_a_broken_body_is_told_in_japanese_and_writes_nothing(
    sign_in_as: SignInAs, database: Database
) -> None:
    browser = sign_in_as(Role.ADMIN)
    token = browser.token("/account")
    before = fingerprints(database.engine)
    for path in ("/accounts/new", "/accounts/1", "/account/password"):
        for body in BODIES:
            answer = browser.post(path, headers={"X-CSRFToken": token}, **body)
            assert_told_in_japanese(browser, answer.status_code, (path, body))
    assert fingerprints(database.engine) == before


def test_a_request_that_is_too_large_is_refused_before_it_is_read(
    sign_in_as: SignInAs, database: Database
) -> None:
    browser = sign_in_as(Role.ADMIN)
    token = browser.token("/account")
    answer = browser.post(
        "/accounts/new",
        headers={"X-CSRFToken": token},
        data=b"a" * (33 * 1024 * 1024),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413
    assert browser.heading == "ファイルが大きすぎます"


def test_a_method_that_no_page_has_is_told_in_japanese(client: Browser) -> None:
    token = client.token()
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        answer = client.open("/today", method=method, headers={"X-CSRFToken": token})
        assert_told_in_japanese(client, answer.status_code, method)
        assert "POST" not in answer.headers["Allow"]


def test_a_method_that_nobody_knows_is_told_in_japanese(client: Browser) -> None:
    answer = client.open("/sign-in", method="BREW")
    assert_told_in_japanese(client, answer.status_code, "BREW")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(["login_name", "display_name", "organisation", "affiliation", "roles"]),
        st.text(max_size=80),
    )
)
def test_no_text_in_a_form_breaks_it(
    sign_in_as: SignInAs, database: Database, admins: list[Browser], values: dict[str, str]
) -> None:
    browser = admins[0] if admins else sign_in_as(Role.ADMIN)
    admins[:] = [browser]
    answer = browser.send("/accounts/new", **values)
    assert_told_in_japanese(browser, answer.status_code, values)
    assert len(rows_of(database, "account")) == 1


@pytest.fixture
def admins() -> list[Browser]:
    """Keeps the one browser of a test that hypothesis runs many times."""
    return []
