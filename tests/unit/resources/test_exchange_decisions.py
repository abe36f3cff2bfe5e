"""What is decided on rows before they are taken in, and what is held back by itself."""

from __future__ import annotations

import pytest

from app.resources.exchange.care import Care, CarefulRows, WatchedRows, says_public, wants_care
from app.resources.exchange.checking import CheckedRow, Options, check_rows, open_table
from app.resources.exchange.decisions import NEW, SAME, SKIP, Decisions, best_words, same_word
from app.resources.exchange.report import Alike, Item
from app.resources.vocabulary import Verdict


def item(line: int, *keys: int) -> Item:
    """A row that looks like these places."""
    return Item(line, Verdict.ADDED, alike=tuple(Alike(key, f"場{key}", ("名前が同じ",)) for key in keys))


ITEMS = [item(2, 7, 8), item(5, 9)]


def row_of(text: str, profile: str | None = None) -> CheckedRow:
    """The only row of a file."""
    (row,) = check_rows(open_table(text.encode(), "一覧.csv"), Options(profile=profile))
    return row


def test_a_row_is_new_until_somebody_says_otherwise() -> None:
    decided = Decisions().with_words({2: same_word(8), 5: SKIP}, ITEMS)

    assert decided == Decisions({2: 8}, frozenset({5}))
    assert [decided.word_of(line) for line in (2, 5, 6)] == ["same-8", SKIP, NEW]
    assert decided.with_words({2: NEW, 5: NEW}, ITEMS) == Decisions()
    assert Decisions.from_json(decided.to_json()) == decided


@pytest.mark.parametrize(
    "word", ["same-99", "same-", "same-x", "same-٣", f"same-{'9' * 5000}", "nonsense", ""]
)
def test_a_word_that_was_not_offered_leaves_the_row_new(word: str) -> None:
    assert Decisions({2: 7}).with_words({2: word, 99: SKIP}, ITEMS) == Decisions()


def test_one_answer_for_all_names_what_is_most_alike() -> None:
    assert best_words(SAME, ITEMS) == {2: "same-7", 5: "same-9"}
    assert best_words(SKIP, ITEMS) == {2: SKIP, 5: SKIP}


def test_what_does_not_fit_any_more_is_let_go() -> None:
    decided = Decisions({2: 7, 5: 9, 6: 1}, frozenset({8}))

    assert decided.still_fitting([item(2, 7)]) == Decisions({2: 7})


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("種別,名称,公開区分\n児童養護施設,ひかり園,公開\n", None),
        ("種別,名称,根拠事業,公開区分\n施設,ひかり園,母子生活支援施設,公開\n", None),
        ("種別,名称\n自立援助ホーム,ひかり園\n", "public_facilities"),
    ],
)
def test_what_protects_people_comes_in_for_partners(text: str, profile: str | None) -> None:
    row = row_of(text, profile)

    held = Care().take(row)

    assert says_public(row)
    assert wants_care(row)
    assert not says_public(held)
    assert held.defaults["disclosure"] == "partners"
    assert held.defaults["contact_is_public"] is False
    assert "disclosure" not in held.values
    assert Care(holds_back=False, keeps_closed=False).take(row) == row


def test_a_file_does_not_open_what_is_here_and_new_rows_are_public_as_it_says() -> None:
    row = row_of("種別,名称,公開区分\n居場所,海,公開\n")

    kept = Care().take(row)

    assert "disclosure" not in kept.values
    assert kept.defaults["disclosure"] == "public"
    assert Care(keeps_closed=False).take(row) == row


@pytest.mark.parametrize(
    "text", ["種別,名称\n児童養護施設,ひかり園\n", "種別,名称,秘匿,公開区分\nシェルター,灯,1,公開\n"]
)
def test_what_becomes_public_by_nobody_is_left_as_it_is(text: str) -> None:
    row = row_of(text)

    assert not says_public(row)
    assert Care().take(row) == row


def test_it_is_noted_which_lines_somebody_is_asked_about() -> None:
    table = open_table(
        "種別,名称,公開区分\n居場所,海,公開\n児童養護施設,ひかり園,公開\n居場所,山,\n".encode(), "一覧.csv"
    )
    watched = WatchedRows(check_rows(table, Options()))

    assert [row.name for row in watched] == ["海", "ひかり園", "山"]
    assert watched.public == {2: False, 3: True}


def test_careful_rows_can_be_asked_for_twice() -> None:
    careful = CarefulRows([row_of("種別,名称,公開区分\n児童養護施設,ひかり園,公開\n")], Care())

    assert [row.defaults["disclosure"] for row in careful] == ["partners"]
    assert [row.defaults["disclosure"] for row in careful] == ["partners"]
