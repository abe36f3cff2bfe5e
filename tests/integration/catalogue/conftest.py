"""What the tests of the catalogue ask of a page: which resources it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clients import Browser

Shown = Callable[..., list[int]]
Features = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def shown() -> Shown:
    """``shown(browser, "/resources?q=…")``: the ids on a page, in its order."""

    def read(browser: Browser, path: str) -> list[int]:
        answer = browser.get(path)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        assert browser.page is not None
        return [
            int(element.get("data-resource", ""))
            for element in browser.page.iter()
            if element.get("data-resource")
        ]

    return read


@pytest.fixture
def features() -> Features:
    """``features(browser, "/resources/map.geojson")``: what a map is given."""

    def read(browser: Browser, path: str) -> list[dict[str, Any]]:
        answer = browser.get(path)
        assert answer.mimetype == "application/geo+json"
        collection: dict[str, Any] = json.loads(answer.text)
        found: list[dict[str, Any]] = collection["features"]
        return found

    return read


@pytest.fixture
def shown_on_all_pages(shown: Shown) -> Shown:
    """The same, through all pages of a list."""

    def read(browser: Browser, path: str) -> list[int]:
        found: list[int] = []
        page = 1
        while part := shown(browser, f"{path}{'&' if '?' in path else '?'}page={page}"):
            found += part
            page += 1
        return found

    return read
