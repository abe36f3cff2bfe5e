"""Five places at most, the one where one stands marked, and none that may not be entered."""

import pytest
from flask import Blueprint, Flask

from app.web.navigation import PLACES, navigation, register_entry


@pytest.fixture
def town() -> Flask:
    app = Flask("town", static_folder=None)
    for name in ("cases", "matching", "places"):
        blueprint = Blueprint(name, name, url_prefix=f"/{name}")
        blueprint.add_url_rule("/", "index", lambda: "")
        blueprint.add_url_rule("/other", "other", lambda: "")
        app.register_blueprint(blueprint)
    register_entry(
        app, label="待ちと空き", endpoint="matching.other", icon="board", order=3, visible=lambda: True
    )
    register_entry(
        app,
        label="ケース",
        endpoint="cases.index",
        icon="case",
        order=1,
        visible=lambda: True,
        covers=("matching",),
    )
    register_entry(app, label="場所", endpoint="places.index", icon="place", order=2, visible=lambda: False)
    return app


def shown(app: Flask, path: str) -> dict[str, str]:
    with app.test_request_context(path):
        return {place.label: place.current for place in navigation().places}


def test_places_stand_in_their_order_and_hidden_ones_are_left_out(town: Flask) -> None:
    assert list(shown(town, "/cases/")) == ["ケース", "待ちと空き"]


@pytest.mark.parametrize(
    ("path", "case", "waiting"),
    [
        ("/cases/", "page", ""),
        ("/cases/other", "true", ""),
        (
            "/matching/",
            "true",
            "",
        ),  # covered by the cases, and the blueprint of the waiting list: the first wins
        ("/matching/other", "", "page"),
        ("/places/", "", ""),
        ("/nowhere", "", ""),
    ],
)
def test_the_nearest_place_is_marked_as_current(town: Flask, path: str, case: str, waiting: str) -> None:
    assert shown(town, path) == {"ケース": case, "待ちと空き": waiting}


def test_an_endpoint_that_is_named_belongs_to_its_place(town: Flask) -> None:
    register_entry(
        town,
        label="地図",
        endpoint="places.index",
        icon="map",
        order=9,
        visible=lambda: True,
        covers=("cases.other",),
    )
    assert shown(town, "/cases/other")["地図"] == "true"


def test_who_holds_many_roles_finds_the_rest_behind_the_fifth(town: Flask) -> None:
    for number in range(PLACES):
        register_entry(
            town,
            label=f"{number}",
            endpoint="places.other",
            icon="map",
            order=10 + number,
            visible=lambda: True,
        )
    with town.test_request_context("/cases/"):
        found = navigation()
    assert [place.label for place in found.places] == ["ケース", "待ちと空き", "0", "1"]
    assert [place.label for place in found.more] == ["2", "3", "4"]


def test_without_a_place_there_is_no_navigation() -> None:
    app = Flask("empty", static_folder=None)
    with app.test_request_context("/"):
        assert not navigation()
