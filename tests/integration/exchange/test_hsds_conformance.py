"""Every answer of the open catalogue against the schemas of HSDS 3.0, closed against what they do not name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.areas.exchange.checking import check_areas
from app.areas.service import import_areas
from app.clock import now
from app.db.database import Database
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.models import Resource
from app.resources.service.batches import Batch
from app.resources.service.importing import import_resources
from app.resources.vocabulary import ChangeCause
from tests.factories.resources import EVERYTHING, make_resource
from tests.integration.exchange.conftest import Document, asking
from tests.integration.imports.conftest import BY
from tests.support.databases import MakeApp
from tests.support.schemas import closed_checker, closed_page, problems_in

# Path of a list, schema of its items, and of the items when all that belongs to them is asked for.
LISTS = (
    ("services", "service_list.json", "service.json"),
    ("organizations", "organization_list.json", "organization.json"),
    ("service_at_locations", "service_at_location_list.json", "service_at_location.json"),
    ("taxonomies", "taxonomy.json", None),
    ("taxonomy_terms", "taxonomy_term.json", None),
)

TIMETABLE = Timetable(
    meetings=(
        Meeting("0We16Fr", 600, 720, who="はじめての人", note="雨の日も"),
        Meeting("7Su", 1_320, 1_500, anchor=date(2026, 4, 5)),
        Meeting("7Tu", 600, None),
    ),
    dates=(SpecialDays(date(2026, 10, 1), date(2026, 10, 2), 540, 1_440, "まつり"),),
    closures=(Closure(date(2026, 8, 10), date(2026, 8, 16), "改修"),),
    breaks=(YearlyBreak((12, 29), (1, 3), "年末年始"),),
    holidays=HolidayRule.CLOSED,
    says_more=True,
)


def take_takamatsu(database: Database, shared_data: Path) -> None:
    """Fill a database with the files of a real town."""
    folder = shared_data / "data/takamatsu"
    towns = check_areas((folder / "population_by_town.csv").read_bytes(), "p.csv")
    rows = check_rows(
        read_table((folder / "social_resources.csv").read_bytes(), "r.csv"), Options(profile="takamatsu")
    )
    with database.writing(EVERYTHING) as session:
        import_areas(session, rows=towns, by=BY, at=now())
    with database.writing(EVERYTHING) as session:
        import_resources(session, rows=rows, by=BY, at=now())


def answers(app: Flask, hsds: Path) -> Iterator[tuple[str, list[str]]]:
    """Ask for every list and for something of each, and say what is wrong with the answer."""
    ask, page = asking(app), closed_page(hsds)
    for path, listed, full in LISTS:
        summary = ask(f"/hsds/{path}", per_page="500")
        assert summary["contents"], f"nothing in {path}"
        yield path, problems_in(page, summary)
        for item in summary["contents"]:
            yield f"{path} {item['id']}", problems_in(closed_checker(hsds, listed), item)
        if full is not None:
            answer = ask(f"/hsds/{path}", full="true", per_page="500")
            for item in answer["contents"]:
                yield f"{path}?full {item['id']}", problems_in(closed_checker(hsds, full), item)
        for item in summary["contents"][:5]:
            single = ask(f"/hsds/{path}/{item['id']}")
            assert single["id"] == item["id"]
            yield f"{path}/{item['id']}", problems_in(closed_checker(hsds, full or listed), single)
    for item in ask("/hsds/services", minimal="true")["contents"]:
        yield f"minimal {item['id']}", problems_in(closed_checker(hsds, "service_list.json"), item)
    for item in ask("/hsds/organizations", full_service="true", per_page="500")["contents"]:
        yield f"full_service {item['id']}", problems_in(closed_checker(hsds, "organization.json"), item)


def wrong(app: Flask, hsds: Path) -> list[tuple[str, list[str]]]:
    """Only the answers with which something is wrong."""
    return [(where, problems) for where, problems in answers(app, hsds) if problems]


def test_the_demo_town_speaks_hsds(demo_app: Flask, hsds: Path) -> None:
    assert wrong(demo_app, hsds) == []


def test_a_real_town_speaks_hsds(
    make_app: MakeApp, database: Database, shared_data: Path, hsds: Path
) -> None:
    take_takamatsu(database, shared_data)
    # The town's files name nobody who runs a place; somebody has filled it in at one.
    with database.writing(EVERYTHING) as session:
        batch = Batch(session, ChangeCause.EDIT, by=BY, at=now())
        first = session.scalars(sa.select(Resource).order_by(Resource.id).limit(1)).one()
        batch.change(first, {"operator": "高松市"})

    assert wrong(make_app(database), hsds) == []


def test_an_entry_of_which_everything_is_known_speaks_hsds(
    app: Flask, database: Database, hsds: Path
) -> None:
    make_resource(
        database,
        name="なんでもひろば",
        nickname="ひろば",
        kana="ナンデモヒロバ",
        operator="ひろばの会",
        corporate_number="7999999000002",
        url="https://example.jp/案内?q=場",
        address="三重県瀬凪市飴屋町1-2",
        building="会館",
        lon=136.95,
        lat=33.6,
        timetable=document_of(TIMETABLE),
        schedule_note="日程は月により変わります",
        age_from=15,
        age_to=39,
        contact="0590-00-5804（事務局）0590-00-5422",
        contact_is_public=True,
        traits={
            "参加の形": "楽しみ・学び;居るだけ",
            "ことば": "英語;手話",
            "費用円": "200",
            "段差": "有",
            "静けさ": "静か",
        },
        confirmed_on=date(2026, 6, 1),
        gap_welcome=True,
        gap_seats=2,
        capacity=10,
    )

    assert wrong(app, hsds) == []


def _unknown_property(service: Document) -> None:
    service["service_at_locations"][0]["location"]["addresses"][0]["floor"] = "2階"


def _wrong_uuid(service: Document) -> None:
    service["attributes"][0]["taxonomy_term"]["id"] = "kind-7"


def _wrong_date(service: Document) -> None:
    service["last_modified"] = "2026/04/01 10:00"


def _wrong_day(service: Document) -> None:
    service["assured_date"] = "令和8年4月1日"


def _wrong_time(service: Document) -> None:
    service["schedules"][0]["opens_at"] = "午前10時"


def _nothing(service: Document) -> None:
    service["description"] = None


def _wrong_address(service: Document) -> None:
    service["url"] = "ホームページはありません"


def _no_status(service: Document) -> None:
    del service["status"]


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    "break_it",
    [
        _unknown_property,
        _wrong_uuid,
        _wrong_date,
        _wrong_day,
        _wrong_time,
        _nothing,
        _wrong_address,
        _no_status,
    ],
)
def test_a_broken_answer_is_found(
    app: Flask, database: Database, hsds: Path, break_it: Callable[[Document], None]
) -> None:
    make_resource(
        database,
        address="瀬凪市飴屋町1-2",
        description="ひらいています",
        confirmed_on=date(2026, 6, 1),
        timetable=document_of(TIMETABLE),
    )
    service = asking(app)("/hsds/services", full="true")["contents"][0]
    checker = closed_checker(hsds, "service.json")
    broken = deepcopy(service)
    break_it(broken)

    assert problems_in(checker, service) == []
    assert len(problems_in(checker, broken)) == 1
