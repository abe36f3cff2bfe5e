"""Weekdays, times and opening hours in dirty cells."""

import csv
import sys
from pathlib import Path

import pytest

from app.text.values import (
    DayRule,
    Hours,
    TimeOfDay,
    Weekdays,
    parse_hours,
    parse_time,
    parse_weekdays,
)


def _weekdays(cell: str) -> Weekdays:
    reading = parse_weekdays(cell)
    assert reading.value is not None, reading.reason
    return reading.value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("月火水木金", "0Mo0Tu0We0Th0Fr"),
        ("月・水", "0Mo0We"),
        ("月,水,金", "0Mo0We0Fr"),
        ("月曜日", "0Mo"),
        ("毎週水曜日", "0We"),
        ("12345", "0Mo0Tu0We0Th0Fr"),
        ("月〜金", "0Mo0Tu0We0Th0Fr"),
        ("月曜日から金曜日", "0Mo0Tu0We0Th0Fr"),
        ("土～火", "0Mo0Tu0Sa0Su"),
        ("平日", "0Mo0Tu0We0Th0Fr"),
        ("週末", "0Sa0Su"),
        ("毎日", "0Mo0Tu0We0Th0Fr0Sa0Su"),
        ("0We", "0We"),
        ("13Mo", "13Mo"),
        ("14Tu4Th", "14Tu4Th"),
        ("6Fr", "6Fr"),
        ("７ＳＵ", "7Su"),
        ("第1・3月曜日", "13Mo"),
        ("第１、第３土曜日", "13Sa"),
        ("第1週月曜日", "1Mo"),
        ("毎月第2土曜", "2Sa"),
        ("最終金曜日", "6Fr"),
        ("隔週日曜日", "7Su"),
        ("第2・4火・木", "24Tu24Th"),
        ("月・水・金曜日、第3日曜日", "0Mo0We0Fr3Su"),
        ("第1月曜、毎週水曜", "1Mo0We"),
        ("水曜以外", "0Mo0Tu0Th0Fr0Sa0Su"),
        ("毎日（水曜を除く）", "0Mo0Tu0Th0Fr0Sa0Su"),
    ],
)
def test_days_are_read_and_written_as_the_national_code(cell: str, code: str) -> None:
    weekdays = _weekdays(cell)
    assert weekdays.gif_code() == code
    assert _weekdays(code) == weekdays


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("土日祝", True),
        ("祝", True),
        ("月〜金（祝日を除く）", False),
        ("毎週月曜日（祝日は休み）", False),
        ("月火", None),
    ],
)
def test_holidays_are_open_closed_or_not_spoken_of(cell: str, said: bool | None) -> None:
    assert _weekdays(cell).on_holidays is said


@pytest.mark.parametrize(
    ("cell", "days", "note"),
    [
        ("月１回土曜日開設", {6}, "月1回開設"),
        ("毎月第1月曜日　会場が週替わり", {1}, "会場が週替わり"),
        ("火（祝日の場合は翌日）", {2}, "(祝日の場合は翌日)"),
        ("火曜日・木曜日。ただし8月は休み", {2, 4}, "ただし8月は休み"),
        ("毎日（第3火曜休）", {1, 2, 3, 4, 5, 6, 7}, "(第3火曜休)"),
        ("毎日、第3火曜休み", {1, 2, 3, 4, 5, 6, 7}, "第3火曜休み"),
        ("火～日（祝日の翌日は休館）", {2, 3, 4, 5, 6, 7}, "(祝日の翌日は休館)"),
        ("月,水,金 （年末年始を除く）", {1, 3, 5}, "(年末年始を除く)"),
    ],
)
def test_what_is_not_understood_beside_the_days_is_kept_as_a_note(
    cell: str, days: set[int], note: str
) -> None:
    assert _weekdays(cell).days == days
    assert parse_weekdays(cell).note == note


@pytest.mark.parametrize(
    "cell", ["水曜定休", "不定期", "2か月に1回", "3月", "月1回", "毎月10日", "木工教室", "日程は要相談"]
)
def test_a_cell_without_an_open_day_is_told_and_never_guessed(cell: str) -> None:
    reading = parse_weekdays(cell)
    assert reading.value is None
    assert "13Mo" in reading.reason


@pytest.mark.parametrize(
    "cell",
    [
        "潮のよい日",
        "天気のよい日",
        "晴れた日",
        "都合のよい日",
        "参加できる日",
        "雨の日",
        "営業日",
        "参加できる月",
        "隔月",
    ],
)
def test_a_day_or_month_of_any_kind_is_neither_sunday_nor_monday(cell: str) -> None:
    assert parse_weekdays(cell).value is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("水曜以外の日", "0Mo0Tu0Th0Fr0Sa0Su"),
        ("活動日は水曜", "0We"),
        ("土と日", "0Sa0Su"),
        ("土から日", "0Sa0Su"),
        ("第1の日", "1Su"),
        ("第1土・第3日", "1Sa3Su"),
        ("毎週日", "0Su"),
        ("よい日曜日", "0Su"),
        ("木・日（祝日を除く）", "0Th0Su"),
        ("月水", "0Mo0We"),
    ],
)
def test_sunday_and_monday_are_read_where_a_day_of_the_week_can_stand(cell: str, code: str) -> None:
    assert _weekdays(cell).gif_code() == code


