"""From bytes to a table: encodings, delimiters, lines before the header, lines of the file, and clear refusals."""

from __future__ import annotations

import pytest

from app.resources.exchange.checking import meaning_of, read_table
from app.resources.exchange.profiles import likely_profile
from app.text.tables import TableRefused, header_key

PLAIN = "種別,名称,住所\n通いの場,縁側,本町1-2\n居場所,海のひろば,浜町3\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    table = read_table(PLAIN.encode(encoding), "a.csv")

    assert table.size == 2
    assert [line.cells[1] for line in table.lines()] == ["縁側", "海のひろば"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    table = read_table(PLAIN.replace(",", delimiter).encode(), "a.csv")

    assert table.headers == ("種別", "名称", "住所")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(end: str) -> None:
    text = end.join(
        [
            "高松市 通いの場一覧",
            "",
            "種別,名称,住所",
            '通いの場,"縁側',
            'カフェ",本町1',
            "居場所,海,浜町",
            ",,",
        ]
    )

    table = read_table(text.encode(), "a.csv")

    assert table.header_line == 3
    assert [line.number for line in table.lines()] == [4, 6]


def test_headers_are_known_in_other_spellings() -> None:
    table = read_table("#property,種　別,名称＿カナ,名　称,所在地_連結標記,謎の列\n1,a,b,c,d,e".encode(), "a")

    assert {header: meaning_of(header, {}) for header in table.headers} == {
        "#property": "連番",
        "種　別": "種別",
        "名称＿カナ": "カナ",
        "名　称": "名称",
        "所在地_連結標記": "住所",
        "謎の列": None,
    }


def test_a_header_with_a_line_break_or_another_dash_is_the_same() -> None:
    assert header_key("開始\n時間") == header_key("開始時間")
    assert header_key("全国地方公共団体コ―ド") == header_key("全国地方公共団体コード")
    assert header_key("方書（ビル名等）") == header_key("方書(ビル名等)")


def test_a_repeated_header_is_no_row() -> None:
    text = "種別,名称\n通いの場,縁側\n種別,名称\n居場所,海\n"

    assert [line.number for line in read_table(text.encode(), "a").lines()] == [2, 4]


def test_the_layout_is_recognised() -> None:
    text = "#property,イベント名,開始日,場所名称\n1,a,2026-12-01,b"

    profile = likely_profile(read_table(text.encode(), "a"))

    assert profile is not None
    assert profile.code == "events"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空です"),
        (b"  \n", "空です"),
        (b"PK\x03\x04xlsx", "CSV"),
        (b"\xd0\xcf\x11\xe0xls", "CSV"),
        (b"%PDF-1.7", "PDF"),
        (bytes(range(256)), "文字"),
        (b"\xff\xfe\x00", "文字"),
        ("ただの文章です。\n表ではありません。".encode(), "見出し"),
        ("種別,名称\n".encode(), "データの行がありません"),
        ('種別,名称\n通いの場,"縁側\n居場所,海'.encode(), "2行目"),
        ("種別,住所\n通いの場,本町1".encode(), "名称"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(data: bytes, said: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(data, "a.csv")

    assert said in refused.value.message
    assert "ください" in refused.value.message
