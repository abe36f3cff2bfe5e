"""Towns and districts on both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.areas.exchange.checking import check_areas
from app.areas.service import import_areas
from app.clock import now
from app.db.database import Database
from tests.integration.imports.conftest import BY
from tests.support.databases import rows_of

SQUARE = [[[134.0, 34.3], [134.1, 34.3], [134.1, 34.4], [134.0, 34.4], [134.0, 34.3]]]


def outlines(*words: dict[str, str]) -> bytes:
    """A GeoJSON file with one square for each."""
    features = [
        {"type": "Feature", "properties": each, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
        for each in words
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def take(database: Database, data: bytes) -> dict[str, Any]:
    """Import the file and return the answer of `--json`."""
    with database.writing(BY.scope) as session:
        rows = check_areas(data, "file", municipality="372013")
        told = import_areas(session, rows=rows, by=BY, at=now()).to_json()
    assert told["added"] + told["changed"] + told["unchanged"] + told["refused"] == told["rows"]
    return told


TOWN, DISTRICT = {"kind": "town", "name": "浜町", "district": "港"}, {"kind": "district", "name": "港"}


def test_a_town_finds_its_district_wherever_the_file_has_it(database: Database) -> None:
    assert take(database, outlines(TOWN, DISTRICT))["added"] == 2

    by_name = {row["name"]: row for row in rows_of(database, "area")}
    assert by_name["浜町"]["parent_id"] == by_name["港"]["id"]
    assert take(database, outlines(TOWN, DISTRICT))["unchanged"] == 2


def test_a_district_that_is_missing_is_told(database: Database) -> None:
    (item,) = take(database, outlines(TOWN))["items"]

    assert item["verdict"] == "added"
    assert "圏域" in item["reasons"][0]


def test_people_and_outline_of_a_town_come_together(database: Database) -> None:
    people = "地域名,総人口,世帯数,緯度,経度\n浜町,120,50,34.31,134.01\n".encode()
    take(database, outlines(TOWN))

    assert take(database, people)["changed"] == 1
    assert take(database, outlines(TOWN))["unchanged"] == 1
    (area,) = rows_of(database, "area")
    assert (area["residents"], area["households"]) == (120, 50)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_refused_area_leaves_the_others(database: Database) -> None:
    told = take(database, outlines(TOWN, {"kind": "宇宙", "name": "月"}))

    assert (told["added"], told["refused"]) == (1, 1)
