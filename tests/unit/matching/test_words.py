"""How telling words are: counted by hand on three texts, kept in a document, read back as it was."""

from __future__ import annotations

import json
import math

import pytest

from app.matching.engine.words import FLAT, Idf, count_words, idf_of, words_document

TEXTS = ["畑の会", "畑と本", "畑で体操"]


def test_a_word_of_every_text_tells_least_and_the_rarest_tells_one() -> None:
    weights = count_words([*TEXTS, "本のある部屋"])
    # n = 4: 畑 stands in three texts, 本 and の in two. ln((1 + n) / (1 + df)) + 1, over that of df = 2.
    rarest = math.log(5 / 3) + 1
    assert weights["本"] == weights["の"] == 1.0
    assert weights["畑"] == round((math.log(5 / 4) + 1) / rarest, 4)
    assert 0 < weights["畑"] < 1


def test_a_term_of_one_text_alone_is_not_in_the_table() -> None:
    weights = count_words(TEXTS)
    assert set(weights) == {"畑"}


def test_how_often_a_text_says_a_word_does_not_matter() -> None:
    assert count_words(["畑畑 畑", "畑", "本"]) == count_words(["畑", "畑畑", "本"])


def test_texts_without_a_word_in_common_make_no_table() -> None:
    with pytest.raises(ValueError, match="no terms"):
        count_words(["畑", "本"])


def test_a_table_reads_back_as_it_was_written() -> None:
    weights = count_words(TEXTS)
    kept = json.loads(json.dumps(words_document(weights)))
    assert idf_of(3, kept) == Idf("words-3", weights)


def test_what_the_table_does_not_know_is_as_telling_as_the_rarest() -> None:
    table = Idf("words-1", {"畑": 0.4, "本棚": 0.6})
    assert table.of_word("畑") == 0.4
    assert table.of_word("刺し子") == 1.0
    assert table.of_word("本棚") == 0.6
    assert table.of_word("♪") == 0.0


def test_without_a_table_every_word_tells_as_much() -> None:
    assert FLAT.of_word("畑") == FLAT.of_word("刺し子") == 1.0
