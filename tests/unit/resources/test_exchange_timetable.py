"""The timetable that a row of a file brings, and what becomes of the one that was there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.resources.engine.schedule.building import merge_import, timetable_from
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.engine.schedule.words import words_of
from app.resources.exchange.checking import CheckedRow, check_rows, read_table
from app.resources.exchange.remarks import read_remarks


def row_of(**cells: str) -> CheckedRow:
    """One checked row of a file with these cells."""
    columns = {"種別": "通いの場", "名称": "縁側", **cells}
    quoted = ['"' + text.replace('"', '""') + '"' for text in columns.values()]
    data = f"{','.join(columns)}\n{','.join(quoted)}".encode()
    (row,) = check_rows(read_table(data, "file.csv"))
    assert not row.reasons
    return row


def table_of(**cells: str) -> Timetable | None:
    """The timetable of such a row."""
    return timetable_of(row_of(**cells).values.get("timetable"))


def columns_of(row: CheckedRow) -> list[object]:
    """The columns that filters ask."""
    return [row.values.get(name) for name in ("weekday_mask", "schedule", "opens_minute", "closes_minute")]


def test_days_and_hours_become_a_meeting_and_the_columns_say_the_same() -> None:
    row = row_of(曜日="第1・3月曜日", 開始時間="10:00", 終了時間="12:00")

    assert timetable_of(row.values["timetable"]) == Timetable((Meeting("13Mo", 600, 720),))
    assert columns_of(row) == [1, "13Mo", 600, 720]


def test_several_stretches_are_several_meetings_and_their_text_stays() -> None:
    row = row_of(曜日="火", 開始時間="10:00\n13:30", 終了時間="12:30\n16:00")

    assert timetable_of(row.values["timetable"]) == Timetable(
        (Meeting("0Tu", 600, 750), Meeting("0Tu", 810, 960))
    )
    assert columns_of(row) == [2, "0Tu", 600, 960]
    assert row.values["schedule_note"] == "時間：10:00〜12:30、13:30〜16:00"


def test_a_beginning_alone_is_kept() -> None:
    assert table_of(曜日="火", 開始時間="10:00") == Timetable((Meeting("0Tu", 600),))


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        ("月〜金（祝日を除く）", HolidayRule.CLOSED),
        ("土日祝", HolidayRule.OPEN),
        ("月", None),
    ],
)
def test_words_about_holidays_become_their_rule(days: str, rule: HolidayRule | None) -> None:
    table = table_of(曜日=days)

    assert table is not None
    assert table.holidays is rule
    assert not table.says_more


def test_an_event_is_open_on_its_dates() -> None:
    row = row_of(開始日="2026-10-01", 終了日="2026-10-02", 開始時間="10:00", 終了時間="15:00")

    dates = (SpecialDays(date(2026, 10, 1), date(2026, 10, 2), 600, 900),)
    assert timetable_of(row.values["timetable"]) == Timetable(dates=dates)
    assert columns_of(row) == [None, "2026-10-01〜2026-10-02", 600, 900]


def test_weekdays_between_two_dates_hold_for_that_time() -> None:
    table = table_of(曜日="水", 開始日="2026-10-01", 終了日="2026-12-20")

    assert table == Timetable((Meeting("0We", starts=date(2026, 10, 1), until=date(2026, 12, 20)),))


def test_dates_that_are_months_apart_do_not_say_on_which_days() -> None:
    row = row_of(開始日="2026-04-01", 終了日="2027-03-31")

    assert "timetable" not in row.values
    assert row.values["schedule"] == "2026-04-01〜2027-03-31"


def test_hours_by_kind_of_day_are_meetings_of_their_own() -> None:
    row = row_of(
        利用可能曜日="月火水木金土日",
        **{
            "利用可能な時間帯（平日）": "9:00〜17:00",
            "利用可能な時間帯（土曜）": "9:00〜12:00",
            "利用可能な時間帯（日曜）": "休み",
            "利用可能な時間帯（祝日）": "休み",
        },
    )

    assert timetable_of(row.values["timetable"]) == Timetable(
        (Meeting("0Mo0Tu0We0Th0Fr", 540, 1020), Meeting("0Sa", 540, 720)), holidays=HolidayRule.CLOSED
    )
    assert columns_of(row)[0] == 0b111111


@pytest.mark.parametrize(
    ("hours", "rule", "more"), [("9:00〜17:00", HolidayRule.OPEN, False), ("10:00〜15:00", None, True)]
)
def test_hours_of_holidays_open_them_only_where_they_are_the_usual_ones(
    hours: str, rule: HolidayRule | None, *, more: bool
) -> None:
    table = table_of(
        曜日="月火水木金",
        **{"利用可能な時間帯（平日）": "9:00〜17:00", "利用可能な時間帯（祝日）": hours},
    )

    assert table is not None
    assert (table.holidays, table.says_more) == (rule, more)


@pytest.mark.parametrize(
    ("note", "words", "more"),
    [
        ("祝日は休み", "毎週火曜日。祝日は休み", False),
        ("8月は休み", "毎週火曜日。8月1日〜8月31日は休み", False),
        ("年末年始は休み", "毎週火曜日。12月29日〜1月3日は休み（年末年始）", False),
        ("第5週は休み", "第1・2・3・4火曜日", False),
        (
            "祝日・年末年始(12/28~1/4)は利用不可",
            "毎週火曜日。祝日は休み。12月28日〜1月4日は休み（年末年始）",
            False,
        ),
        (
            "国民の祝日に関する法律に規定する休日及び年末年始(12月29日から翌年の1月3日まで)は終日利用不可。",
            "毎週火曜日。祝日は休み。12月29日〜1月3日は休み（年末年始）",
            False,
        ),
        ("祝日は開館", "毎週火曜日。祝日は開いている", False),
        ("会場が週替わり", "毎週火曜日", True),
        ("2月30日〜3月1日は休み", "毎週火曜日", True),
    ],
)
def test_remarks_that_are_understood_become_rules_and_others_stay_words(
    note: str, words: str, *, more: bool
) -> None:
    table = table_of(曜日="火", 日程の自由記述=note)

    assert table is not None
    assert (words_of(table), table.says_more) == (words, more)


def test_the_column_of_closed_days_is_read_without_a_verb() -> None:
    row = row_of(曜日="毎日", 定休日="水曜日、年末年始")

    table = timetable_of(row.values["timetable"])
    assert table is not None
    assert words_of(table) == "毎週月・火・木〜日曜日。12月29日〜1月3日は休み（年末年始）"
    assert row.values["schedule_note"] == "定休日：水曜日、年末年始"


@pytest.mark.parametrize("days", ["月1回土曜日開設", "土曜日（天気で決めます）", "相談して決める"])
def test_days_on_which_it_only_may_take_place_make_no_timetable(days: str) -> None:
    row = row_of(曜日=days)

    assert "timetable" not in row.values
    assert row.values["schedule"] == days.replace("（", "(").replace("）", ")")


def test_words_beside_the_days_go_into_the_note() -> None:
    row = row_of(曜日="毎月第1月曜日　会場が週替わり")

    assert columns_of(row)[:2] == [1, "1Mo"]
    assert row.values["schedule_note"] == "毎月第1月曜日 会場が週替わり"
    table = timetable_of(row.values["timetable"])
    assert table is not None
    assert table.says_more


def test_hours_and_remarks_alone_say_nothing_about_days() -> None:
    row = row_of(開始時間="10:00", 終了時間="12:00", 日程の自由記述="祝日は休み")

    assert "timetable" not in row.values
    assert columns_of(row) == [None, None, 600, 720]


def test_remarks_know_what_makes_days_uncertain() -> None:
    assert read_remarks(["2か月に1回"]).say_how_often
    assert not read_remarks(["要予約", "満員の日は入れ替え制"]).say_how_often


def test_dates_in_the_wrong_order_leave_the_weekdays() -> None:
    weekly = table_of(曜日="火")
    assert weekly is not None
    swapped = table_of(曜日="火", 開始日="2026-12-01", 終了日="2026-10-01")
    assert swapped == replace(weekly, says_more=True)
    assert timetable_from(None) is None


def test_a_newer_edition_takes_the_days_and_leaves_what_people_entered() -> None:
    old = Timetable(
        (Meeting("7Su", 600, 720, anchor=date(2026, 4, 5), who="高齢の人", until=date(2027, 3, 31)),),
        dates=(SpecialDays(date(2026, 5, 1), date(2026, 5, 1)),),
        closures=(Closure(date(2026, 8, 10), date(2026, 8, 16), "改修"),),
        breaks=(YearlyBreak((12, 28), (1, 5), "年末年始"),),
        holidays=HolidayRule.CLOSED,
    )
    new = Timetable(
        (Meeting("7Su", 600, 750), Meeting("0We")), breaks=(YearlyBreak((12, 29), (1, 3), "年末年始"),)
    )

    merged = merge_import(old, new)

    assert merged == replace(old, meetings=(replace(old.meetings[0], closes=750), Meeting("0We")))


@pytest.mark.parametrize(
    ("remark", "more"),
    [
        ("満員の日は入れ替え制", False),
        ("会場が週替わり（世話役に確認）", False),
        ("夏は1時間早い", False),
        ("12月は第2週のみ", False),
        ("学校の長期休みは曜日が変わる", True),
        ("枠ごとに曜日と時間が違います", True),
        ("臨時に開くことがあります", True),
    ],
)
def test_a_remark_leaves_other_days_uncertain_only_where_it_may_name_some(remark: str, more: bool) -> None:
    assert read_remarks([remark]).may_name_further_days is more
