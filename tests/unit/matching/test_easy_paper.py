"""The words of the paper: every kanji has its reading, and nothing puts its reader into a drawer."""

from __future__ import annotations

import re

import pytest

from app.matching.engine.easy_paper import BY, DOING, PARTS_OF_DAY, labels_somebody, unlabelled
from app.matching.vocabulary import TravelMode
from app.resources.engine.easy_words import pieces_of
from app.resources.engine.traits import TakingPart
from app.resources.vocabulary import DayPart


@pytest.mark.parametrize("text", [*DOING.values(), *BY.values(), *PARTS_OF_DAY.values()])
def test_every_kanji_has_a_reading(text: str) -> None:
    bare = [piece.text for piece in pieces_of(text) if not piece.reading]
    assert not re.search(r"[\u4e00-\u9fff]", "".join(bare))


def test_every_form_and_way_and_part_of_a_day_has_its_words() -> None:
    assert (set(DOING), set(BY), set(PARTS_OF_DAY)) == (set(TakingPart), set(TravelMode), set(DayPart))


@pytest.mark.parametrize(
    "text", ["就労継続支援B型の見学", "障がいのある方の居場所", "ひきこもりの方へ", "ＤＶ相談", "福祉作業所"]
)
def test_what_labels_somebody_stays_off_the_paper(text: str) -> None:
    assert labels_somebody(text)
    assert unlabelled(text) is None


def test_all_else_stands_as_it_was_written() -> None:
    assert unlabelled("窓ぎわで刺し子ができます。") == "窓ぎわで刺し子ができます。"
    assert unlabelled("") is None
    assert unlabelled(None) is None
