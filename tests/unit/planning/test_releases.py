"""When a release may be made."""

from datetime import date, timedelta

import pytest

from app.planning.policies import LEAST_BETWEEN, next_release_on, quarter_of, release_is_due


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "2026年1–3月"),
        (date(2026, 6, 30), "2026年4–6月"),
        (date(2026, 12, 31), "2026年10–12月"),
    ],
)
def test_a_quarter_is_named_by_its_months(day: date, name: str) -> None:
    assert quarter_of(day) == name


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 10, 1), date(2027, 1, 1)),
        # Made late in its quarter, the next one waits: two tables a day apart would tell who came between.
        (date(2026, 6, 30), date(2026, 8, 29)),
        (date(2026, 12, 31), date(2027, 3, 1)),
    ],
)
def test_the_next_release_waits_for_its_quarter_and_for_two_months(last: date, due: date) -> None:
    assert next_release_on(last) == due
    assert not release_is_due(last, today=due - timedelta(days=1))
    assert release_is_due(last, today=due)


def test_the_first_release_may_be_made_at_once() -> None:
    assert next_release_on(None) is None
    assert release_is_due(None, today=date(2026, 5, 5))


def test_no_two_releases_of_a_hundred_years_stand_close_together_or_in_one_quarter() -> None:
    last = date(2026, 11, 20)
    for _ in range(400):
        due = next_release_on(last)
        assert due is not None
        assert due - last >= LEAST_BETWEEN
        assert quarter_of(due) != quarter_of(last)
        last = due
