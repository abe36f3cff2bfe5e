"""Files of the catalogue: who gets what, what a file is called, and that it comes back in unchanged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import openpyxl
import pytest

from app.accounts.vocabulary import Actor, Role, Scope
from app.areas.models import Area, TownPoint
from app.clock import now, today
from app.db.database import Database
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.exchange.files import Wish, write_csv, write_table
from app.resources.exchange.own_timetable import clock
from app.resources.exchange.published_layouts import LAYOUTS
from app.resources.exchange.report import ImportReport
from app.resources.exchange.writing import OWN
from app.resources.models import Resource, ServiceArea
from app.resources.queries.criteria import Filter
from app.resources.queries.exports import find_leaving, iterate_rows
from app.resources.routes import exports
from app.resources.service.importing import import_resources
from app.resources.vocabulary import Coverage, Disclosure, ResourceState, Verdict
from tests.factories.resources import make_district, make_resource, make_town
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import Stores, rows_of, statements

BY = Actor.system("test")
RESIDENTS = Scope(None)
ALL = Filter(with_ended=True)

# What another installation cannot have alike: its own number of the entry, and where no source was known its file.
OF_THE_HOUSE = ("つなぎの番号", "出典")


def exported(
    database: Database, layout: str = "template", *, for_staff: bool = True, scope: Scope = BY.scope
) -> bytes:
    """The whole catalogue as a CSV."""
    wish = Wish(LAYOUTS[layout], "csv", for_staff=for_staff)
    made = io.BytesIO()
    with database.reading(scope) as session:
        leaving = find_leaving(session, ALL, for_staff=for_staff, scope=scope)
        rows = iterate_rows(session, wish.layout, leaving.ids, for_staff=for_staff, scope=scope)
        write_table(wish, rows, made)
    return made.getvalue()


def table_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def take(database: Database, data: bytes, options: Options | None = None) -> ImportReport:
    rows = check_rows(read_table(data, "export.csv"), options)
    with database.writing(BY.scope) as session:
        return import_resources(session, rows=rows, by=BY, at=now())


def verdicts(report: ImportReport) -> dict[Verdict, int]:
    return {verdict: count for verdict in Verdict if (count := report.count(verdict))}


def full_entry(database: Database) -> int:
    """An entry of which everything is known that a form asks."""
    district = make_district(database, "北部")
    town = make_town(database, "東町", district="北部")
    key = make_resource(
        database,
        name="＝カフェ（ＡＢＣ）",
        kana="カフエ",
        address="〇〇市東町1-2",
        building="会館 2階",
        town_id=town,
        lon=136.951234,
        lat=33.601234,
        point_source="現地で測位",
        served_area="ほかは相談",
        contact="0590-00-1111",
        description="一行目\n\n三行目：（おわり）",
        remarks="-500円引き",
        gap_welcome=True,
        gap_seats=2,
        original_users=3,
        capacity=10,
        gap_basis="定員に空きがある範囲",
        capacity_note="和室は5人",
        check_interval_days=120,
        confirmed_on=date(2026, 10, 1),
        confirmed_by="hamaoka",
        next_check_on=date(2027, 2, 3),
        listing_agreed_on=date(2026, 9, 1),
        listing_agreed_by="浜岡",
        check_note="入口を見てくる",
        traits={"ことば": "英語;手話", "段差": "無", "空床数": "3", "バリアフリー情報": "裏の入口"},
        timetable={
            "v": 1,
            "meetings": [
                {"code": "7Su", "opens": 600, "closes": 1500, "from": None, "until": None, "anchor": "2026-05-03",
                 "who": "どなたでも", "note": ""},
                {"code": "0We", "opens": None, "closes": None, "from": "2026-04-01", "until": "2027-03-31",
                 "anchor": None, "who": "", "note": "予約制"},
            ],
            "dates": [], "closures": [{"from": "2026-12-28", "to": "2027-01-04", "why": "工事"}],
            "breaks": [{"from": "08-10", "to": "08-16", "why": "お盆"}], "holidays": "closed", "says_more": True,
            "may_add": False,
        },
        schedule="第2・4日曜日",
        weekday_mask=0b1000100,
        opens_minute=600,
        closes_minute=1500,
        source="聞き取り",
    )  # fmt: skip
    with database.writing(BY.scope) as session:
        session.get_one(Resource, key).service_areas = [
            ServiceArea(area_id=district, coverage=Coverage.WHOLE),
            ServiceArea(area_id=town, coverage=Coverage.ASK),
        ]
    return key


def test_everything_that_is_known_comes_back_unchanged(database: Database) -> None:
    full_entry(database)
    make_resource(database, name="ほとんど不明の会")
    make_resource(
        database, name="終わった会", state=ResourceState.ENDED, ended_on=date(2026, 5, 1), end_reason="閉館"
    )
    make_resource(database, name="ことばだけの会", schedule="月1回 水曜", weekday_mask=4, opens_minute=600)
    before = rows_of(database, "resource"), rows_of(database, "service_area")
    report = take(database, exported(database))
    assert verdicts(report) == {Verdict.UNCHANGED: 4}
    assert [item.reasons for item in report.items] == [()] * 4
    assert (rows_of(database, "resource"), rows_of(database, "service_area")) == before


def test_a_renamed_entry_is_still_the_same(database: Database) -> None:
    key = make_resource(database, name="前の名前", content_digest="of a file")
    data = exported(database).decode("utf-8-sig").replace("前の名前", "今の名前")
    assert verdicts(take(database, data.encode())) == {Verdict.CHANGED: 1}
    (row,) = rows_of(database, "resource")
    assert (row["id"], row["name"]) == (key, "今の名前")
    # The next edition of the town's file is still compared with its last one.
    assert row["content_digest"] == "of a file"


def test_a_number_of_another_house_means_nothing_here(database: Database) -> None:
    make_resource(database, name="ここの会")
    data = exported(database).decode("utf-8-sig").replace("ここの会", "よその会")
    number = table_of(data.encode())[0]["つなぎの番号"]
    report = take(
        database, data.replace(number, f"{number[:-1]}{'0' if number[-1] != '0' else '1'}").encode()
    )
    assert verdicts(report) == {Verdict.ADDED: 1}


def test_two_rows_of_one_place_from_another_house_do_not_break_the_import(database: Database) -> None:
    line = "T9{n}-0123456789,居場所,同じ会,〇〇市東町1-2"
    text = "\n".join(["つなぎの番号,種別,名称,住所", line.format(n=1), line.format(n=2)])
    assert verdicts(take(database, text.encode())) == {Verdict.ADDED: 1, Verdict.REFUSED: 1}


def test_more_seats_than_the_place_has_are_refused_and_the_other_rows_taken(database: Database) -> None:
    make_resource(database, name="あの施設", capacity=10, original_users=8)
    make_resource(database, name="べつの会")
    rows = table_of(exported(database))
    rows[0]["狭間枠"], rows[1]["費用"] = "5", "無料"
    data = b"".join(write_csv(list(rows[0]), [list(row.values()) for row in rows]))
    report = take(database, data)
    assert verdicts(report) == {Verdict.CHANGED: 1, Verdict.REFUSED: 1}
    assert "本来の利用者の席が先です" in report.items[0].reasons[0]


def test_areas_come_in_by_name_and_others_stay_words(database: Database) -> None:
    make_district(database, "北部")
    make_town(database, "東町")
    text = (
        "種別,名称,団体コード,提供地域\n居場所,甲,242993,北部;東町（一部）;となり町\n居場所,乙,242993,全市\n"
    )
    report = take(database, text.encode())
    assert [item.reasons for item in report.items] == [
        ("提供地域：「となり町」は、町・圏域の一覧にありません。書かれていたことばのまま残します。",),
        (),
    ]
    with database.reading(BY.scope) as session:
        first, second = session.query(Resource).order_by(Resource.id).all()
        names = {area.id: area.name for area in session.query(Area).all()}
        served = [(names[area.area_id], area.coverage) for area in first.service_areas]
    assert served == [("北部", Coverage.WHOLE), ("東町", Coverage.PART)]
    assert (first.served_area, second.served_area) == ("となり町", "全市")


def test_the_demo_town_comes_back_unchanged(demo_database: Database) -> None:
    report = take(demo_database, exported(demo_database))
    assert set(verdicts(report)) == {Verdict.UNCHANGED}
    assert len(report.items) > 300


def test_an_empty_house_that_took_a_file_gives_the_same_file(
    demo_database: Database, stores: Stores, kind: str
) -> None:
    first = exported(demo_database)
    empty = stores.make(kind)
    with demo_database.reading(BY.scope) as session, empty.writing(BY.scope) as other:
        for row in (*session.query(Area).order_by(Area.id).all(), *session.query(TownPoint).all()):
            other.merge(row)
    report = take(empty, first)
    assert set(verdicts(report)) == {Verdict.ADDED}

    there, here = table_of(first), table_of(exported(empty))
    different = {
        (before["名称"], header, cell, after[header])
        for before, after in zip(there, here, strict=True)
        for header, cell in before.items()
        if after[header] != cell and header not in OF_THE_HOUSE
    }
    assert different == set()


@pytest.mark.parametrize("layout", [code for code in LAYOUTS if code != OWN.code])
def test_no_row_of_a_published_layout_is_refused_when_it_comes_back(
    demo_database: Database, layout: str
) -> None:
    data = exported(demo_database, layout, for_staff=False, scope=RESIDENTS)
    if layout == "events":
        assert table_of(data) == []
        return
    rows = check_rows(read_table(data, "export.csv"))
    assert len(rows) > 200
    assert [row.reasons for row in rows if row.reasons] == []


@contextmanager
def some_places(database: Database) -> Iterator[None]:
    """A public place with a public number, one whose number is not, and one for partners."""
    make_resource(
        database, name="公園の体操", contact="0590-00-1111", contact_is_public=True, check_note="ひみつのメモ"
    )
    make_resource(database, name="=会", contact="0590-00-2222", traits={"空床数": "3", "段差": "無"})
    make_resource(
        database,
        name="関係者の会",
        disclosure=Disclosure.PARTNERS,
        contact="0590-00-3333",
        confirmed_by="hamaoka",
    )
    yield


@pytest.fixture
def places(database: Database) -> Iterator[None]:
    """See `some_places`."""
    with some_places(database):
        yield


def test_residents_take_what_they_see(client: Browser, places: None) -> None:
    answer = client.get("/resources/exports/template.csv")
    rows = table_of(answer.data)
    assert [(row["名称"], row["連絡先"], row["段差"]) for row in rows] == [
        ("'=会", "", "無"),
        ("公園の体操", "0590-00-1111", ""),
    ]
    assert {"空床数", "要確認メモ", "確認者"}.isdisjoint(rows[0])
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"tsunagi-template-{today()}.csv\"; filename*=UTF-8''"
        "%E7%A4%BE%E4%BC%9A%E8%B3%87%E6%BA%90_"
        f"%E3%81%A4%E3%81%AA%E3%81%8E%E3%81%AE%E6%A7%98%E5%BC%8F_{today()}.csv"
    )
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_the_filter_of_the_catalogue_holds_for_its_file(client: Browser, places: None) -> None:
    assert [row["名称"] for row in table_of(client.get("/resources/exports/template.csv?q=体操").data)] == [
        "公園の体操"
    ]
    refused = client.get("/resources/exports/template.csv?kind=99999")
    assert (refused.status_code, refused.mimetype) == (422, "text/plain")


def test_an_unchanged_file_is_not_sent_again(client: Browser, database: Database, places: None) -> None:
    path = "/resources/exports/standard.xlsx"
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with database.writing(BY.scope) as session:
        session.query(Resource).filter_by(name="公園の体操").one().fee = "無料"
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/resources/exports/public-facilities.csv?code=cp932", "text/csv; charset=Shift_JIS"),
        ("/resources/exports/template.geojson", "application/geo+json"),
        (
            "/resources/exports/care-national.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_each_kind_of_file_says_what_it_is(
    client: Browser, places: None, path: str, content_type: str
) -> None:
    answer = client.get(path)
    assert answer.content_type == content_type
    assert answer.content_length == len(answer.data)
    if "geojson" in path:
        names = [feature["properties"]["名称"] for feature in json.loads(answer.data)["features"]]
        assert names == ["=会", "公園の体操"]
    elif "xlsx" in path:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        assert sheet.max_row == 3
    else:
        assert "公園の体操" in answer.data.decode("cp932")


def staff_file(browser: Browser, **chosen: str) -> Any:
    answer = browser.get(f"/resources/export?what=staff&file={chosen.get('file', 'csv')}")
    assert answer.status_code == 200
    return browser.submit("/resources/exports/staff")


def test_keepers_take_more_and_it_is_noted(sign_in_as: SignInAs, database: Database, places: None) -> None:
    answer = staff_file(sign_in_as(Role.COMMUNITY))
    rows = table_of(answer.data)
    assert [(row["名称"], row["連絡先"]) for row in rows] == [
        ("'=会", "0590-00-2222"),
        ("公園の体操", "0590-00-1111"),
        ("関係者の会", "0590-00-3333"),
    ]
    assert (rows[1]["要確認メモ"], rows[2]["確認者"]) == ("ひみつのメモ", "hamaoka")
    assert answer.headers["Cache-Control"] == "no-store"
    (event,) = [row for row in rows_of(database, "audit_event") if row["action"] == "resources.exported"]
    assert "template" in str(event["detail"])
    assert "3" in str(event["detail"])
    assert "公園" not in str(event)


def test_a_file_for_everybody_leaves_no_note(sign_in_as: SignInAs, database: Database, places: None) -> None:
    sign_in_as(Role.COORDINATOR).get("/resources/exports/template.csv")
    assert [row for row in rows_of(database, "audit_event") if row["action"] == "resources.exported"] == []


@pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMIN, Role.REFERRER])
def test_others_are_offered_what_is_public_alone(sign_in_as: SignInAs, places: None, role: Role) -> None:
    browser = sign_in_as(role)
    page = browser.get("/resources/export?what=staff")
    assert "業務用" not in page.text
    assert "2件" in browser.text


def test_a_signed_in_worker_gets_the_same_public_file_as_a_resident(
    client: Browser, sign_in_as: SignInAs, places: None
) -> None:
    path = "/resources/exports/template.csv?seats=y&mine=y&ended=y"
    assert sign_in_as(Role.COORDINATOR).get(path).data == client.get(path).data


def test_the_page_tells_what_shift_jis_loses(client: Browser, database: Database) -> None:
    make_resource(database, name="𠮷田の会")
    client.get("/resources/export?code=cp932")
    assert "𠮷（1）" in client.text
    client.get("/resources/export")
    assert "〓" not in client.text


def test_the_catalogue_leads_to_its_file_with_its_filter(client: Browser, places: None) -> None:
    page = client.get("/resources?q=体操&view=table&page=1").text
    assert '/resources/export?q=%E4%BD%93%E6%93%8D"' in page
    assert (
        "/resources/exports/template.csv?q=%E4%BD%93%E6%93%8D" in client.get("/resources/export?q=体操").text
    )


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_the_form_to_fill_in_is_there_for_everybody(client: Browser, file: str) -> None:
    answer = client.get(f"/resources/import-template.{file}")
    assert answer.status_code == 200
    again = client.get(
        f"/resources/import-template.{file}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    if file == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == ["社会資源", "書き方"]
    else:
        assert "（例）みほんの部屋" in answer.data.decode("utf-8-sig")


def test_a_large_catalogue_is_asked_for_in_slices(database: Database, app: Any, client: Browser) -> None:
    make_resource(database, name="甲")
    client.get("/resources/exports/template.csv")
    with statements(app) as few:
        client.get("/resources/exports/template.csv")
    for number in range(30):
        make_resource(database, name=f"会{number}")
    with statements(app) as many:
        client.get("/resources/exports/template.csv")
    assert len(many) == len(few)


def test_the_rows_of_a_file_are_made_one_at_a_time(database: Database) -> None:
    make_resource(database, opens_minute=600, closes_minute=1500)
    with database.reading(RESIDENTS) as session:
        leaving = find_leaving(session, Filter(), for_staff=False, scope=RESIDENTS)
        rows = iterate_rows(session, OWN, leaving.ids, for_staff=False, scope=RESIDENTS)
        row = next(rows)
    headers = OWN.headers(for_staff=False)
    assert row[headers.index("終了時間")] == clock(1500) == "25:00"


def test_a_spreadsheet_comes_back_as_a_csv_does(database: Database) -> None:
    full_entry(database)
    made = io.BytesIO()
    with database.reading(BY.scope) as session:
        leaving = find_leaving(session, ALL, for_staff=True, scope=BY.scope)
        cells = iterate_rows(session, OWN, leaving.ids, for_staff=True, scope=BY.scope)
        assert write_table(Wish(OWN, "xlsx", for_staff=True), cells, made) == 1
    rows = check_rows(read_table(made.getvalue(), "export.xlsx"))
    with database.writing(BY.scope) as session:
        report = import_resources(session, rows=rows, by=BY, at=now())
    assert verdicts(report) == {Verdict.UNCHANGED: 1}


def test_a_spreadsheet_that_is_too_long_is_a_csv_and_keepers_may_have_a_longer_one(
    client: Browser, sign_in_as: SignInAs, places: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SHEET_MOST_OF_VISITORS", 1)
    refused = client.get("/resources/exports/template.xlsx")
    assert (refused.status_code, refused.mimetype) == (422, "text/plain")
    assert "CSVで受け取ってください" in refused.text
    assert "1件までです" in client.get("/resources/export?file=xlsx").text
    assert client.get("/resources/exports/template.csv").status_code == 200

    keeper = sign_in_as(Role.COORDINATOR)
    assert keeper.get("/resources/exports/template.xlsx").status_code == 200
    monkeypatch.setattr(exports, "SHEET_MOST", 1)
    assert keeper.get("/resources/exports/template.xlsx").status_code == 422
    assert sign_in_as(Role.PLANNER).get("/resources/exports/template.xlsx").status_code == 422
