"""Layouts of files: which headers are read, which are left out and why, and what a cell may never do."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import Meeting, SpecialDays, Timetable
from app.resources.engine.trait_fields import FIELDS
from app.resources.exchange import blank_form
from app.resources.exchange.cells import shielded, unshielded
from app.resources.exchange.checking import CheckedRow, check_rows, meaning_of, read_table
from app.resources.exchange.columns import Column, column_of, trait_of
from app.resources.exchange.files import misfits, write_csv, write_geojson
from app.resources.exchange.handles import handle_of, key_of
from app.resources.exchange.profiles import likely_profile
from app.resources.exchange.published_layouts import LAYOUTS
from app.resources.exchange.spreadsheets import Sheet, write_xlsx
from app.resources.exchange.unread import NOT_READ
from app.resources.exchange.writing import OWN, PUBLIC_TRAITS
from app.resources.vocabulary import Coverage, Disclosure, ResourceState
from app.text.tables import header_key

TEMPLATES = Path(__file__).resolve().parents[3] / "data/templates"
MADE_AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def facts(**said: Any) -> dict[str, Any]:
    """An entry of which only a little is known."""
    names = (
        "published_id", "kana", "nickname", "operator", "corporate_number", "description", "remarks", "url", "address",
        "building", "point_source", "served_area", "nearest_stop", "pickup", "schedule", "schedule_note",
        "weekday_mask", "opens_minute", "closes_minute", "age_from", "age_to", "audience", "gap_welcome", "gap_seats",
        "gap_basis", "capacity", "capacity_note", "fee", "application", "source", "confirmed_on", "legal_basis",
        "original_users", "confirmed_by", "check_note", "check_interval_days", "next_check_on", "listing_agreed_on",
        "listing_agreed_by", "ended_on", "end_reason", "timetable", "contact", "town", "lon", "lat",
    )  # fmt: skip
    return (
        dict.fromkeys(names)
        | {
            "id": 7,
            "created_at": MADE_AT,
            "identity": "name|居場所|こもれび|",
            "municipality_code": "242993",
            "name": "こもれび",
            "kind": "居場所",
            "point_precision": PositionPrecision.UNKNOWN,
            "traits": {},
            "contact_is_public": True,
            "disclosure": Disclosure.PUBLIC,
            "is_light": False,
            "state": ResourceState.ACTIVE,
            "areas": [],
        }
        | said
    )


def written(layout: str, *entries: dict[str, Any], for_staff: bool = True) -> bytes:
    chosen = LAYOUTS[layout]
    rows = chosen.rows(iter(entries), for_staff=for_staff)
    return b"".join(write_csv(chosen.headers(for_staff=for_staff), rows))


def read_again(layout: str, *entries: dict[str, Any]) -> list[CheckedRow]:
    return check_rows(read_table(written(layout, *entries), f"{layout}.csv"))


@pytest.mark.shared_data
def test_every_header_of_the_published_layouts_is_read_or_left_out_for_a_reason(shared_data: Path) -> None:
    standards = json.loads((shared_data / "data/standards/opendata_headers.json").read_text(encoding="utf-8"))
    left_out = {header_key(header) for header in NOT_READ}
    unknown = {
        (layout, header)
        for layout, headers in standards.items()
        # Residents by age are no resources; the areas take that file.
        if "人口" not in layout
        for header in headers
        if not column_of(header) and not trait_of(header) and header_key(header) not in left_out
    }
    assert unknown == set()


@pytest.mark.shared_data
def test_the_published_layouts_leave_with_the_headers_of_the_standard(shared_data: Path) -> None:
    standards = json.loads((shared_data / "data/standards/opendata_headers.json").read_text(encoding="utf-8"))
    published = {tuple(headers) for headers in standards.values()}
    ours = {
        code: tuple(layout.headers(for_staff=True)) for code, layout in LAYOUTS.items() if layout is not OWN
    }
    assert {code for code, headers in ours.items() if headers not in published} == set()


def test_what_is_left_out_is_not_read_all_the_same() -> None:
    assert [header for header in NOT_READ if column_of(header) or trait_of(header)] == []


def test_every_item_that_the_form_asks_has_a_column() -> None:
    assert {asked.item for asked in FIELDS} <= set(OWN.headers(for_staff=True))


def test_our_own_headers_are_all_read() -> None:
    assert [
        header for header in OWN.headers(for_staff=True) if not column_of(header) and not trait_of(header)
    ] == []


def test_what_only_the_staff_knows_has_no_column_for_residents() -> None:
    hidden = set(OWN.headers(for_staff=True)) - set(OWN.headers(for_staff=False))
    assert {"確認者", "要確認メモ", "同意を聞いた人", "空床数", "受け入れ先ID", "掲載の同意"} <= hidden
    assert {item for item in hidden if trait_of(item)}.isdisjoint(PUBLIC_TRAITS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_that_left_is_recognised_and_gives_no_refused_row(layout: str) -> None:
    event = Timetable(dates=(SpecialDays(date(2026, 12, 5), date(2026, 12, 6), 600, 900),))
    said = facts(
        address="〇〇市みほん町1-2",
        timetable=json.dumps(document_of(event)),
        opens_minute=600,
        closes_minute=900,
        contact="0590-00-1111 FAX 0590-00-2222",
        fee="=1+1",
        lat=33.5,
        lon=136.9,
    )
    table = read_table(written(layout, said), "file.csv")
    profile = likely_profile(table)
    assert profile is not None
    assert profile.code == layout.replace("care_national", "care")
    (row,) = check_rows(table)
    assert row.reasons == ()
    assert (row.name, row.values["address"]) == ("こもれび", "〇〇市みほん町1-2")
    assert row.values["point"] == (136.9, 33.5)


def test_a_timetable_survives_the_way_out_and_in() -> None:
    timetable = Timetable(
        meetings=(
            Meeting("13We", 600, 720, who="はじめての人", note="予約制"),
            Meeting("7Su", None, None, anchor=date(2026, 5, 3)),
        ),
        says_more=True,
        may_add=False,
    )
    document = document_of(timetable)
    (row,) = read_again(
        "template", facts(timetable=json.dumps(document), opens_minute=600, closes_minute=720)
    )
    assert row.values["timetable"] == document
    assert row.warnings == ()


def test_words_about_the_days_stay_words() -> None:
    (row,) = read_again("template", facts(schedule="水", weekday_mask=4, schedule_note="月1回くらい"))
    assert "timetable" not in row.values
    assert (row.values["schedule"], row.values["weekday_mask"]) == ("水", 4)
    assert row.values["schedule_note"] == "月1回くらい"


def test_a_day_that_somebody_changed_in_the_sheet_counts_more_than_the_column_for_the_machine() -> None:
    document = json.dumps(document_of(Timetable(meetings=(Meeting("0We", 600, 720),))))
    text = written("template", facts(timetable=document, opens_minute=600, closes_minute=720)).decode(
        "utf-8-sig"
    )
    changed = text.replace(",0We,10:00,", ",0Th,10:00,")
    assert changed != text
    (row,) = check_rows(read_table(changed.encode(), "file.csv"))
    timetable = row.values["timetable"]
    assert isinstance(timetable, dict)
    assert timetable["meetings"][0]["code"] == "0Th"
    assert any("予定（機械用）" in warning for warning in row.warnings)


@pytest.mark.parametrize(
    "cell", ["{", "[]", '{"v":0,"days":1}', '{"v":0,"mask":999}', '{"v":9}', '{"v":1,"x":2}']
)
def test_a_broken_column_for_the_machine_is_told_and_the_days_are_read(cell: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(
        [["種別", "名称", "曜日コード", "予定（機械用）"], ["居場所", "こもれび", "0We", cell]]
    )
    (row,) = check_rows(read_table(text.getvalue().encode(), "file.csv"))
    assert row.values["schedule"] == "0We"
    assert any("読めない形" in warning for warning in row.warnings)


def test_texts_come_back_as_people_wrote_them() -> None:
    (row,) = read_again(
        "template", facts(name="カフェ（ＡＢＣ）①", remarks="一行目\n\n〜三行目：おわり", fee="-500円")
    )
    assert row.values["name"] == "カフェ（ＡＢＣ）①"
    assert row.values["remarks"] == "一行目\n\n〜三行目：おわり"
    assert row.values["fee"] == "-500円"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+81-90-0000-0000", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''+1", "'a", "ふつう", ""],
)
def test_the_shield_of_a_cell_comes_off_again(text: str) -> None:
    cell = shielded(text)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    assert unshielded(cell) == text


def test_no_text_of_a_spreadsheet_is_a_formula_and_digits_stay_texts() -> None:
    made = io.BytesIO()
    write_xlsx([Sheet("表", ("費用", "連絡先", "定員", "緯度"), [["=1+1", "0590001111", 5, 33.5]])], made)
    cells = next(iter(openpyxl.load_workbook(made)["表"].iter_rows(min_row=2)))
    assert [(cell.data_type, cell.value) for cell in cells] == [
        ("s", "'=1+1"),
        ("s", "0590001111"),
        ("n", 5),
        ("n", 33.5),
    ]
    assert cells[1].number_format == "@"


def test_shift_jis_replaces_what_it_does_not_have_and_says_so() -> None:
    rows = [["𠮷田〜"], ["髙橋"]]
    data = b"".join(write_csv(["名称"], rows, encoding="cp932"))
    assert data.decode("cp932") == "名称\r\n〓田～\r\n髙橋\r\n"
    assert misfits(rows) == {"𠮷": 1}


def test_a_map_gets_a_point_or_none() -> None:
    entries = iter((facts(lat=33.5, lon=136.9, capacity=3), facts(name="地図にない")))
    made = b"".join(write_geojson(OWN.headers(for_staff=False), OWN.rows(entries, for_staff=False)))
    first, second = json.loads(made)["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [136.9, 33.5]}
    assert first["properties"]["定員"] == 3
    assert (second["geometry"], second["properties"]["名称"]) == (None, "地図にない")
    assert "予定（機械用）" not in first["properties"]


def test_a_map_without_any_place_is_still_one() -> None:
    assert json.loads(b"".join(write_geojson(OWN.headers(for_staff=False), [])))["features"] == []


def test_an_event_list_holds_what_has_a_date_and_nothing_else() -> None:
    weekly = json.dumps(document_of(Timetable(meetings=(Meeting("0We", 600, 720),))))
    rows = list(LAYOUTS["events"].rows(iter((facts(), facts(timetable=weekly))), for_staff=False))
    assert rows == []


def test_what_has_no_place_of_its_own_is_kept_where_people_find_it() -> None:
    header = "事業所名,サービスの種類,電話番号,FAX番号,認可等年月日,高齢者の方と障害者の方が同時一体的に利用できるサービス,備考"
    line = "やまびこ,通所介護,0590-00-1111,0590-00-2222,2020-04-01,○,駐車場あり"
    (row,) = check_rows(read_table(f"{header}\n{line}\n".encode(), "file.csv"))
    assert row.values["contact"] == "0590-00-1111 FAX 0590-00-2222"
    assert row.values["remarks"] == (
        "駐車場あり\n認可等年月日:2020-04-01\n高齢の人と障害のある人が一緒に使えるサービス"
    )


def test_a_deadline_stands_beside_how_one_applies() -> None:
    line = "種別,名称,参加申込方法,参加申込終了日,参加申込終了時間\nイベント,祭り,電話で,2026-12-01,17:00\n"
    (row,) = check_rows(read_table(line.encode(), "file.csv"))
    assert row.values["application"] == "電話で 締切 2026-12-01 17:00"


def test_promising_more_seats_than_there_are_is_refused() -> None:
    (row,) = check_rows(
        read_table("種別,名称,定員,本来の利用者,狭間枠\n居場所,甲,10,8,3\n".encode(), "file.csv")
    )
    assert "本来の利用者の席が先です" in row.reasons[0]


def test_a_next_check_before_the_last_one_is_passed_over() -> None:
    (row,) = check_rows(
        read_table("種別,名称,確認日,次回確認期限\n居場所,甲,2026-10-01,2026-09-01\n".encode(), "f.csv")
    )
    assert "next_check_on" not in row.values
    assert "次回確認期限" in row.warnings[0]


def test_areas_are_read_with_how_far_they_are_served() -> None:
    areas = [("北部", Coverage.WHOLE, False), ("東町", Coverage.PART, False), ("北部", Coverage.ASK, True)]
    (row,) = read_again("template", facts(areas=areas, served_area="ほかは相談"))
    assert row.values["areas_served"] == "北部;東町（一部）;北部（町・要相談）"


def test_the_number_of_an_entry_is_told_from_any_other() -> None:
    handle = handle_of(12, MADE_AT)
    assert key_of(handle) == 12
    assert [key_of(text) for text in ("12", "T12", "T0-0123456789", "T12-012345678", "")] == [None] * 5
    assert handle != handle_of(12, MADE_AT.replace(microsecond=1))


def test_the_form_to_fill_in_is_the_one_in_the_data_folder() -> None:
    made = b"".join(write_csv(blank_form.HEADERS, [blank_form.example()]))
    assert (TEMPLATES / "resources.csv").read_bytes() == made


def test_the_example_of_the_form_comes_in_without_a_word() -> None:
    table = read_table((TEMPLATES / "resources.csv").read_bytes(), "resources.csv")
    (row,) = check_rows(table)
    assert (row.reasons, row.warnings) == ((), ())
    assert all(meaning_of(header, {}) for header in table.headers)
    profile = likely_profile(table)
    assert profile is not None
    assert profile.code == "template"


def test_the_form_says_of_every_column_how_it_is_written() -> None:
    said = dict(blank_form.guide())
    assert [header for header in blank_form.HEADERS if not said.get(header)] == []
    assert [header for header in blank_form.HOW if header not in blank_form.HEADERS] == []


def test_an_older_form_still_comes_in() -> None:
    header = "id,種別,名称,提供地域,提供地域の注記,次回確認期限,掲載の同意,狭間枠,公開区分"
    (row,) = check_rows(
        read_table(f"{header}\nR-1,居場所,甲,D01;D02,一部,2027-01-01,済,2,公開\n".encode(), "old.csv")
    )
    assert row.reasons == ()
    assert row.values["served_area"] == "D01;D02（一部）"
    assert row.values["next_check_on"] == date(2027, 1, 1)
    assert row.values["traits"] == {"掲載の同意": "済"}
    assert Column.HANDLE.value not in row.values
