"""Lists of events that have days of the calendar where others have weekdays."""

from __future__ import annotations

import pytest

from app.resources.exchange.checking import CheckedRow, check_rows, read_table


def rows_with(*days: str, hours: str = "13:00,15:00") -> list[CheckedRow]:
    """Rows of one event on these days."""
    lines = [f'イベント,お話の会,本町1,"{day}",{hours}' for day in days]
    text = "\n".join(["種別,名称,住所,開催日,開始時間,終了時間", *lines])
    return check_rows(read_table(text.encode(), "a.csv"))


@pytest.mark.parametrize("day", ["8月12日（水）", "8月11日(火・祝)", "9月4日、18日"])
def test_a_day_without_its_year_is_no_weekly_rule(day: str) -> None:
    (row,) = rows_with(day)

    assert "timetable" not in row.values
    assert "日" in str(row.values["schedule"])


def test_a_stretch_of_days_names_no_weekday() -> None:
    (row,) = rows_with("8月5日（水）～8月16日（日）")

    assert "weekday_mask" not in row.values


def test_a_day_with_its_year_is_a_date() -> None:
    (row,) = rows_with("2026-08-22")

    timetable = row.values["timetable"]
    assert isinstance(timetable, dict)
    assert timetable["meetings"] == []
    assert [(day["from"], day["to"], day["opens"]) for day in timetable["dates"]] == [
        ("2026-08-22", "2026-08-22", 780)
    ]


def test_the_same_event_on_two_days_is_two() -> None:
    first, second = rows_with("9月27日（日）", "10月11日（日）")

    assert not first.reasons
    assert not second.reasons
    assert first.identity != second.identity


def test_rounds_that_are_numbered_keep_their_hours() -> None:
    (row,) = rows_with("9月27日（日）", hours='"①13:00\n②14:45","①14:00\n②15:45"')

    assert (row.values["opens_minute"], row.values["closes_minute"]) == (780, 945)


def test_a_length_of_time_is_no_hour_of_the_day() -> None:
    (row,) = rows_with("随時", hours="１時間程度,１時間程度")

    assert "opens_minute" not in row.values
