"""From a table to checked rows: values, warnings, reasons, identities."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.resources.exchange.checking import CheckedRow, Options, check_rows, read_table
from app.text.tables import TableRefused


def rows_of(text: str, options: Options | None = None) -> list[CheckedRow]:
    """The checked rows of a text."""
    return check_rows(read_table(text.encode(), "file.csv"), options)


def row_of(**cells: str) -> CheckedRow:
    """The one row with these cells; kind and name are there unless they are said to be something else."""
    whole = {"種別": "通いの場", "名称": "縁側", **cells}
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in whole.values())
    (row,) = rows_of(f"{','.join(whole)}\n{quoted}")
    return row


def test_cells_become_typed_values() -> None:
    row = row_of(
        団体コード="37201",
        緯度="34.34",
        経度="134.04",
        位置精度="番地",
        利用可能曜日="月・水",
        開始時間="９：００",
        終了時間="24:00",
        定員="約20名",
        狭間の人も可="可",
        確認日="令和8年10月1日",
        法人番号="5000012010003",
        URL="https://example.jp/",
        公開区分="公開",
        状態="休止中",
    )

    assert not row.reasons
    assert row.values["municipality_code"] == "372013"
    assert row.values["point"] == (134.04, 34.34)
    assert row.values["point_precision"] == "lot"
    assert row.values["weekday_mask"] == 0b101
    assert (row.values["opens_minute"], row.values["closes_minute"]) == (540, 1440)
    assert (row.values["capacity"], row.values["capacity_note"]) == (20, "約20名")
    assert row.values["gap_welcome"] is True
    assert row.values["confirmed_on"] == date(2026, 10, 1)
    assert row.values["disclosure"] == "public"
    assert row.values["state"] == "paused"


@pytest.mark.parametrize("silent", ["", "-", "―", "不明", "未定"])
def test_a_silent_cell_says_nothing(silent: str) -> None:
    row = row_of(定員=silent, 住所=silent, 利用可能曜日=silent, 狭間の人も可=silent, 費用=silent)

    assert set(row.values) == {"kind", "name"}
    assert not row.warnings


def test_what_is_not_understood_stays_as_it_was_written() -> None:
    row = row_of(
        定員="大会議室：120名、研修室：24名",
        利用可能曜日="相談して決める",
        開始時間="日没",
        法人番号="123",
        URL="javascript:alert(1)",
    )

    assert not row.reasons
    assert "capacity" not in row.values
    assert row.values["capacity_note"] == "大会議室:120名、研修室:24名"
    assert row.values["schedule"] == "相談して決める"
    assert "weekday_mask" not in row.values
    assert "日没" in str(row.values["schedule_note"])
    assert {"url", "corporate_number"}.isdisjoint(row.values)
    assert row.values["check_note"] == "法人番号「123」\nURL「javascript:alert(1)」"
    assert len(row.warnings) == 5


def test_what_the_town_wrote_is_never_cut() -> None:
    long = "長い文。" * 80

    row = row_of(対象者=long)

    assert "audience" not in row.values
    assert long in str(row.values["check_note"])


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("名称", "", "名前がありません"),
        ("名称", "・・・", "名前がありません"),
        ("名称", "あ" * 161, "160文字"),
        ("種別", "", "種別が空です"),
        ("団体コード", "372012", "検査数字"),
        ("公開区分", "だいたい公開", "公開・関係者・非公開"),
        ("秘匿", "△", "秘匿"),
    ],
)
def test_a_row_that_would_store_something_wrong_is_refused(column: str, cell: str, said: str) -> None:
    row = row_of(**{"住所": "本町1", column: cell})

    assert any(said in reason and reason.startswith(column) for reason in row.reasons)


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("134.04", "34.34", "逆"),
        ("0", "0", "0です"),
        ("51.5", "-0.1", "日本の範囲"),
        ("34.34", "", "度数"),
        ("nan", "inf", "日本の範囲"),
        ("北", "東", "度数"),
    ],
)
def test_a_point_that_cannot_be_is_refused(latitude: str, longitude: str, said: str) -> None:
    row = row_of(緯度=latitude, 経度=longitude)

    assert len(row.reasons) == 1
    assert said in row.reasons[0]


def test_slipped_cells_are_refused() -> None:
    (row,) = rows_of("種別,名称,住所\n通いの場,縁側,本町1,2階")

    assert "列の数" in row.reasons[0]


def test_a_line_that_has_only_a_serial_number_is_no_row() -> None:
    assert [row.line for row in rows_of("NO,種別,名称\n1,通いの場,縁側\n2,,\n3,,\n")] == [2]


def test_a_serial_number_is_never_an_identity() -> None:
    (first,) = rows_of("NO,種別,名称,住所\n1,通いの場,縁側,本町1-2")
    (second,) = rows_of("№,種別,名称,住所\n77,通いの場,縁側,本町１丁目２番")

    assert first.identity == second.identity
    assert first.digest != second.digest


def test_a_published_id_is_the_identity_within_its_municipality() -> None:
    text = "ID,団体コード,種別,名称\nA-1,{},通いの場,縁側"
    (here,), (there,) = rows_of(text.format("372013")), rows_of(text.format("232076"))
    (renamed,) = rows_of("ID,団体コード,種別,名称\nA-1,372013,居場所,海")

    assert here.identity == renamed.identity != there.identity


def test_an_id_that_excel_broke_is_not_used() -> None:
    row = row_of(ID="4.5E+12", 住所="本町1")

    assert "published_id" not in row.values
    assert row.identity.startswith("name|")
    assert "4.5E+12" in str(row.values["check_note"])


def test_services_of_one_provider_are_several_resources() -> None:
    first, second = rows_of(
        "事業所番号,サービスの種類,事業所名\n37001,訪問介護,つむぎ\n37001,通所介護,つむぎ"
    )

    assert first.identity != second.identity


def test_two_spellings_are_one_resource() -> None:
    spellings = [
        "通いの場,ｶﾌｪ髙橋,香川県高松市松島町一丁目１５番１号",
        "通いの場,カフェ高橋,高松市松島町1-15-1",
    ]

    first, second = rows_of("種別,名称,住所\n" + "\n".join(spellings))

    assert not first.reasons
    assert "2行目と同じ資源" in second.reasons[0]


def test_the_same_name_on_two_floors_is_two_resources() -> None:
    text = "種別,名称,住所,方書\n相談,窓口,本町1-2,{}\n相談,窓口,本町1-2,{}"

    one_way, other_way = rows_of(text.format("1階", "2階")), rows_of(text.format("2階", "1階"))

    assert {row.identity for row in one_way} == {row.identity for row in other_way}
    assert len({row.identity for row in one_way}) == 2
    assert not any(row.reasons for row in one_way)


def test_an_event_is_another_one_on_another_day() -> None:
    first, second = rows_of(
        "イベント名,開始日,終了日,場所名称\n秋まつり,2026-10-01,2026-10-02,広場\n秋まつり,2027-10-01,,広場"
    )

    assert first.kind == "イベント"
    assert first.identity != second.identity
    assert first.values["schedule"] == "2026-10-01〜2026-10-02"
    assert first.values["building"] == "広場"


def test_the_order_of_columns_does_not_matter() -> None:
    (one,) = rows_of("種別,名称,住所,定員\n通いの場,縁側,本町1,20")
    (other,) = rows_of("定員,住所,名称,種別\n20,本町1,縁側,通いの場")

    assert (one.identity, one.digest) == (other.identity, other.digest)


@pytest.mark.parametrize(
    "cells", [{"秘匿": "1"}, {"種別": "避難先（DV等・秘匿）"}, {"秘匿": "1", "公開区分": "公開"}]
)
def test_a_refuge_is_closed_whatever_the_file_says(cells: dict[str, str]) -> None:
    row = row_of(**cells)

    assert row.is_refuge
    assert row.values["disclosure"] == "closed"
    assert row.identity.startswith("refuge|")


def test_a_row_becomes_public_only_when_somebody_says_so() -> None:
    text = "種別,名称,POIコード,バリアフリー情報\n図書館,本館,1,有"
    (silent,) = rows_of(text)
    (published,) = rows_of(text, Options(profile="public_facilities"))
    (own,) = rows_of(text, Options(profile="template"))

    assert silent.defaults["disclosure"] == own.defaults["disclosure"] == "partners"
    assert published.defaults["disclosure"] == "public"
    assert "disclosure" not in published.values


def test_the_kind_comes_from_the_file_the_option_or_the_layout() -> None:
    (told,) = rows_of("名称,住所\n縁側,本町1", Options(kind="通いの場"))
    (own,) = rows_of("種別,名称\n居場所,縁側", Options(kind="通いの場"))

    assert (told.kind, own.kind) == ("通いの場", "居場所")


def test_a_file_without_any_kind_is_refused_as_a_whole() -> None:
    with pytest.raises(TableRefused, match="種別"):
        rows_of("名称,住所\n縁側,本町1")


def test_several_hours_keep_their_text() -> None:
    row = row_of(開始時間="10:00\n13:30", 終了時間="12:30\n16:00")

    assert (row.values["opens_minute"], row.values["closes_minute"]) == (600, 960)
    assert row.values["schedule_note"] == "時間：10:00〜12:30、13:30〜16:00"


def test_traits_keep_the_words_of_the_source() -> None:
    assert row_of(静けさ="静か", 車いすトイレ="有", **{"Wi-Fi": ""}).values["traits"] == {
        "静けさ": "静か",
        "車いすトイレ": "有",
    }


def test_a_light_card_needs_neither_address_nor_point() -> None:
    row = row_of(軽いカード="1", 方書="松の湯の前", 日程の自由記述="夕方", 声をかける人="番台の人")

    assert not row.reasons
    assert row.values["is_light"] is True
    assert row.values["contact"] == "番台の人"


@pytest.mark.shared_data
def test_the_real_file_of_takamatsu(shared_data: Path) -> None:
    data = (shared_data / "data/takamatsu/social_resources.csv").read_bytes()

    rows = check_rows(read_table(data, "social_resources.csv"))

    assert len(rows) == 333
    assert not any(row.reasons for row in rows)
    assert sum("weekday_mask" in row.values for row in rows) == 128
    assert sum(not {"capacity", "capacity_note"}.isdisjoint(row.values) for row in rows) == 48
    assert sum(bool(row.warnings) for row in rows) == 3
