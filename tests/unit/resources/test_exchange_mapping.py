"""What columns are read as: known, guessed, remembered, mended; and what decides on what becomes public is never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resources.exchange.checking import Options, check_rows, open_table
from app.resources.exchange.columns import TRAITS, Column
from app.resources.exchange.mapping import (
    ColumnUse,
    How,
    Way,
    describe_columns,
    find_doubles,
    find_missing,
    guess_columns,
    headers_digest,
    meaning_choices,
    mended_columns,
    recalled_columns,
)
from app.text.tables import Table


def table_of(text: str) -> Table:
    """A table as the import opens it."""
    return open_table(text.encode(), "一覧.csv")


def uses_of(text: str, columns: dict[str, str] | None = None, way: Way = Way.GUESSED) -> dict[str, ColumnUse]:
    """The columns of a file as people see them, by header."""
    return {use.header: use for use in describe_columns(table_of(text), columns or {}, way)}


def test_a_column_is_shown_with_its_first_three_filled_cells() -> None:
    rows = "".join(
        f"通いの場,場{number},{cell}\n" for number, cell in enumerate(["", "-", "あ", "い", "う", "え"])
    )

    uses = uses_of(f"種別,名称,ひとこと\n{rows}")

    assert uses["ひとこと"].samples == ("あ", "い", "う")
    assert (uses["ひとこと"].meaning, uses["ひとこと"].how) == ("", How.UNKNOWN)
    assert (uses["名称"].meaning, uses["名称"].how) == ("名称", How.KNOWN)


def test_a_long_cell_is_shown_short_and_an_empty_column_at_the_edge_not_at_all() -> None:
    uses = uses_of(f"種別,名称,\n通いの場,{'あ' * 90},\n")

    assert uses["名称"].samples == ("あ" * 39 + "…",)
    assert list(uses) == ["種別", "名称"]


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("施設の名称", Column.NAME),
        ("電話番号（代表）", Column.CONTACT),
        ("利用料金（月額）", Column.FEE),
        ("活動場所の住所", Column.ADDRESS),
    ],
)
def test_a_header_with_a_known_word_in_it_is_guessed(header: str, meaning: Column) -> None:
    assert guess_columns([header, "備考"]) == {header: meaning.value}


@pytest.mark.parametrize(
    "header",
    [
        "代表者住所",
        "携帯電話番号",
        "個人の連絡先",
        "公開区分（案）",
        "秘匿の有無",
        "連絡先公開の可否",
        "法人の所在地",
        "FAX番号（電話番号と同じ）",
    ],
)
def test_what_is_somebodys_own_or_decides_on_secrecy_is_not_guessed(header: str) -> None:
    assert guess_columns([header]) == {}


def test_a_meaning_that_a_column_has_is_not_guessed_for_another() -> None:
    assert guess_columns(["電話番号", "電話番号（夜間）"]) == {}
    assert guess_columns(["代わりの電話番号", "電話番号（夜間）"]) == {"代わりの電話番号": "連絡先"}


def test_every_meaning_can_be_chosen_once() -> None:
    offered = [value for group in meaning_choices().values() for value in group]

    assert len(offered) == len(set(offered))
    assert set(offered) >= {column.value for column in Column} | set(TRAITS) - {
        column.value for column in Column
    }


def test_only_what_differs_is_a_mended_reading() -> None:
    uses = tuple(uses_of("種別,名称,住所,ひとこと,めも\n居場所,海,浜町,あ,い\n").values())

    chosen = {"種別": "種別", "名称": "通称", "住所": "", "ひとこと": "説明", "めも": ""}

    assert mended_columns(uses, chosen) == {"名称": "通称", "住所": "", "ひとこと": "説明"}


def test_a_guess_that_was_turned_down_stays_so() -> None:
    uses = tuple(
        uses_of("種別,名称,利用料金（月額）\n居場所,海,百円\n", {"利用料金（月額）": "費用"}).values()
    )

    assert uses[2].how is How.GUESSED
    assert mended_columns(uses, {"利用料金（月額）": ""}) == {"利用料金（月額）": ""}
    assert mended_columns(uses, {"利用料金（月額）": "費用"}) == {"利用料金（月額）": "費用"}


def test_a_reading_is_recalled_for_another_spelling_of_the_same_headers() -> None:
    kept = {"ひとこと（自由）": "説明", "めも": ""}
    table = table_of("種別,名称,ひとこと(自由),メモ\n居場所,海,あ,い\n")

    assert recalled_columns(table, kept) == {"ひとこと(自由)": "説明"}
    assert headers_digest(["種別", "ひとこと（自由）"]) == headers_digest(["種　別", "ひとこと(自由)"])
    assert headers_digest(["種別", "名称"]) != headers_digest(["名称", "種別"])


@pytest.mark.parametrize(
    ("way", "how"), [(Way.REMEMBERED, How.REMEMBERED), (Way.MENDED, How.MENDED), (Way.GUESSED, How.GUESSED)]
)
def test_it_is_told_how_a_column_came_by_its_meaning(way: Way, how: How) -> None:
    uses = uses_of("種別,名称,ひとこと\n居場所,海,あ\n", {"ひとこと": "説明"}, way)

    assert (uses["ひとこと"].meaning, uses["ひとこと"].how) == ("説明", how)
    assert ColumnUse.from_json(uses["ひとこと"].to_json()) == uses["ひとこと"]


def test_two_columns_of_one_meaning_are_told_with_what_becomes_of_them() -> None:
    uses = tuple(uses_of("種別,名称,住所,所在地,電話,電話番号\n居場所,海,a,b,c,d\n").values())

    assert [(double.meaning, double.headers, double.is_joined) for double in find_doubles(uses)] == [
        ("住所", ("住所", "所在地"), False),
        ("連絡先", ("電話", "電話番号"), True),
    ]


def test_what_is_missing_is_told_and_mended() -> None:
    table = table_of("よびな,住所,電話番号\n海,浜町,0533\n")

    assert find_missing(table, Options()) == ("名称", "種別")
    assert find_missing(table, Options(kind="居場所")) == ("名称",)
    mended = Options(kind="居場所", columns={"よびな": "名称"})
    assert find_missing(table, mended) == ()
    (row,) = check_rows(table, mended)
    assert (row.name, row.kind, row.reasons) == ("海", "居場所", ())


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_whatever_the_headers_are_a_guess_is_a_meaning_and_given_once(headers: list[str]) -> None:
    found = guess_columns(headers)

    assert set(found) <= set(headers)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= {column.value for column in Column}
