"""The needs of the demo town: every word of the file is one that matching knows."""

from __future__ import annotations

from app.clock import today
from app.matching.exchange import content_of, document_of
from app.operations.demo.files import TownFiles
from app.operations.demo.needs import need_of
from app.resources.engine.traits import Feature, Purpose, Scale, TakingPart

ROWS = TownFiles(today=today()).rows("cases.csv")


def test_every_case_has_a_need_that_can_be_sealed() -> None:
    for row in ROWS:
        content = need_of(row)
        assert content_of(document_of(content), person_key="") == content
        assert content.profile.own_words == row["本人の言葉"]


def test_no_word_of_the_file_is_lost() -> None:
    purposes = {label.partition(":")[0] for row in ROWS for label in row["目的と重み"].split(";")}
    kinds = {label for row in ROWS for label in row["いま望む参加"].split(";")}
    assert purposes == {purpose.label for purpose in Purpose}
    assert kinds == {kind.label for kind in TakingPart}
    for row in ROWS:
        profile = need_of(row).profile
        assert len(profile.purposes) == len(row["目的と重み"].split(";"))
        assert bool(profile.free_slots) == bool(row["空き時間"])


def test_what_is_to_be_avoided_is_a_limit_where_a_place_can_answer_it_and_words_where_not() -> None:
    row = next(row for row in ROWS if "男性スタッフ" in row["避けたい"] and "大きな音" in row["避けたい"])
    content = need_of(row)
    assert content.profile.must_nots == {Feature.MALE_STAFF}
    assert "大きな音" in content.avoid
    assert "男性スタッフ" not in content.avoid


def test_a_level_that_does_not_matter_makes_no_limit() -> None:
    row = next(row for row in ROWS if row["やり取りの上限"] == "問わない")
    assert Scale.INTERACTION not in need_of(row).profile.limits
