"""When a daily duty is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import TOKYO
from app.jobs.policies import MOST_TRIES, Record, day_to_run, is_due

DAY = date(2026, 11, 21)


def at(hour: int, day: date = DAY) -> datetime:
    """A moment of that day in Japan."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=TOKYO)


@pytest.mark.parametrize(("hour", "day"), [(0, 20), (4, 20), (5, 21), (23, 21)])
def test_the_day_turns_at_five_in_the_morning(hour: int, day: int) -> None:
    assert day_to_run(at(hour)) == date(2026, 11, day)


def test_the_hour_is_that_of_japan() -> None:
    assert day_to_run(datetime(2026, 11, 20, 20, 0, tzinfo=UTC)) == DAY
    assert day_to_run(datetime(2026, 11, 20, 19, 59, tzinfo=UTC)) == date(2026, 11, 20)


def test_what_was_never_done_is_due_at_any_hour() -> None:
    assert all(is_due(Record(), at=at(hour)) for hour in range(24))


def test_what_was_done_for_the_day_is_not_due_until_the_next_morning() -> None:
    done = Record(last_run_on=DAY, tried_for=DAY, tries=1)
    assert not is_due(done, at=at(23))
    assert not is_due(done, at=at(4, date(2026, 11, 22)))
    assert is_due(done, at=at(5, date(2026, 11, 22)))


def test_what_failed_waits_for_its_next_try() -> None:
    failed = Record(tried_for=DAY, tries=1, next_try_at=at(7))
    assert not is_due(failed, at=at(7) - timedelta(seconds=1))
    assert is_due(failed, at=at(7))


def test_what_failed_too_often_waits_for_the_next_day() -> None:
    failed = Record(tried_for=DAY, tries=MOST_TRIES, next_try_at=at(7))
    assert not is_due(failed, at=at(23))
    assert is_due(failed, at=at(5, date(2026, 11, 22)))
