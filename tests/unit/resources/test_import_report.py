"""The report of an import in little memory, what was met first, and what whoever imports says of columns and rows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resources.exchange.checking import CheckedRows, Options, check_rows, meaning_of, read_table
from app.resources.exchange.firsts import Firsts
from app.resources.exchange.report import Alike, ImportReport, Item, Items
from app.resources.vocabulary import Verdict
from app.text.tables import TableRefused

words = st.text(max_size=8)
items = st.builds(
    Item,
    line=st.integers(1, 10**6),
    verdict=st.sampled_from(Verdict),
    reasons=st.lists(words, max_size=2).map(tuple),
    name=words,
    alike=st.lists(st.builds(Alike, st.integers(1, 99), words, st.tuples(words)), max_size=2).map(tuple),
    changes=st.lists(st.tuples(words, words, words), max_size=2).map(tuple),
    about=st.lists(words, max_size=2).map(tuple),
)


@settings(deadline=None, max_examples=15)
@given(st.lists(items, max_size=20), st.integers(1, 60))
def test_rows_come_back_as_they_were_put_in(rows: list[Item], times: int) -> None:
    many = rows * times
    kept = Items()
    for item in many:
        kept.append(item)
    again = Items.from_json(json.loads(json.dumps(kept.to_json())))

    assert list(kept) == list(again) == many
    for verdict in Verdict:
        chosen = [item for item in many if item.verdict is verdict]
        assert again.count(verdict) == len(chosen)
        assert again.choose(verdict, 3, 50) == chosen[3:53]
    assert again.choose(None, 1, 2) == many[1:3]


def test_a_row_can_be_put_in_the_place_of_another() -> None:
    kept = Items()
    for line in range(1_234):
        kept.append(Item(line, Verdict.ADDED))
    for place in (0, 499, 500, 1_233):
        kept.replace(place, Item(place, Verdict.CHANGED, name="海"))

    assert kept.count(Verdict.CHANGED) == 4
    assert [item.line for item in kept.choose(Verdict.CHANGED, 0, 9)] == [0, 499, 500, 1_233]
    assert (kept[-1].name, kept[1_232].name) == ("海", "")
    with pytest.raises(IndexError):
        kept[1_234]


def test_rows_that_were_left_out_are_counted_only_where_there_are_any() -> None:
    report = ImportReport()
    report.items.append(Item(2, Verdict.ADDED))
    assert list(report.counts()) == ["rows", "added", "changed", "unchanged", "refused"]

    report.items.append(Item(3, Verdict.SKIPPED))
    assert report.counts() == {
        "rows": 2,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "skipped": 1,
    }
    assert json.loads("".join(report.write_json())) == report.to_json()


@settings(deadline=None, max_examples=25)
@given(st.lists(words, max_size=200))
def test_the_first_of_equal_words_is_told(said: list[str]) -> None:
    firsts, known = Firsts(), dict[str, int]()
    for number, word in enumerate(said * 30):
        assert firsts.first(word, number) == known.setdefault(word, number)
    assert len(firsts) == len(known)


def test_very_many_words_are_kept_apart() -> None:
    firsts = Firsts()

    assert all(firsts.first(str(number), number) == number for number in range(50_000))
    assert all(firsts.first(str(number), 7) == number for number in range(0, 50_000, 997))


UNKNOWN = "場のなまえ,くわしく,さがす印\n縁側,お茶,あ\n海,体操,い\n"


def test_a_file_without_a_known_column_is_read_as_whoever_imports_says() -> None:
    said = {"場のなまえ": "名称", "くわしく": "説明", "さがす印": ""}
    with pytest.raises(TableRefused, match="見出し"):
        read_table(UNKNOWN.encode(), "a.csv")

    table = read_table(UNKNOWN.encode(), "a.csv", columns=said)
    rows = check_rows(table, Options(kind="通いの場", columns=said))

    assert [(row.name, row.values["description"]) for row in rows] == [("縁側", "お茶"), ("海", "体操")]
    assert [meaning_of(header, said) for header in table.headers] == ["名称", "説明", None]


def test_what_is_said_of_a_header_counts_before_what_is_known_of_it() -> None:
    text = "種別,名称,備考,内容\n通いの場,縁側,靴をぬぐ,スロープがあります\n"
    said = {"備　考": "", "内容": "スロープ"}

    (row,) = check_rows(read_table(text.encode(), "a.csv"), Options(columns=said))

    assert "remarks" not in row.values
    assert "description" not in row.values
    assert row.values["traits"] == {"スロープ": "スロープがあります"}


def test_what_is_said_of_rows_goes_along_with_them() -> None:
    text = "種別,名称\n通いの場,縁側\n通いの場,海\n通いの場,縁側\n"
    options = Options(same_as={3: 7}, skipped=frozenset({2}))

    rows = list(CheckedRows(read_table(text.encode(), "a.csv"), options))

    assert [(row.same_as, row.is_skipped, row.reasons) for row in rows] == [
        (None, True, ()),
        (7, False, ()),
        (None, False, ()),
    ], "what is left out is nobody's twin"


def test_options_are_kept_as_json() -> None:
    options = Options("通いの場", "care", "372013", {"あ": "名称"}, {5: 12}, frozenset({9, 3}))

    assert Options.from_json(json.loads(json.dumps(options.to_json()))) == options
    assert Options.from_json({}) == Options()
