"""Spreadsheets as tables: what a cell says, which sheet is read, and what is refused before it is opened."""

from __future__ import annotations

import io
import time as clock
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from app.text.tables import Table, TableRefused, read_table

HEADERS = ("種別", "名称", "住所", "定員")


def book(rows: Sequence[Sequence[Any]], *, shape: Callable[[Any], object] | None = None) -> bytes:
    """A workbook of one sheet; `shape` may do more to the sheet."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if shape is not None:
        shape(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part written otherwise."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            part = source.read(item)
            target.writestr(item.filename, change(part) if item.filename == name else part)
    return stream.getvalue()


def read(data: bytes) -> Table:
    """Read it with the headers of this module."""
    return read_table(data, "a.xlsx", headers=HEADERS)


def cells_of(*values: Any, formats: dict[str, str] | None = None) -> tuple[str, ...]:
    """What is read of a row with these values."""

    def put_formats(sheet: Any) -> None:
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format

    (line,) = read(book([HEADERS, values], shape=put_formats)).lines()
    return line.cells


def test_a_sheet_is_a_table_with_the_rows_of_the_sheet() -> None:
    table = read(
        book([["通いの場の一覧"], [], HEADERS, ["通いの場", "縁側", "本町1-2", 20], [], ["居場所", "海"]])
    )

    assert (table.encoding, table.header_line, table.size) == ("Excel（xlsx）", 3, 2)
    assert [(line.number, line.cells) for line in table.lines()] == [
        (4, ("通いの場", "縁側", "本町1-2", "20")),
        (6, ("居場所", "海")),
    ]
    assert [line.number for line in table.lines()] == [4, 6], "a table is read as often as one likes"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 8, 5), "2026-08-05"),
        (datetime.fromisoformat("2026-08-05"), "2026-08-05"),
        (datetime.fromisoformat("2026-08-05T09:30"), "2026-08-05 09:30"),
        (time(9, 0), "09:00"),
        (timedelta(hours=24), "24:00"),
        (20.0, "20"),
        (34.342777999999996, "34.342778"),
        (4_500_000_000_123, "4500000000123"),
        (4.5e20, "4.5e+20"),
        (True, "TRUE"),
        ("一行目_x000D_\n二行目", "一行目\n二行目"),
    ],
)
def test_a_cell_says_what_a_person_would_have_written(value: object, text: str) -> None:
    assert cells_of("通いの場", "縁側", value)[2] == text


def test_zeros_in_front_that_only_the_format_shows_are_read() -> None:
    assert cells_of("通いの場", "縁側", 12033, formats={"C2": "000000"})[2] == "012033"


def test_a_formula_is_never_evaluated_and_told_where_it_has_no_result() -> None:
    (line,) = (table := read(book([HEADERS, ["通いの場", "縁側", '="本町"&1', 20]]))).lines()

    assert line.cells == ("通いの場", "縁側", "", "20")
    (told,) = table.remarks_of(line)
    assert told.startswith("住所：式（計算の結果がありません）")


def test_the_result_that_a_formula_left_is_read() -> None:
    data = book([HEADERS, ["通いの場", "縁側", "本町1", "=10+10"]])
    data = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b"<v></v>", b"<v>20</v>")
            .replace(b"<v/>", b"<v>20</v>")
            .replace(b"<v />", b"<v>20</v>")
        ),
    )

    (line,) = read(data).lines()

    assert line.cells[3] == "20"
    assert line.remarks == ()


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!"])
def test_a_cell_with_an_error_says_nothing_and_is_told(error: str) -> None:
    (line,) = (table := read(book([HEADERS, ["通いの場", "縁側", error, 20]]))).lines()

    assert line.cells[2] == ""
    assert list(table.remarks_of(line)) == [
        f"住所：エラー（{error}）のため、空として読みます。元の表を直してください。"
    ]


def test_a_cell_that_is_merged_downwards_counts_for_each_of_its_rows() -> None:
    data = book(
        [HEADERS, ["通いの場", "縁側"], [None, "海"], [None, "丘"], ["相談", "窓口"]],
        shape=lambda sheet: sheet.merge_cells("A2:A4"),
    )

    assert [line.cells[0] for line in read(data).lines()] == ["通いの場", "通いの場", "通いの場", "相談"]


def test_what_stands_beside_the_table_is_told_and_shifts_nothing() -> None:
    (line,) = (table := read(book([HEADERS, ["通いの場", "縁側", "本町1", 20, None, "担当メモ"]]))).lines()

    assert line.cells == ("通いの場", "縁側", "本町1", "20")
    assert list(table.remarks_of(line)) == ["6列目：見出しがないため、読みません（「担当メモ」）。"]


def test_the_first_sheet_with_a_known_header_is_read_and_the_others_are_named() -> None:
    made = Workbook()
    made.create_sheet("はじめに").append(["この表について"])
    listed = made.create_sheet("一覧")
    for row in (HEADERS, ["通いの場", "縁側", "本町1", 20]):
        listed.append(row)
    made.create_sheet("昨年度").append(HEADERS)

    table = read(saved(made))

    assert table.sheet == "一覧"
    (note,) = table.notes
    assert "「はじめに」" in note
    assert "「昨年度」" in note
    assert "ください" in note


def bomb() -> bytes:
    """A few kilobytes that unpack to sixty megabytes."""
    spaces = b" " * (60 * 1024 * 1024)
    return with_part(book([HEADERS, ["通いの場", "縁側"]]), "xl/styles.xml", lambda xml: xml + spaces)


def rows_claimed(number: int) -> bytes:
    """A sheet whose last row says that it is far down."""
    return with_part(
        book([HEADERS, ["通いの場", "縁側"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<row r="2"', f'<row r="{number}"'.encode()),
    )


def locked() -> bytes:
    """What Excel writes under a password: the workbook is a stream of an OLE container."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )


