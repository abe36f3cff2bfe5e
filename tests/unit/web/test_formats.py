"""Values are written as people say them."""

import datetime as dt

import pytest

from app import clock
from app.web import formats

FRIDAY = dt.date(2026, 11, 20)
TOKYO = clock.TOKYO


def test_a_date_comes_with_its_weekday() -> None:
    assert formats.full_date(FRIDAY) == "2026年11月20日（金）"
    assert formats.short_date(FRIDAY) == "11月20日（金）"
    assert formats.weekday(FRIDAY) == "金"


def test_a_date_for_papers_counts_in_eras() -> None:
    assert formats.wareki_date(FRIDAY) == "令和8年11月20日"


def test_a_moment_is_shown_as_the_clock_on_the_wall_shows_it() -> None:
    late = dt.datetime(2026, 11, 19, 23, 5, tzinfo=dt.UTC)
    assert formats.date_and_time(late) == "11月20日（金） 8:05"
    assert formats.full_date(late) == "2026年11月20日（金）"
    assert formats.iso(late) == "2026-11-20T08:05:00+09:00"


def test_a_time_of_day_has_no_leading_zero_in_its_hour() -> None:
    assert formats.clock_time(dt.time(9, 5)) == "9:05"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "今日"),
        (1, "あした"),
        (2, "あさって"),
        (-1, "きのう"),
        (-2, "おととい"),
        (5, "5日後"),
        (-60, "60日前"),
        (-61, "約2か月前"),
        (-364, "約12か月前"),
        (-365, "約1年前"),
        (800, "約2年後"),
    ],
)
def test_days_are_said_as_one_says_them_aloud(days: int, said: str) -> None:
    with clock.frozen(dt.datetime(2026, 11, 20, 0, 30, tzinfo=TOKYO)):
        assert formats.relative_day(FRIDAY + dt.timedelta(days=days)) == said


def test_a_count_has_its_unit() -> None:
    assert formats.count(1234) == "1,234件"
    assert formats.count(3, "人") == "3人"


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (0, "50m以内"),
        (49, "50m以内"),
        (340, "約350m"),
        (974, "約950m"),
        (976, "約1.0km"),
        (1234, "約1.2km"),
        (9949, "約9.9km"),
        (9950, "約10km"),
        (14400, "約14km"),
    ],
)
def test_a_distance_pretends_no_more_than_a_straight_line_knows(distance: float, said: str) -> None:
    assert formats.metres(distance) == said


def test_a_distance_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        formats.metres(-1)


@pytest.mark.parametrize(("length", "said"), [(18, "18分"), (59.6, "1時間"), (90, "1時間30分"), (0, "0分")])
def test_a_length_of_time_is_said_in_hours_and_minutes(length: float, said: str) -> None:
    assert formats.minutes(length) == said


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("09012345678", "090-1234-5678"),
        ("０３１２３４５６７８", "03-1234-5678"),
        ("0120444444", "0120-444-444"),
        ("0570064000", "0570-064-000"),
        ("0763‐12−3456", "0763-12-3456"),
        ("0763123456", "0763123456"),
    ],
)
def test_a_telephone_number_is_divided_only_where_that_is_certain(written: str, shown: str) -> None:
    assert formats.phone(written) == shown


def test_a_number_to_dial_has_digits_alone() -> None:
    assert formats.dialled("（０３）1234-5678") == "0312345678"
    assert formats.dialled("+81 3-1234-5678") == "+81312345678"
