"""What an address asks of the catalogue: read into a filter, or refused with the field and what to do."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.geo.points import Point
from app.resources.forms.catalogue import FilterForm, HereForm, kept_question, since_text
from app.resources.queries.criteria import CardForm, Filter, Order, Origin

TOWNS = {"中央": [(5, "駅前一丁目")]}
NOW = now()
KINDS = [(1, "居場所"), (2, "相談")]
ORIGIN = Origin("駅前一丁目の中心", Point(lon=136.95, lat=33.6), 5)


@pytest.fixture(autouse=True)
def request_of_a_page() -> Iterator[None]:
    """The kit's forms ask the request what kind it is."""
    with Flask("forms").test_request_context():
        yield


def form(**typed: str | list[str]) -> FilterForm:
    return FilterForm(MultiDict(typed), kinds=KINDS, towns=TOWNS)


def test_an_empty_address_asks_for_everything_by_name() -> None:
    asked = form()
    assert asked.validate()
    assert asked.filter_from(None, at=NOW) == Filter()
    assert asked.view.data == "list"


def test_every_answer_is_read() -> None:
    asked = form(
        q=" 体操　",
        town="5",
        within="1000",
        sort="near",
        day=["0", "6"],
        gap="y",
        card="light",
        age="42",
        public="older",
        language="英語",
        feel=["quiet", "few"],
        way="free",
        build="step-free",
        exact="y",
        since="2026-11-01T03:04:05.000006",
        new="y",
        kind=["2", "1"],
        ended="y",
        view="table",
    )
    assert asked.validate(), asked.errors
    assert asked.filter_from(ORIGIN, at=NOW) == Filter(
        words="体操",
        exact=True,
        age=42,
        public="older",
        language="英語",
        wishes=frozenset({"quiet", "few", "free", "step-free"}),
        new_since=datetime(2026, 11, 1, 3, 4, 5, 6, UTC),
        only_new=True,
        kinds=frozenset({1, 2}),
        weekdays=0b1000001,
        origin=ORIGIN,
        radius_m=1000,
        gap_welcome=True,
        card=CardForm.LIGHT,
        with_ended=True,
        order=Order.NEAR,
    )


def test_fields_that_were_left_empty_ask_for_nothing() -> None:
    asked = form(q="", town="", within="", sort="name", card="", view="map", gap="")
    assert asked.validate(), asked.errors
    assert asked.filter_from(None, at=NOW) == Filter()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "9"}, "kind"),
        ({"kind": "x"}, "kind"),
        ({"day": "7"}, "day"),
        ({"day": "-1"}, "day"),
        ({"town": "99"}, "town"),
        ({"town": "99999999999999999999"}, "town"),
        ({"within": "1234", "town": "5"}, "within"),
        ({"within": "1000"}, "town"),
        ({"sort": "near"}, "town"),
        ({"sort": "rich"}, "sort"),
        ({"card": "gold"}, "card"),
        ({"age": "121"}, "age"),
        ({"age": "-1"}, "age"),
        ({"age": "old"}, "age"),
        ({"public": "all"}, "public"),
        ({"language": "ラテン語"}, "language"),
        ({"feel": "loud"}, "feel"),
        ({"way": "quiet"}, "way"),
        ({"build": "x"}, "build"),
        ({"since": "yesterday"}, "since"),
        ({"view": "globe"}, "view"),
        ({"q": "・・"}, "q"),
        ({"q": "あ" * 61}, "q"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed: dict[str, str], field: str) -> None:
    asked = form(**typed)
    assert not asked.validate()
    assert list(asked.errors) == [field]
    assert all(message.endswith("。") for message in asked.errors[field])


def test_a_turned_order_of_the_table_stays_selected() -> None:
    asked = form(sort="-name")
    assert asked.validate()
    assert asked.filter_from(None, at=NOW).order is Order.NAME_DOWN
    assert 'selected value="-name">名前の逆の順<' in str(asked.sort())


def test_an_order_knows_its_column_and_its_direction() -> None:
    assert [(order.key, order.is_descending) for order in (Order.CONFIRMED_DOWN, Order.KIND)] == [
        ("confirmed", True),
        ("kind", False),
    ]


def test_the_unknown_is_left_out_only_by_filters_that_need_to_know() -> None:
    assert not Filter(words="体操", kinds=frozenset({1})).leaves_out_the_unknown
    assert Filter(weekdays=1).leaves_out_the_unknown
    assert not Filter(gap_welcome=True, age=42, wishes=frozenset({"quiet"})).leaves_out_the_unknown
    assert Filter(origin=ORIGIN, radius_m=500).leaves_out_the_unknown


def test_the_place_of_a_phone_is_taken_to_a_hundred_metres_only() -> None:
    here = HereForm(MultiDict({"lat": "33.591234", "lon": "136.956789"}), meta={"csrf": False})
    assert here.validate(), here.errors
    assert (here.origin.point.lat, here.origin.point.lon) == (33.591, 136.957)
    assert here.origin.town_id is None


@pytest.mark.parametrize("typed", [{}, {"lat": "0", "lon": "0"}, {"lat": "x", "lon": "136"}, {"lat": "33.6"}])
def test_a_place_that_is_none_is_refused(typed: dict[str, str]) -> None:
    assert not HereForm(MultiDict(typed), meta={"csrf": False}).validate()


def test_what_is_kept_of_a_question_narrows_and_does_not_pass() -> None:
    asked = MultiDict(
        [("q", "体操"), ("kind", "2"), ("kind", "1"), ("on", "2026-11-21"), ("view", "map"), ("page", "2")]
    )
    assert kept_question(asked) == "q=%E4%BD%93%E6%93%8D&kind=2&kind=1"
    assert kept_question(MultiDict({"sort": "-name", "view": "table", "q": ""})) == ""


def test_a_moment_survives_its_way_through_an_address() -> None:
    moment = datetime(2026, 11, 1, 3, 4, 5, 6, UTC)
    asked = form(since=since_text(moment))
    assert asked.validate(), asked.errors
    assert asked.filter_from(None, at=NOW).new_since == moment