@pytest.mark.parametrize("cell", ["", "-", "不明"])
def test_no_days_given_means_unknown(cell: str) -> None:
    assert parse_weekdays(cell).is_blank
    assert parse_time(cell).is_blank
    assert parse_hours(cell, cell).is_blank


def test_days_know_whether_the_day_alone_tells_the_dates_and_speak_japanese() -> None:
    assert _weekdays("月水").is_weekly
    assert not _weekdays("第1月").is_weekly
    assert str(_weekdays("13Mo6Fr7Su0We")) == "第1月・第3月・水・最終金・隔週日"
    assert DayRule(1) in _weekdays("月").rules


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("９：００", "09:00"),
        ("10:00:00", "10:00"),
        ("9時", "09:00"),
        ("9時30分", "09:30"),
        ("9時半", "09:30"),
        ("午前12時", "00:00"),
        ("午後1時", "13:00"),
        ("午後13時", "13:00"),
        ("9:30 PM", "21:30"),
        ("正午", "12:00"),
        ("24:00", "24:00"),
        ("翌1:00", "25:00"),
        ("0900", "09:00"),
        ("0.375", "09:00"),
        ("1899-12-30 09:00:00", "09:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(cell: str, time: str) -> None:
    assert str(parse_time(cell).value) == time


def test_a_remark_below_a_time_is_kept() -> None:
    reading = parse_time("22：00\r\n※日曜及び休日は17：00まで")
    assert (str(reading.value), reading.note) == ("22:00", "※日曜及び休日は17:00まで")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("終日", "時間帯"),
        ("25:70", "ありません"),
        ("99:00", "ありません"),
        ("朝", "09:00"),
        ("9:00、13:00", "二つ以上"),
    ],
)
def test_what_is_no_time_is_told(cell: str, told: str) -> None:
    assert told in parse_time(cell).reason


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        ("9:00", "17:00", ["09:00〜17:00"]),
        ("終日", "", ["00:00〜24:00"]),
        ("", "24時間対応", ["00:00〜24:00"]),
        ("00:00", "24:00", ["00:00〜24:00"]),
        ("22:00", "5:00", ["22:00〜29:00"]),
        ("10:00\r\n13:30", "12:30\r\n16:00", ["10:00〜12:30", "13:30〜16:00"]),
        ("9：00", "22：00\r\n※日曜及び休日は17：00まで", ["09:00〜22:00"]),
        ("09:00/12:00", "", ["09:00〜12:00"]),
        ("9:00～12:00、13:00～16:00", "", ["09:00〜12:00", "13:00〜16:00"]),
        ("午前9時から午後5時まで", "", ["09:00〜17:00"]),
    ],
)
def test_opening_hours_come_from_two_cells_or_one(begins: str, ends: str, hours: list[str]) -> None:
    reading = parse_hours(begins, ends)
    assert reading.value is not None, reading.reason
    assert [str(stretch) for stretch in reading.value] == hours


@pytest.mark.parametrize(
    ("begins", "ends", "told"),
    [
        ("17:00", "9:00", "より後"),
        ("終日利用不可", "", "開いている時間ではありません"),
        ("9:00", "", "開始と終了"),
        ("", "17:00", "開始がありません"),
        ("9:00\n13:00", "17:00", "行数"),
        ("朝", "夕方", "09:00"),
    ],
)
def test_hours_that_do_not_fit_are_told(begins: str, ends: str, told: str) -> None:
    assert told in parse_hours(begins, ends).reason


def test_notes_of_both_cells_are_kept() -> None:
    assert parse_hours("9:00", "22:00\n※日曜は17:00まで").note == "※日曜は17:00まで"
    assert parse_hours("24時間対応").note == "対応"
    assert Hours(TimeOfDay(0), TimeOfDay(60)) < Hours(TimeOfDay(30), TimeOfDay(60))


@pytest.mark.shared_data
def test_every_real_cell_is_read_blank_or_told(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shared_data / "data" / "takamatsu" / "social_resources.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    days = [parse_weekdays(row["利用可能曜日"]) for row in rows]
    hours = [parse_hours(row["開始時間"], row["終了時間"]) for row in rows]
    assert len(rows) == 333
    told = [reading.reason for reading in (*days, *hours) if reading.reason]
    with capsys.disabled():
        understood = [sum(reading.is_understood for reading in readings) for readings in (days, hours)]
        sys.stdout.write(f"\n高松市: of 333 rows {understood[0]} name days and {understood[1]} hours\n")
    assert told == []
    # A remark such as 「第２土は利用可。」 may be beyond us, but it never raises and never passes for nothing.
    for row in rows:
        remark = parse_weekdays(row["利用可能日時特記事項"])
        assert remark.is_understood or remark.reason or not row["利用可能日時特記事項"]
