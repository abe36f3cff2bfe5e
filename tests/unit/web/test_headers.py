"""Each answer tells the browser to trust this server alone, and to keep nothing."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

PATHS = ["/", "/plain", "/broken/missing", "/broken/bug", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_allowed_that_is_not_named(client: FlaskClient, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any("unsafe" in part or "*" in part or "http" in part for part in policy)


@pytest.mark.parametrize("path", PATHS)
def test_no_dynamic_answer_is_kept_by_the_browser(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_https_is_demanded_only_where_it_is_there(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/plain").headers
    assert (
        "max-age" in client.get("/plain", base_url="https://localhost").headers["Strict-Transport-Security"]
    )


def test_an_answer_may_set_its_own_caching(app: Flask) -> None:
    def feed() -> Response:
        return Response("[]", headers={"Cache-Control": "public, max-age=60"})

    app.add_url_rule("/feed", view_func=feed)
    assert app.test_client().get("/feed").headers["Cache-Control"] == "public, max-age=60"