def archive_of(name: str) -> bytes:
    """A zip that is no spreadsheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(name, b"text")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb, "極端に大きく"),
        (lambda: rows_claimed(999_999_999), "大きすぎます"),
        (lambda: book([HEADERS, ["あ"] * 1_200]), "大きすぎます"),
        (locked, "パスワード"),
        (lambda: archive_of("content.xml"), "CSV"),
        (lambda: book([HEADERS, ["通いの場", "縁側"]])[:2_000], "CSV"),
        (lambda: with_part(book([HEADERS]), "xl/workbook.xml", lambda _: b"<broken"), "保存し直し"),
        (
            lambda: with_part(
                book([HEADERS, ["通いの場", "縁側"]]),
                "xl/worksheets/sheet1.xml",
                lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml,
            ),
            "壊れています",
        ),
        (lambda: book([HEADERS]), "データの行がありません"),
        (lambda: book([["ただの表"], ["です"]]), "見出し"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(data: Callable[[], bytes], said: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read(data())

    assert said in refused.value.message
    assert "ください" in refused.value.message


SHEET = "xl/worksheets/sheet1.xml"


def with_rows(rows: bytes) -> bytes:
    """A small sheet with further rows as they are written in the file."""
    return with_part(
        book([HEADERS, ["通いの場", "縁側"]]),
        SHEET,
        lambda xml: xml.replace(b"<worksheet ", b'<worksheet xmlns:x="urn:x" ').replace(
            b"</sheetData>", rows + b"</sheetData>"
        ),
    )


def with_shared(text: str, times: int, *, before: bytes = b"") -> bytes:
    """A table whose cells of the second column share one text."""
    data = with_rows(b'<row><c/><c t="s"><v>0</v></c></row>' * times)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    data = with_part(data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", override.encode()))
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as target:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        target.writestr(
            "xl/sharedStrings.xml",
            before + f'<sst xmlns="{space}"><si><t>{text}</t></si></sst>'.encode(),
        )
    return stream.getvalue()


def test_a_text_that_cells_share_is_read() -> None:
    assert [line.cells[1] for line in read(with_shared("丘", 2)).lines()] == ["縁側", "丘", "丘"]


def with_merged_columns() -> bytes:
    """Four columns, each merged over nearly all the rows that a sheet may have."""
    data = book([HEADERS, ["あ"] * 4])
    areas = "".join(
        f'<mergeCell ref="{letter}2:{letter}190000"/>' for letter in ("A", "B", "C", "D")
    ).encode()
    far = b'<row r="190000"><c/></row>'
    return with_part(
        data,
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>", far + b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
        ),
    )


@pytest.mark.parametrize(
    "rows",
    [
        b"<row r='999999999'><c><v>1</v></c></row>",
        b'<row x:r="3" r="999999999"><c><v>1</v></c></row>',
        b'<row r="&#57;99999999"><c><v>1</v></c></row>',
        b"".join(b"<row><c r='ZZZ%d'><v>1</v></c></row>" % row for row in range(3, 20_003)),
        b"<row>" + b"<c/>" * 1_001 + b"</row>",
        b"<row/>" * 200_001,
    ],
    ids=[
        "single quotes",
        "another r",
        "written as an entity",
        "far right",
        "cells without a place",
        "empty rows",
    ],
)
def test_a_limit_counts_however_the_place_is_written(rows: bytes) -> None:
    data = with_rows(rows)
    began = clock.monotonic()

    with pytest.raises(TableRefused) as refused:
        read(data)

    assert "200,000行、1,000列まで" in refused.value.message
    assert clock.monotonic() - began < 5


def test_rows_that_are_left_out_of_the_file_cost_next_to_nothing() -> None:
    data = with_rows("<row r='150000'><c t='inlineStr'><is><t>居場所</t></is></c></row>".encode())

    assert [line.number for line in read(data).lines()] == [2, 150_000]


BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 10_000 + b'">]>'


def in_utf_16(xml: bytes) -> bytes:
    """The same part with a document type, in another encoding."""
    text = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()
    return ('<?xml version="1.0" encoding="utf-16"?>' + BOMB.decode() + text).encode("utf-16")


def behind_a_long_remark(xml: bytes) -> bytes:
    """The same part with a document type that stands far down."""
    text = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
    return b"<!--" + b"remark " * 100_000 + b"-->" + BOMB + text


@pytest.mark.parametrize("change", [in_utf_16, behind_a_long_remark])
@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        SHEET,
    ],
)
def test_no_part_may_define_entities(part: str, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(TableRefused) as refused:
        read(with_part(book([HEADERS, ["通いの場", "縁側"]]), part, change))

    assert "壊れています" in refused.value.message


def test_texts_that_cells_share_may_not_define_entities() -> None:
    with pytest.raises(TableRefused) as refused:
        read(with_shared("&a;", 1, before=BOMB.replace(b"x [", b"sst [")))

    assert "壊れています" in refused.value.message


def test_a_sheet_in_another_encoding_is_read() -> None:
    def turned(xml: bytes) -> bytes:
        text = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()
        return ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16")

    (line,) = read(with_part(book([HEADERS, ["通いの場", "縁側"]]), SHEET, turned)).lines()

    assert line.cells == ("通いの場", "縁側")


def many_sheets() -> bytes:
    """More sheets than anybody turns over."""
    made = Workbook()
    for number in range(21):
        made.create_sheet(f"{number}")
    return saved(made)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (many_sheets, "20枚まで"),
        (lambda: with_shared("A" * 100_000, 1_001), "文字が多すぎます"),
        (lambda: with_shared("A" * 132_000, 1), "欄が長すぎます"),
        (lambda: with_shared("</t></si>" + "<si/>" * 3_001 + "<si><t>", 1), "極端に大きく"),
        (with_merged_columns, "個の欄まで"),
        (lambda: with_rows(b"<row>" + b"<x:a>" * 101 + b"</x:a>" * 101 + b"</row>"), "極端に大きく"),
        (lambda: with_rows(b"<row>" + b"<x:a/>" * 100_001 + b"</row>"), "極端に大きく"),
        (
            lambda: with_part(
                book([HEADERS]),
                "xl/styles.xml",
                lambda xml: xml.replace(b"<fonts", b"<a/>" * 250_001 + b"<fonts"),
            ),
            "極端に大きく",
        ),
    ],
)
def test_what_would_grow_while_it_is_read_is_refused(
    data: Callable[[], bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.text.tables.workbook.CELLS_MOST", 100_000)
    monkeypatch.setattr("app.text.tables.book.SHEETS_MOST", 20)
    monkeypatch.setattr("app.text.tables.sheets._SHARED_ELEMENTS_MOST", 3_000)

    with pytest.raises(TableRefused) as refused:
        read(data())

    assert said in refused.value.message
    assert "ください" in refused.value.message


@pytest.mark.parametrize("fault", [TimeoutError(), MemoryError(), OSError(5, "the disk")])
def test_a_fault_of_the_machine_is_no_fault_of_the_file(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_said: object, **_named: object) -> None:
        raise fault

    monkeypatch.setattr("app.text.tables.workbook.Book", fail)

    with pytest.raises(type(fault)):
        read(book([HEADERS, ["通いの場", "縁側"]]))


def test_a_text_with_ten_thousand_columns_is_refused_with_a_remedy() -> None:
    wide = ",".join([*HEADERS, *(f"列{number}" for number in range(10_000))])

    with pytest.raises(TableRefused) as refused:
        read_table(f"{wide}\n通いの場,縁側\n".encode(), "a.csv", headers=HEADERS)

    assert "1行目：列が多すぎます（10,004列）。1,000列まで" in refused.value.message
    assert "ください" in refused.value.message
