"""What left by the open catalogue comes back, and what others publish is taken, row by row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from app.areas.exchange.checking import check_areas
from app.areas.service import import_areas
from app.clock import now
from app.config import ROOT
from app.db.database import Database
from app.resources.engine.schedule.document import document_of, timetable_of
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.exchange.report import ImportReport
from app.resources.service.importing import import_resources
from app.text.tables import TableRefused
from tests.factories.resources import EVERYTHING, MUNICIPALITY, make_resource
from tests.integration.exchange.conftest import Document, differences, everything
from tests.integration.exchange.test_hsds_conformance import TIMETABLE
from tests.integration.imports.conftest import BY
from tests.support.databases import MakeApp, Stores, rows_of

HSDS = Options(profile="hsds")
# Says when a row was written and nothing of the place: an import is a change.
OF_THE_ROW = frozenset({"last_modified"})


def take(database: Database, document: object, options: Options = HSDS) -> ImportReport:
    """Import a document."""
    rows = check_rows(read_table(json.dumps(document, ensure_ascii=False).encode(), "hsds.json"), options)
    with database.writing(BY.scope) as session:
        return import_resources(session, rows=rows, by=BY, at=now())


def without_moments(document: Any) -> Any:
    """Leave out what says when a row was written."""
    if isinstance(document, list):
        return [without_moments(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {name: without_moments(each) for name, each in document.items() if name not in OF_THE_ROW}


def by_id(services: list[Document]) -> dict[str, Document]:
    """Return services by their identifiers, without what says when a row was written."""
    return {service["id"]: without_moments(service) for service in services}


def take_demo_areas(database: Database) -> None:
    """Let an empty installation know the towns of the demo, as every town does first."""
    for name in ("areas.geojson", "population.csv"):
        rows = check_areas((ROOT / "data/demo" / name).read_bytes(), name, municipality=MUNICIPALITY)
        with database.writing(EVERYTHING) as session:
            import_areas(session, rows=rows, by=BY, at=now())


def test_the_demo_goes_out_comes_in_and_goes_out_the_same(
    demo_app: Flask, make_app: MakeApp, database: Database
) -> None:
    exported = everything(demo_app)
    take_demo_areas(database)

    report = take(database, {"contents": exported})

    assert report.counts()["refused"] == 0
    assert len(exported) > 200
    again = everything(make_app(database))
    assert differences(by_id(exported), by_id(again)) == []


def test_what_comes_back_into_its_own_catalogue_changes_nothing(
    demo_app: Flask, demo_database: Database
) -> None:
    before = rows_of(demo_database, "resource")
    exported = everything(demo_app)

    counts = take(demo_database, exported).counts()

    assert counts["unchanged"] == counts["rows"] == len(exported)
    assert rows_of(demo_database, "resource") == before


def test_an_entry_without_an_id_is_known_again_under_the_one_it_had_outside(
    app: Flask, database: Database, stores: Stores, make_app: MakeApp, kind: str
) -> None:
    make_resource(
        database,
        name="Ｋａｎａ広場〜本館",
        kind="居場所",
        operator="広場の会",
        address="瀬凪市飴屋町１−２",
        timetable=document_of(TIMETABLE),
        schedule_note="くわしくは月のはじめに決めます",
        traits={
            "参加の形": "働く;居るだけ",
            "ことば": "手話;英語",
            "費用円": "200",
            "静けさ": "静か",
            "段差": "有",
        },
        gap_welcome=False,
        capacity=3,
        capacity_note="椅子席のみ",
        contact="広場の会 0590-00-5804",
        contact_is_public=True,
    )
    before = rows_of(database, "resource")
    exported = everything(app)
    elsewhere = stores.make(kind)

    at_home, there = take(database, exported), take(elsewhere, exported)

    assert at_home.counts()["unchanged"] == there.counts()["added"] == 1
    assert rows_of(database, "resource") == before
    again = everything(make_app(elsewhere))
    # An entry that does not say where it comes from comes from this file now.
    source = {each["value"] for each in again[0]["attributes"] if each["taxonomy_term"]["code"] == "source"}
    assert source == {"取り込んだファイル「hsds.json」"}
    again[0]["attributes"] = [
        each for each in again[0]["attributes"] if each["taxonomy_term"]["code"] != "source"
    ]
    assert differences(by_id(exported), by_id(again)) == []
    assert take(elsewhere, exported).counts()["unchanged"] == 1


FOREIGN: list[Any] = [
    {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Community Counselling",
        "status": "active",
        "description": "Talk to somebody.",
        "minimum_age": 18.0,
        "organization": {
            "id": "x",
            "name": "Example Org",
            "description": "",
            "website": "https://example.org/",
        },
        "attributes": [{"id": "a", "taxonomy_term": {"id": "t", "name": "Mental Health", "description": ""}}],
        "schedules": [
            {"id": "s1", "freq": "WEEKLY", "byday": "MO,WE", "opens_at": "09:00", "closes_at": "12:00"},
            {"id": "s2", "freq": "MONTHLY", "byday": "2SA,-1SA", "opens_at": "10:00+09:00"},
            {"id": "s3", "freq": "MONTHLY", "bymonthday": "15", "description": "On the 15th"},
            {"id": "s4", "valid_from": "the day after", "freq": "WEEKLY", "byday": "FR", "notes": "Broken"},
        ],
        "service_at_locations": [
            {
                "id": "e94c9f38-1e8f-4564-91d4-d53501ab1765",
                "location": {
                    "location_type": "physical",
                    "name": "North",
                    "latitude": 34.34,
                    "longitude": 134.05,
                    "addresses": [
                        {
                            "address_1": "番町1-8-15",
                            "city": "高松市",
                            "state_province": "香川県",
                            "address_type": "physical",
                        }
                    ],
                    "phones": [{"id": "p", "number": "087-839-2011"}],
                },
            },
            {
                "id": "f94c9f38-1e8f-4564-91d4-d53501ab1765",
                "location": {"location_type": "physical", "name": "South"},
            },
        ],
    },
    {"id": "bc148810-d857-441c-9679-408f346de14b", "status": "active"},
    {"id": "cc148810-d857-441c-9679-408f346de14b", "name": "No kind", "status": "active"},
    "no service at all",
    {
        "id": "dc148810-d857-441c-9679-408f346de14b",
        "name": "In the sea",
        "status": "inactive",
        "attributes": [{"taxonomy_term": {"name": "Advice"}}],
        "service_at_locations": [{"location": {"latitude": 0, "longitude": 0}}],
    },
]


def test_what_others_publish_is_taken_row_by_row(database: Database) -> None:
    report = take(database, {"contents": FOREIGN}, Options())

    said = [(item.line, item.verdict.value, item.name) for item in report.items]
    assert said == [
        (1, "added", "Community Counselling(North)"),
        (2, "added", "Community Counselling(South)"),
        (3, "refused", ""),
        (4, "refused", "No kind"),
        (5, "refused", ""),
        (6, "refused", "In the sea"),
    ]
    assert [item.reasons[0].partition("：")[0] for item in report.items[2:]] == [
        "名称",
        "種別",
        "名称",
        "緯度",
    ]
    north, south = rows_of(database, "resource")
    assert north["disclosure"] == "partners"
    assert north["published_id"] == "e94c9f38-1e8f-4564-91d4-d53501ab1765"
    assert (north["address"], north["contact"]) == ("香川県高松市番町1-8-15", "087-839-2011")
    assert (north["operator"], north["url"], north["age_from"]) == ("Example Org", "https://example.org/", 18)
    timetable = timetable_of(north["timetable"])
    assert timetable is not None
    assert [(each.code, each.opens, each.closes) for each in timetable.meetings] == [
        ("0Mo0We", 540, 720),
        ("26Sa", 600, None),
    ]
    assert timetable.says_more
    assert "On the 15th" in str(north["schedule_note"])
    assert "Broken" in str(north["schedule_note"])
    assert south["name"] == "Community Counselling(South)"


def test_a_second_edition_of_what_others_publish_changes_its_rows(database: Database) -> None:
    take(database, FOREIGN[:1], Options())

    assert take(database, FOREIGN[:1], Options()).counts()["unchanged"] == 2
    counts = take(database, [{**FOREIGN[0], "description": "Talk."}], Options()).counts()
    assert (counts["changed"], counts["added"]) == (2, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[" * 100_000,
        b"[1, 2]",
        b'{"contents": []}',
        b'{"id": "a", "name": "Example Org", "description": ""}',
        b"{}",
        '\ufeff{"a": 1}'.encode(),
    ],
)
def test_a_file_that_is_no_list_of_services_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(data, "x.json")
    assert refused.value.message.endswith("。")
