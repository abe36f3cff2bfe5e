"""Which words are searched for which, and that the table can be trusted."""

import pytest

from app.text.synonyms import MOST, groups, others_of, words_of
from app.text.terms import runs_of, searchable

SHORT_AND_CLEAR = {"DV", "ヨガ"}


def _says(query: str) -> set[str]:
    (word,) = words_of(query)
    return {searchable(way) for way in word.all}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("子供食堂", "子ども食堂"),
        ("こども食堂", "子供食堂"),
        ("引きこもり", "ひきこもり"),
        ("ヒキコモリ", "引きこもり"),
        ("車椅子", "車いす"),
        ("車いす", "車椅子"),
        ("wifi", "Wi-Fi"),
        ("ＷＩＦＩ", "Wi-Fi"),
        ("犬の世話", "動物の世話"),
        ("認カフェ", "認知症カフェ"),
        ("送り迎え", "送迎"),
        ("地活", "地域活動支援センター"),
        ("食料支援", "フードパントリー"),
        ("職場体験", "就労体験"),
        ("引きこもり支援", "ひきこもり支援"),
        ("子供会", "子ども会"),
        ("車椅子送迎", "車いす送り迎え"),
    ],
)
def test_a_word_is_searched_as_others_that_mean_the_same(typed: str, meant: str) -> None:
    assert searchable(meant) in _says(typed)


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [
        ("居場所", "サロン"),
        ("通いの場", "体操教室"),
        ("社会的孤立", "孤立"),
        ("動物", "犬"),
        ("移動支援", "同行援護"),
        ("畑", "農園"),
        ("うつ", "鬱"),
        ("ライン", "LINE"),
        ("GH", "グループホーム"),
    ],
)
def test_a_broad_word_finds_the_narrow_one_but_not_the_reverse(broad: str, narrow: str) -> None:
    assert searchable(narrow) in _says(broad)
    assert searchable(broad) not in _says(narrow)


@pytest.mark.parametrize(
    ("one", "other"),
    [("筆談", "手話"), ("ひきこもり", "社会的孤立"), ("無料", "ただ"), ("無料", "0円"), ("犬", "猫")],
)
def test_what_is_not_the_same_is_never_searched(one: str, other: str) -> None:
    assert searchable(other) not in _says(one)
    assert searchable(one) not in _says(other)


def test_latin_letters_inside_a_longer_word_are_no_word_of_the_table() -> None:
    assert others_of("upcycle") == ()
    assert others_of("dvd") == ()


def test_what_a_shorter_word_finds_anyway_is_not_named() -> None:
    for word in ("B型", "車いす", "居場所", "運動"):
        ways = [searchable(way) for way in words_of(word)[0].all]
        assert not [
            (short, long) for short in ways for long in ways if short != long and short in runs_of(long)
        ]


def test_words_are_parted_by_spaces_and_kept_as_they_were_typed() -> None:
    assert [word.typed for word in words_of("車椅子　ヒキコモリ 車椅子 ・")] == ["車椅子", "ヒキコモリ"]
    assert words_of("　・ ") == []


def test_literally_nothing_else_is_searched() -> None:
    assert [word.all for word in words_of("車椅子", literally=True)] == [("車椅子",)]


def test_a_long_word_of_many_known_ones_has_a_limit() -> None:
    assert len(others_of(searchable("車椅子子供食堂引きこもり居場所動物認知症"))) <= MOST


def test_each_word_stands_in_one_row_and_each_row_says_something() -> None:
    seen: dict[str, str] = {}
    for group in groups():
        assert len(group.equal) + len(group.also) > 1, group
        for word in group.equal:
            assert seen.setdefault(searchable(word), word) == word
            assert runs_of(searchable(word)), word
    assert len(seen) == sum(len(group.equal) for group in groups())
    assert len(groups()) >= 150


def test_what_stands_inside_many_other_words_is_searched_for_nothing_else() -> None:
    """Two kana or two Latin letters stand in too many words: 「うつ」 stands in 「うつる」, 「PC」 in 「UPCYCLE」."""
    short = {
        word
        for group in groups()
        for word in group.equal
        if len(group.equal) > 1 and len(word) <= 2 and not any("一" <= sign <= "鿿" for sign in word)
    }
    assert short <= SHORT_AND_CLEAR
