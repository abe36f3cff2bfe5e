"""What stands beside a score: told from five questions on, in tenths and bands, and never about one or two people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.matching.engine.standing import AskedHost, HostRecord, exposure_words, record_of

ASKED = datetime(2026, 5, 11, 10, tzinfo=UTC)


def answered(*days: float | None) -> list[AskedHost]:
    """Questions that were answered after so many days, None for never."""
    return [AskedHost(ASKED, None if wait is None else ASKED + timedelta(days=wait)) for wait in days]


def test_four_questions_say_nothing_yet() -> None:
    assert record_of(answered(1, 1, 1, 1)) == HostRecord(None, None)
    assert record_of(answered(1, 1, 1, 1)).words == "まだ記録が少ない"


def test_the_share_is_told_in_tenths_and_the_wait_by_the_middle_one() -> None:
    record = record_of(answered(1, 2, 3, 30, None))
    assert record == HostRecord(tenths=8, days=2)
    assert record.words == "およそ8割は、期限までに返事（ふだん2日ほど）"


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ([0.1] * 5, "ほぼ毎回、期限までに返事（ふだんその日のうち）"),
        ([None] * 5, "期限までの返事は、まだない"),
        ([4.0, *[None] * 29], "期限までの返事は、まれ（ふだん4日ほど）"),
    ],
)
def test_the_ends_of_the_scale_have_words_of_their_own(waits: list[float | None], words: str) -> None:
    assert record_of(answered(*waits)).words == words


def test_questions_count_in_whole_fives_the_earliest_first() -> None:
    later = [AskedHost(ASKED + timedelta(days=number), None) for number in range(1, 5)]
    assert record_of([*later, *answered(1, 1, 1, 1, 1)]) == HostRecord(tenths=10, days=1)
    assert record_of([*later, *answered(1, 1, 1, 1, 1, 1)]) == HostRecord(tenths=6, days=1)


def test_nobody_and_one_and_two_people_are_told_alike() -> None:
    assert {exposure_words(people) for people in range(3)} == {"この30日は、少ない"}


@pytest.mark.parametrize(
    ("people", "words"),
    [(3, "3〜5人"), (5, "3〜5人"), (6, "6〜10人"), (11, "11〜20人"), (20, "11〜20人"), (21, "21人以上")],
)
def test_more_people_are_told_in_bands(people: int, words: str) -> None:
    assert exposure_words(people) == f"この30日で、{words}"
