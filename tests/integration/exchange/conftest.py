"""Asking the open catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.databases import new_browser

Document = dict[str, Any]
Ask = Callable[..., Document]


def asking(app: Flask) -> Ask:
    """``ask("/hsds/services", full="true")``: the answer of an application, which has to be a good one."""
    browser = new_browser(app)

    def ask(path: str, **parameters: str) -> Document:
        answer = browser.get(path, query_string=parameters)
        assert answer.status_code == 200, answer.text
        found: Document = json.loads(answer.data)
        return found

    return ask


def everything(app: Flask) -> list[Document]:
    """Every service of the open catalogue, in full."""
    ask, page, found = asking(app), 1, []
    while True:
        answer = ask("/hsds/services", full="true", per_page="200", page=str(page))
        found += answer["contents"]
        if answer["last_page"]:
            return found
        page += 1


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Asks the application on an empty database."""
    return asking(app)


@pytest.fixture
def hsds(shared_data: Path) -> Path:
    """The folder with the schemas of HSDS 3.0."""
    return shared_data / "conformance/hsds"


def differences(left: object, right: object, where: str = "") -> list[str]:
    """Say where two documents differ, each place on a line."""
    if isinstance(left, dict) and isinstance(right, dict):
        names = sorted(left.keys() | right.keys())
        return [
            found
            for name in names
            for found in differences(left.get(name), right.get(name), f"{where}/{name}")
        ]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [
            found
            for number, pair in enumerate(zip(left, right, strict=True))
            for found in differences(*pair, f"{where}/{number}")
        ]
    return [] if left == right else [f"{where}: {str(left)[:900]} | {str(right)[:900]}"]
