"""Every page against every role, and everything that must look as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.guards import Access
from app.accounts.vocabulary import Role
from app.db.database import Database
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import MakeApp, new_browser, rows_of

READING = {"GET"}
# Arguments of addresses: numbers, opaque ids, tokens, words, UUIDs, days.
WORDS = ("1", "a", "a" * 22, "a" * 32, "a" * 43, "00000000-0000-4000-8000-000000000000", "2026-04-01")


def doors(app: Flask) -> Iterator[tuple[Rule, Access]]:
    """Every route with what its view declares."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            access: Access = vars(app.view_functions[rule.endpoint])["_access"]
            yield rule, access


def address_of(app: Flask, rule: Rule) -> str:
    """An address of the route, with the simplest value for each argument."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        words = getattr(converter, "items", None) or WORDS
        fitting = [word for word in words if re.fullmatch(converter.regex, word)]
        assert fitting, f"no word fits <{name}> of {rule.rule}"
        values[name] = converter.to_python(fitting[0])
    with app.test_request_context():
        built: str = app.url_map.bind("localhost").build(rule.endpoint, values, method=_method(rule))
    return built


def _method(rule: Rule) -> str:
    methods = rule.methods or set()
    return "GET" if "GET" in methods else sorted(methods - {"OPTIONS"})[0]


def missing_page(browser: Browser) -> TestResponse:
    """What an address answers that leads nowhere."""
    return browser.get("/there-is-no-such-page")


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_its_roles_and_is_missing_for_all_others(
    app: Flask, sign_in_as: SignInAs, role: Role
) -> None:
    browser = sign_in_as(role)
    token = browser.token("/account")
    nothing = missing_page(browser)
    assert nothing.status_code == 404
    wrong = []
    for rule, access in doors(app):
        for_accounts = not access.roles and not access.subject_kind
        admitted = access.public or for_accounts or role in access.roles
        path = address_of(app, rule)
        if not admitted:
            answer = browser.open(path, method=_method(rule), data={"csrf_token": token})
            if (answer.status_code, answer.data) != (404, nothing.data):
                wrong.append((rule.rule, "is not shut"))
        elif _method(rule) in READING:
            answer = browser.get(path)
            if answer.status_code >= 500 or (answer.status_code == 404 and not rule.arguments):
                wrong.append((rule.rule, f"answers {answer.status_code}"))
    assert wrong == []


def test_whoever_is_not_signed_in_sees_public_pages_only(app: Flask) -> None:
    browser = new_browser(app)
    token = browser.token()
    wrong = []
    for rule, access in doors(app):
        answer = browser.open(address_of(app, rule), method=_method(rule), data={"csrf_token": token})
        if access.public:
            right = not (answer.location or "").startswith("/sign-in?") and answer.status_code < 500
        elif access.subject_kind:
            right = answer.status_code == 404
        else:
            right = answer.status_code == 303 and (answer.location or "").startswith("/sign-in")
        if not right:
            wrong.append((rule.rule, answer.status_code))
    assert wrong == []


def test_somebody_with_several_roles_enters_by_any_of_them(sign_in_as: SignInAs) -> None:
    assert sign_in_as(Role.CSW, Role.ADMIN).get("/accounts").status_code == 200


def test_a_view_that_says_nothing_stays_shut_for_everybody(
    own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    own_app.add_url_rule("/forgotten", view_func=lambda: "open to all", endpoint="forgotten")
    assert new_browser(own_app).get("/forgotten").status_code == 404
    assert "declares no access" in caplog.text


def test_no_page_says_that_something_is_forbidden(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.PLANNER)
    answers = {browser.get(path).status_code for path in ("/accounts", "/accounts/1", "/accounts/new")}
    assert answers == {404}


def test_a_fragment_that_is_shut_says_no_more_than_a_page(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.CSW)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    shut = browser.get("/accounts", headers=headers)
    missing = browser.get("/there-is-no-such-page", headers=headers)
    assert (shut.status_code, shut.data) == (404, missing.data)
    assert b"<html" not in shut.data


def test_htmx_is_led_to_the_sign_in_as_a_whole_page(client: Browser) -> None:
    answer = client.get("/today", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=/today")


@pytest.mark.parametrize(
    ("headers", "with_token"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
    ],
)
def test_a_form_without_its_token_or_from_another_site_changes_nothing(
    sign_in_as: SignInAs, database: Database, headers: dict[str, str], with_token: bool
) -> None:
    browser = sign_in_as(Role.ADMIN)
    token = browser.token("/account")
    before = rows_of(database, "sign_in"), rows_of(database, "account")
    for path in ("/sign-out", "/accounts/new", "/accounts/1/close", "/account/sign-ins/end-others"):
        answer = browser.post(path, data={"csrf_token": token} if with_token else {}, headers=headers)
        assert answer.status_code == 400
        assert browser.heading == "もう一度、送ってください"
    assert (rows_of(database, "sign_in"), rows_of(database, "account")) == before
    assert browser.get("/today").status_code == 200


def test_over_https_a_form_has_to_come_from_our_own_pages(make_app: MakeApp, database: Database) -> None:
    browser = new_browser(make_app(database, TSUNAGI_HTTPS="1"))
    data = {"csrf_token": browser.token(), "login_name": "a", "password": "b"}
    for referrer in ("https://example.com/", "http://localhost/sign-in", ""):
        answer = browser.post("/sign-in", data=data, headers={"Referer": referrer})
        assert answer.status_code == 400, referrer
    answer = browser.post("/sign-in", data=data, headers={"Referer": "https://localhost/sign-in"})
    assert answer.status_code == 422


def test_a_token_of_another_browser_is_worth_nothing(app: Flask) -> None:
    token = new_browser(app).token()
    stranger = new_browser(app)
    stranger.get("/sign-in")
    data = {"csrf_token": token, "login_name": "a", "password": "b"}
    assert stranger.post("/sign-in", data=data).status_code == 400
