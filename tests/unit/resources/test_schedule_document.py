"""The document of a timetable, its words and its summary."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.resources.engine.schedule.document import document_of, timetable_of, timetable_of_text
from app.resources.engine.schedule.summary import Summary, slots_of, summary_of, weeks_a_month
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.engine.schedule.words import words_of
from app.resources.engine.traits import slot_labels

DOCUMENT: dict[str, Any] = {
    "v": 1,
    "meetings": [
        {
            "code": "13Mo", "opens": 600, "closes": 720, "from": "2026-04-01", "until": "2027-03-31",
            "anchor": "2026-04-07", "who": "高齢の人", "note": "",
        }
    ],
    "dates": [{"from": "2026-05-01", "to": "2026-05-03", "opens": None, "closes": None, "note": ""}],
    "closures": [{"from": "2026-08-10", "to": "2026-08-16", "why": "改修"}],
    "breaks": [{"from": "12-29", "to": "01-03", "why": "年末年始"}],
    "holidays": "closed",
    "says_more": False,
    "may_add": True,
}  # fmt: skip


def test_a_document_is_read_and_written_as_it_was() -> None:
    timetable = timetable_of(DOCUMENT)

    assert timetable is not None
    assert timetable.meetings[0].anchor == date(2026, 4, 7)
    assert document_of(timetable) == DOCUMENT
    assert timetable_of_text(json.dumps(DOCUMENT)) == timetable


def test_nothing_is_not_known_and_fields_may_be_left_out() -> None:
    assert timetable_of(None) is None
    assert timetable_of_text(None) is None
    assert timetable_of({"v": 1, "meetings": [{"code": "0We"}]}) == Timetable((Meeting("0We"),))


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"v": 2}, "「v」"),
        ({"v": True}, "「v」"),
        ({"v": 1, "rooms": []}, "「rooms」"),
        ({"v": 1, "says_more": 1}, "「says_more」"),
        ({"v": 1, "holidays": "maybe"}, "「holidays」"),
        ({"v": 1, "meetings": {}}, "「meetings」"),
        ({"v": 1, "meetings": [{}]}, "1件目の「code」"),
        ({"v": 1, "meetings": [{"code": "月"}]}, "1件目：曜日"),
        ({"v": 1, "meetings": [{"code": "0Mo", "opens": "600"}]}, "「opens」"),
        ({"v": 1, "meetings": [{"code": "0Mo", "opens": True}]}, "「opens」"),
        ({"v": 1, "meetings": [{"code": "0Mo", "closes": 1801}]}, "1件目：時刻"),
        ({"v": 1, "meetings": [{"code": "0Mo", "from": "2026-4-1"}]}, "「from」"),
        ({"v": 1, "meetings": [{"code": "0Mo", "until": "2026-02-30"}]}, "「until」"),
        ({"v": 1, "meetings": [{"code": "0Mo", "who": 3}]}, "「who」"),
        ({"v": 1, "meetings": [{"code": "0Mo", "note": "長" * 201}]}, "「note」"),
        ({"v": 1, "meetings": [7]}, "1件目"),
        ({"v": 1, "dates": [{"from": "2026-05-03", "to": "2026-05-01"}]}, "終わりの日"),
        ({"v": 1, "dates": [{"from": "2026-05-03"}]}, "「to」"),
        ({"v": 1, "closures": [{"to": "2026-05-03"}]}, "「from」"),
        ({"v": 1, "closures": [{"from": "2026-05-03", "to": "2026-05-01"}]}, "終わりの日"),
        ({"v": 1, "breaks": [{"from": "1229", "to": "01-03"}]}, "「from」"),
        ({"v": 1, "breaks": [{"from": "02-30", "to": "03-03"}]}, "毎年の休み"),
        ({"v": 1, "dates": [{"from": "2026-05-03", "to": "2026-05-03"}] * 401}, "400件"),
        ([], "予定"),
    ],
)  # fmt: skip
def test_a_broken_document_says_what_is_wrong(broken: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        timetable_of(broken)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "3"])
def test_a_text_that_is_no_document_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="予定"):
        timetable_of_text(text)


def test_the_words_are_those_that_one_reads_out() -> None:
    timetable = Timetable(
        (Meeting("0Tu0Th", 570, 690), Meeting("3Sa", 780, 900, who="高齢の人")),
        breaks=(YearlyBreak((12, 29), (1, 3), "年末年始"),),
        holidays=HolidayRule.CLOSED,
    )

    assert words_of(timetable) == (
        "毎週火・木曜日 9:30〜11:30、第3土曜日 13:00〜15:00（高齢の人）。祝日は休み。12月29日〜1月3日は休み（年末年始）"
    )


@pytest.mark.parametrize(
    ("timetable", "words"),
    [
        (Timetable(), ""),
        (Timetable(holidays=HolidayRule.OPEN), "祝日に開いている"),
        (Timetable((Meeting("0Mo0Tu0We0Th0Fr0Sa0Su"),)), "毎日"),
        (Timetable((Meeting("0Mo0Tu0We0Th0Fr6Sa", 540),)), "毎週月〜金曜日と最終土曜日 9:00から"),
        (Timetable((Meeting("0Fr", 1080, 1500),)), "毎週金曜日 18:00〜翌1:00"),
        (
            Timetable((Meeting("0Fr", 600, 750), Meeting("0Fr", 810, 960))),
            "毎週金曜日 10:00〜12:30・13:30〜16:00",
        ),
        (Timetable((Meeting("7Su", anchor=date(2026, 4, 5)),)), "隔週の日曜日（2026年4月5日の週から数えて）"),
        (
            Timetable((Meeting("1Mo", starts=date(2026, 4, 1), until=date(2027, 3, 31)),)),
            "第1月曜日（2026年4月1日から2027年3月31日まで）",
        ),
        (
            Timetable(dates=(SpecialDays(date(2026, 5, 1), date(2026, 5, 3), 600, 720, "春まつり"),)),
            "2026年5月1日〜5月3日 10:00〜12:00（春まつり）",
        ),
        (
            Timetable((Meeting("0Mo"),), closures=(Closure(date(2026, 8, 10), date(2026, 8, 16), "改修"),)),
            "毎週月曜日。2026年8月10日〜8月16日は休み（改修）",
        ),
    ],
)
def test_everything_has_its_words(timetable: Timetable, words: str) -> None:
    assert words_of(timetable) == words


@pytest.mark.parametrize(
    ("timetable", "summary"),
    [
        (None, Summary()),
        (Timetable(says_more=True), Summary()),
        (Timetable((Meeting("13Mo", 600, 720),)), Summary(1, "13Mo", 600, 720)),
        (Timetable((Meeting("0Tu", 600, 750), Meeting("0Tu", 810, 960))), Summary(2, "0Tu", 600, 960)),
        (Timetable((Meeting("0Tu", 600), Meeting("3Sa", 600))), Summary(34, "0Tu3Sa", 600, None)),
        (
            Timetable((Meeting("0Tu", 600, 720), Meeting("3Sa", 780, 900))),
            Summary(34, "毎週火曜日 10:00〜12:00、第3土曜日 13:00〜15:00", 600, 900),
        ),
        (
            Timetable(dates=(SpecialDays(date(2026, 10, 1), date(2026, 10, 2), 600, 900),)),
            Summary(None, "2026-10-01〜2026-10-02", 600, 900),
        ),
        (Timetable(holidays=HolidayRule.OPEN), Summary(None, "祝日に開いている", None, None)),
        (Timetable((Meeting("0Tu"),), holidays=HolidayRule.CLOSED), Summary(2, "0Tu", None, None)),
    ],
)
def test_the_summary_holds_what_filters_ask(timetable: Timetable | None, summary: Summary) -> None:
    assert summary_of(timetable) == summary


def test_a_long_summary_fits_its_column() -> None:
    days = tuple(SpecialDays(date(2026, month, 1), date(2026, month, 1)) for month in range(1, 13)) * 3

    schedule = summary_of(Timetable(dates=days)).schedule
    assert schedule is not None
    assert (len(schedule), schedule[-1]) == (200, "…")


def test_the_slots_are_those_of_each_meeting_and_unknown_with_any_unknown_hours() -> None:
    known = Timetable((Meeting("0Tu", 570, 690), Meeting("3Sa", 780, 900)))

    assert slot_labels(slots_of(known) or 0) == ("火曜午前", "土曜午後")
    assert slots_of(Timetable((Meeting("0Tu", 570, 690), Meeting("3Sa")))) is None
    assert slots_of(None) is None


def test_the_weeks_of_a_month_are_those_of_the_most_frequent_day() -> None:
    assert weeks_a_month(Timetable((Meeting("13Mo"), Meeting("6Fr")))) == 2
    assert weeks_a_month(Timetable(holidays=HolidayRule.OPEN)) is None
