"""Columns of the catalogue and the index of its terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import UNKNOWN, CandidateColumns
from app.resources.engine.term_index import TermIndex
from app.resources.engine.traits import Feature, Purpose, Scale, slot_bit, slot_labels
from app.resources.vocabulary import DayPart
from app.text.terms import document_terms, query_terms


def test_what_is_not_known_looks_like_nothing_known() -> None:
    columns = CandidateColumns.from_candidates([Candidate(resource_id=1)])
    for name in ("slots", "free_seats", "age_from", "age_to", "gap_welcome", "people", "confirmed_days"):
        assert getattr(columns, name).tolist() == [UNKNOWN]
    assert np.isnan([columns.lon[0], columns.lat[0], columns.fee_yen[0], columns.weeks_per_month[0]]).all()
    assert (columns.features.yes | columns.features.no).tolist() == [0]


def test_rows_stand_in_the_order_of_their_keys_and_share_a_place() -> None:
    columns = CandidateColumns.from_candidates(
        [
            Candidate(resource_id=2),
            Candidate(resource_id=1, opening_id=7),
            Candidate(resource_id=1, opening_id=3),
        ]
    )
    assert columns.opening_id.tolist() == [3, 7, -1]
    assert columns.place.tolist() == [0, 0, 1]
    assert columns.row_of(1, 7) == 1
    assert columns.row_of(1) is None


def test_two_rows_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same resource"):
        CandidateColumns.from_candidates([Candidate(resource_id=1), Candidate(resource_id=1)])


def test_what_is_left_out_leaves_nothing_behind() -> None:
    columns = CandidateColumns.from_candidates(
        [
            Candidate(resource_id=1, search_terms="本", exclusion_ids=frozenset({"host:1"})),
            Candidate(resource_id=2, search_terms="畑", features={Feature.REMOTE: True}),
        ]
    ).take(np.array([1]))
    assert len(columns) == 1
    assert not columns.exclusions
    assert columns.terms.holds_all(["本"]).tolist() == [False]
    assert columns.terms.holds_all(["畑"]).tolist() == [True]
    assert columns.features.yes.tolist() == [1 << Feature.REMOTE]
    assert len(columns.take(np.array([], dtype=np.intp))) == 0


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"slots": 1 << 21}, "week"),
        ({"levels": {Scale.LOAD: 0}}, "1, 2 or 3"),
        ({"free_seats": -1}, "None"),
        (
            {
                "purposes_served": frozenset({Purpose.JOY}),
                "purposes_unserved": frozenset({Purpose.JOY}),
            },
            "both",
        ),
    ],
)
def test_a_candidate_that_cannot_be_is_refused(facts: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Candidate(resource_id=1, **facts)


def test_the_index_finds_what_stands_in_the_text() -> None:
    texts = ["本のそばで、静かに過ごす", "", "静かな畑", "ＷｉＦｉ 有"]
    index = TermIndex.build([document_terms(text) for text in texts])
    assert index.holds_all(query_terms("静か")).tolist() == [True, False, True, False]
    assert index.holds_all(query_terms("畑")).tolist() == [False, False, True, False]
    assert index.holds_all(query_terms("wifi")).tolist() == [False, False, False, True]
    assert index.holds_all([]).tolist() == [False] * 4
    assert index.holds_all(["三文字"]).tolist() == [False] * 4
    with pytest.raises(ValueError, match="one or two"):
        TermIndex.build(["三文字"])


def test_slots_read_as_days_and_parts() -> None:
    mask = slot_bit(6, DayPart.EVENING) | slot_bit(0, DayPart.MORNING)
    assert slot_labels(mask) == ("月曜午前", "日曜夕方")
