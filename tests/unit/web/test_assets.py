"""Static files are kept for ever, because their address changes with their content."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.assets import STATIC_ROOT, asset_url


def test_the_address_carries_a_fingerprint_of_the_content(app: Flask) -> None:
    with app.test_request_context():
        assert asset_url("css/base.css").startswith("/static/css/base.css?v=")


def test_the_address_stands_below_the_path_where_the_product_is_mounted(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/tsunagi"}):
        assert asset_url("icon.svg").startswith("/tsunagi/static/icon.svg?v=")


def test_a_file_that_does_not_exist_raises(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        asset_url("css/nothing.css")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("css/base.css", "text/css"),
        ("js/focus.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("vendor/leaflet-1.9.4/images/marker-icon.png", "image/png"),
    ],
)
def test_files_are_served_with_their_type_for_a_year(client: FlaskClient, name: str, kind: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.content_type.startswith(kind)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


@pytest.mark.parametrize("path", ["/static/../jinja.py", "/static/%2e%2e/jinja.py", "/static/nothing.css"])
def test_what_is_not_a_static_file_is_missing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_our_own_files_load_nothing_from_elsewhere() -> None:
    for path in (*STATIC_ROOT.glob("css/*.css"), *STATIC_ROOT.glob("js/*.js")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert "@import" not in text, path.name


# A map is drawn by hand on a canvas, which takes more than a page's small comforts do.
DRAW_MAPS = {"map.js", "choropleth.js", "pin.js"}


def test_scripts_stay_small() -> None:
    for path in STATIC_ROOT.glob("js/*.js"):
        if path.name in DRAW_MAPS:
            continue
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 30, path.name
