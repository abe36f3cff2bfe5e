"""How much of HSDS is read at once: refused before anything grows, with a remedy."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from app.resources.exchange.checking import open_table
from app.text.tables import TableRefused


def service(**facts: Any) -> dict[str, Any]:
    """An offer of another catalogue."""
    return {"id": "s", "status": "active", "name": "場", **facts}


def places(number: int) -> list[dict[str, Any]]:
    """So many locations of a service."""
    return [{"id": str(place), "location": {"name": f"{place}番"}} for place in range(number)]


def refusal_of(data: bytes) -> str:
    """The sentence with which a file is refused; it must come in a moment."""
    began = time.monotonic()
    with pytest.raises(TableRefused) as refused:
        open_table(data, "x.json")
    assert time.monotonic() - began < 5
    assert "ください" in refused.value.message
    return refused.value.message


def test_a_list_of_a_million_things_that_are_no_services_is_refused() -> None:
    data = json.dumps([service()]).encode()[:-1] + b",1" * 1_000_000 + b"]"

    assert "合わせて50,000件まで" in refusal_of(data)


def test_a_file_of_ten_million_empty_lists_is_not_even_parsed() -> None:
    assert "中身が多すぎます" in refusal_of(b"[" + b"[]," * 5_000_000 + b"[]]")


def test_a_service_has_a_thousand_places_and_no_more() -> None:
    told = refusal_of(json.dumps([service(), service(service_at_locations=places(1_001))]).encode())

    assert "2番目のサービスの場所が多すぎます（1,001か所）" in told


def test_places_count_like_services() -> None:
    many = [service(service_at_locations=places(1_000)) for _ in range(51)]

    assert "合わせて50,000件まで" in refusal_of(json.dumps(many).encode())


def test_a_long_text_that_each_place_would_repeat_is_refused() -> None:
    long = service(description="x" * 200_000, service_at_locations=places(1_000))

    assert "中身が多すぎます" in refusal_of(json.dumps([long]).encode())


def test_rows_are_made_as_they_are_read_and_as_often() -> None:
    table = open_table(json.dumps([service(), 1, service(service_at_locations=places(3))]).encode(), "x.json")

    first = list(table.lines())

    assert table.size == len(first) == 5
    assert [line.number for line in first] == [1, 2, 3, 4, 5]
    assert list(table.lines()) == first
