"""A swap gets a part of the page, everybody else the whole."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import htmx
from tests.support.html import parse_strictly, text_of

SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        (SWAP, True),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ({"HX-Request-Type": "partial"}, False),
    ],
)
def test_only_a_partial_request_of_htmx_wants_a_fragment(
    app: Flask, headers: dict[str, str], expected: bool
) -> None:
    with app.test_request_context(headers=headers):
        assert htmx.wants_fragment() is expected


def test_the_fragment_is_what_the_page_shows(client: FlaskClient) -> None:
    fragment = client.get("/part", headers=SWAP).text
    page = parse_strictly(client.get("/part").text)
    swapped = parse_strictly(fragment, fragment=True).find(".//p[@id='part']")
    fresh = page.find(".//p[@id='part']")
    assert swapped is not None
    assert fresh is not None
    assert text_of(swapped) == text_of(fresh)
    assert "<html" not in fragment


def test_caches_are_told_that_the_answer_depends_on_htmx(client: FlaskClient) -> None:
    vary = client.get("/plain").vary
    assert "HX-Request" in vary
    assert "HX-Request-Type" in vary


def test_after_a_post_a_browser_is_redirected(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/leave")
    assert answer.status_code == 303
    assert answer.location == "/plain"


def test_after_a_post_htmx_is_told_to_leave_instead_of_swapping_a_page(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/leave", headers=SWAP)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/plain"
