"""What a search finds."""

import pytest

from app.text.terms import document_terms, query_terms, searchable


def _finds(query: str, text: str) -> bool:
    terms = query_terms(query)
    return bool(terms) and set(terms) <= set(document_terms(text).split(" "))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("畑", "畑の草取り"),
        ("料理", "みんなで料理をつくる会"),
        ("ヒキコモリ", "ひきこもりの方の居場所"),
        ("ＷＩＦＩ", "学習wifi室"),
        ("wi-fi", "Ｗｉ－Ｆｉあり"),
        ("コード", "コ―ドの会"),
        ("髙松", "高松市"),
        ("霞ヶ関", "霞ケ関の集い"),
        ("3階", "ミライエ３階"),
        ("料理 畑", "畑でとれた野菜の料理"),
        ("子ども　食堂", "子ども食堂"),
    ],
)
def test_a_text_with_the_words_of_the_query_is_found(query: str, text: str) -> None:
    assert _finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("畑", "田んぼ"), ("料理 畑", "料理教室"), ("理料", "料理"), ("東京都", "京都")]
)
def test_a_text_without_them_is_not(query: str, text: str) -> None:
    assert not _finds(query, text)


@pytest.mark.parametrize("query", ["", "　", "！？", "♪"])
def test_a_query_without_letters_asks_nothing(query: str) -> None:
    assert query_terms(query) == []


def test_stored_terms_are_singles_and_pairs_each_once_in_order() -> None:
    assert document_terms("居場所、居場") == "居 場 所 居場 場所"
    assert query_terms("居場所 居場") == ["居場", "場所"]


def test_a_pair_never_runs_across_a_mark_or_a_space() -> None:
    assert "所居" not in document_terms("場所・居場").split()


def test_a_caller_can_tell_a_literal_hit_from_one_in_another_order() -> None:
    assert _finds("場所場", "居場所場面") == _finds("場所場", "所場と場所")
    assert searchable("場所場") not in searchable("所場と場所")
