"""Long lists come in pages and orders that are written in the address."""

from collections.abc import Sequence

import pytest
from flask import Flask

from app.web.paging import HIGHEST_PAGE, Page, Sort, page_number, sort_order, url_with


@pytest.mark.parametrize(
    ("items", "total", "page", "pages", "first", "last", "before", "after"),
    [
        ("abc", 48, 1, 16, 1, 3, None, 2),
        ("abc", 48, 16, 16, 46, 48, 15, None),
        ("a", 7, 3, 3, 7, 7, 2, None),
        ("", 0, 1, 1, 0, 0, None, None),
        ("", 7, 99, 3, 0, 0, 3, None),
    ],
)
def test_a_page_knows_where_in_the_list_it_stands(
    items: Sequence[str],
    total: int,
    page: int,
    pages: int,
    first: int,
    last: int,
    before: int | None,
    after: int | None,
) -> None:
    here = Page(items, total, page, 3)
    assert (here.pages, here.first, here.last, here.previous, here.next) == (
        pages,
        first,
        last,
        before,
        after,
    )


@pytest.mark.parametrize(("total", "page", "size"), [(1, 0, 3), (1, 1, 0), (-1, 1, 3)])
def test_a_page_that_cannot_be_raises(total: int, page: int, size: int) -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        Page([], total, page, size)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),
        ("page=3", 3),
        ("page=0", 1),
        ("page=-2", 1),
        ("page=x", 1),
        ("page=３", 1),
        ("page=1e3", 1),
        ("page=9999999", HIGHEST_PAGE),
        (f"page={'9' * 400}", 1),
    ],
)
def test_whatever_is_typed_is_a_page_that_can_be_asked_of_a_database(
    app: Flask, query: str, number: int
) -> None:
    with app.test_request_context(f"/?{query}"):
        assert page_number() == number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Sort("name")),
        ("sort=free", Sort("free")),
        ("sort=-free", Sort("free", True)),
        ("sort=secret", Sort("name")),
    ],
)
def test_only_an_order_that_the_list_knows_is_taken(app: Flask, query: str, expected: Sort) -> None:
    with app.test_request_context(f"/?{query}"):
        assert sort_order({"name", "free"}, Sort("name")) == expected


def test_the_header_of_a_column_turns_its_own_order_round() -> None:
    order = Sort("free")
    assert order.asked_by("free") == "-free"
    assert Sort("free", True).asked_by("free") == "free"
    assert order.asked_by("name") == "name"
    assert (order.aria("free"), Sort("free", True).aria("free"), order.aria("name")) == (
        "ascending",
        "descending",
        "none",
    )


def test_an_address_keeps_the_rest_of_its_query(app: Flask) -> None:
    with app.test_request_context("/?kind=a&kind=b&page=3"):
        assert url_with(page=4) == "/?kind=a&kind=b&page=4"
        assert url_with(page=None, sort="-free") == "/?kind=a&kind=b&sort=-free"


def test_a_query_cannot_change_which_thing_a_page_shows(app: Flask) -> None:
    with app.test_request_context("/broken/missing?kind=bug"):
        assert url_with(page=2) == "/broken/missing?page=2"


@pytest.mark.parametrize("name", ["_anchor", "_external", "_method", "_scheme", "endpoint"])
def test_words_that_flask_keeps_for_itself_are_no_part_of_an_address(app: Flask, name: str) -> None:
    with app.test_request_context(f"/?kind=a&{name}=javascript"):
        assert url_with(page=2) == "/?kind=a&page=2"
