"""Whether a place is open on a day, the plan of a week, and what a card says of when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.resources.engine.open_days import Columns, answer_of, read_timetable, verdict_of_text
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.expansion import OpenVerdict
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.engine.week_plan import (
    SHOWN_OF_A_PART,
    SHOWN_UNSURE,
    DatedPlace,
    plan_week,
    weeks_that_fit,
)
from app.resources.engine.when import When, when_of
from app.resources.vocabulary import KindGroup, ResourceState

MONDAY = date(2026, 11, 23)  # 勤労感謝の日
TUESDAY = MONDAY + timedelta(days=1)
NOTHING = Columns()


def place(key: int, timetable: Timetable | None = None, mask: int | None = None) -> DatedPlace:
    return DatedPlace(key, f"場{key}", "居場所", KindGroup.TAKING_PART, timetable, mask)


def card(
    timetable: Timetable | None, columns: Columns = NOTHING, state: ResourceState = ResourceState.ACTIVE
) -> When:
    document = None if timetable is None else document_of(timetable)
    return when_of(state, document, columns, today=MONDAY)


@pytest.mark.parametrize("state", [ResourceState.PAUSED, ResourceState.ENDED])
def test_what_is_paused_or_has_ended_is_closed_whatever_its_days(state: ResourceState) -> None:
    answer = answer_of(state, Timetable((Meeting("0Tu"),)), NOTHING, TUESDAY)
    assert answer.verdict is OpenVerdict.NO
    assert answer.reason


@pytest.mark.parametrize("day", [MONDAY + timedelta(days=step) for step in range(7)])
def test_a_row_with_days_of_the_week_alone_is_never_open_and_never_closed(day: date) -> None:
    answer = answer_of(ResourceState.ACTIVE, None, Columns(0b10, "0Tu", 600, 720), day)
    assert answer.verdict is OpenVerdict.UNKNOWN
    assert "毎週火曜日 10:00〜12:00" in answer.reason


def test_a_row_without_anything_says_that_nobody_was_asked() -> None:
    answer = answer_of(ResourceState.ACTIVE, None, NOTHING, TUESDAY)
    assert answer.verdict is OpenVerdict.UNKNOWN
    assert "聞いていません" in answer.reason


@pytest.mark.parametrize("document", ["nonsense", {"v": 99}, [], {"v": 1, "meetings": [{"code": "xx"}]}])
def test_a_document_that_cannot_be_read_says_nothing(document: object) -> None:
    assert read_timetable(document) is None


@pytest.mark.parametrize("text", [None, "", "{", '{"v": 99}'])
def test_text_that_cannot_be_read_is_not_known(text: str | None) -> None:
    assert verdict_of_text(text, TUESDAY) is OpenVerdict.UNKNOWN


def test_a_week_has_each_session_in_its_part_of_the_day_and_in_order() -> None:
    late = place(1, Timetable((Meeting("0Tu", 1_080, 1_140), Meeting("0Tu", 780, None, who="親子"))))
    early = place(2, Timetable((Meeting("0Tu", 600, 660), Meeting("0We"))))
    days = plan_week([late, early], MONDAY)
    assert [day.total for day in days] == [0, 3, 1, 0, 0, 0, 0]
    shown = [(part.label, [(e.place.id, e.hours, e.who) for e in part.entries]) for part in days[1].parts]
    assert shown == [
        ("午前", [(2, "10:00〜11:00", "")]),
        ("午後", [(1, "13:00から", "親子")]),
        ("夕方", [(1, "18:00〜19:00", "")]),
        ("時間は不明", []),
    ]
    assert [entry.hours for entry in days[2].parts[3].entries] == [""]


def test_a_holiday_is_named_and_what_it_makes_uncertain_is_counted() -> None:
    days = plan_week([place(1, Timetable((Meeting("0Mo", 600, 660),)))], MONDAY)
    assert days[0].holiday == "勤労感謝の日"
    assert (days[0].total, days[0].unsure_total) == (0, 1)
    assert "祝日" in days[0].unsure[0].reason
    assert days[1].unsure_total == 0


def test_a_day_shows_so_many_and_counts_the_rest() -> None:
    many = [place(key, Timetable((Meeting("0Tu", 600, 660),))) for key in range(SHOWN_OF_A_PART + 3)]
    day = plan_week(many, MONDAY)[1]
    assert len(day.parts[0].entries) == SHOWN_OF_A_PART
    assert (day.total, day.more) == (SHOWN_OF_A_PART + 3, 3)


def test_doubts_name_what_concerns_the_day_and_count_the_rest() -> None:
    asked = [place(key, mask=0b10) for key in range(SHOWN_UNSURE + 2)]
    never = [place(99)]
    tuesday, wednesday = plan_week([*asked, *never], MONDAY)[1:3]
    assert (len(tuesday.unsure), tuesday.unsure_total, tuesday.more_unsure) == (SHOWN_UNSURE, 13, 3)
    assert (len(wednesday.unsure), wednesday.unsure_total) == (0, 13)


def test_a_calendar_ends_with_a_whole_week_before_it_grows_too_long() -> None:
    daily = [Timetable((Meeting("0Mo0Tu0We0Th0Fr0Sa0Su", 600, 660),), holidays=HolidayRule.USUAL)]
    assert weeks_that_fit([*daily, None], MONDAY, weeks=13, most=1_000) == 13
    assert weeks_that_fit(daily, MONDAY, weeks=13, most=30) == 4
    assert weeks_that_fit(daily, MONDAY, weeks=13, most=1) == 1


def test_a_card_shows_the_usual_week_with_all_stretches_and_for_whom() -> None:
    found = card(
        Timetable(
            (
                Meeting("13Tu", 780, 840, who="若者"),
                Meeting("0Tu", 600, 660),
                Meeting("0We", 600, until=date(2026, 3, 31)),
                Meeting("0Th", 600, starts=date(2026, 12, 1)),
            )
        )
    )
    assert found.strip is not None
    assert [(s.weeks, s.hours, s.who) for s in found.strip[1].stretches] == [
        ("", "10:00〜11:00", ""),
        ("第1・3", "13:00〜14:00", "若者"),
    ]
    assert found.strip[2].stretches == ()
    assert found.strip[3].stretches[0].period == "12月1日から"


def test_a_card_counts_five_days_and_says_what_lies_between_them() -> None:
    found = card(Timetable((Meeting("0Tu", 600, 660), Meeting("7Su", 600, 660)), holidays=HolidayRule.CLOSED))
    assert [answer.day for answer in found.upcoming] == [TUESDAY + timedelta(weeks=step) for step in range(5)]
    assert len(found.doubts) == 1
    assert "11月29日（日）" in found.doubts[0]
    assert "隔週の日曜日" in found.doubts[0]


def test_a_card_names_closures_ahead_and_not_those_behind() -> None:
    found = card(
        Timetable(
            (Meeting("0Tu"),),
            closures=(
                Closure(date(2026, 12, 10), date(2026, 12, 16), "改修"),
                Closure(date(2026, 8, 1), date(2026, 8, 2)),
            ),
            breaks=(YearlyBreak((12, 29), (1, 3), "年末年始"),),
        )
    )
    assert found.closed == ("12月10日〜12月16日は休み（改修）", "毎年12月29日〜1月3日は休み（年末年始）")
    assert found.holidays_unasked
    assert "改修" not in found.words


def test_a_card_of_dates_alone_has_no_strip() -> None:
    found = card(Timetable(dates=(SpecialDays(date(2026, 12, 5), date(2026, 12, 6), 600, 900),)))
    assert found.strip is None
    assert [answer.day.day for answer in found.upcoming] == [5, 6]
    assert not found.holidays_unasked


def test_a_card_of_what_is_paused_promises_no_day() -> None:
    found = card(Timetable((Meeting("0Tu"),)), state=ResourceState.PAUSED)
    assert (found.upcoming, found.doubts) == ((), ())
    assert found.strip is not None


def test_a_card_from_columns_alone_shows_the_days_and_no_dates() -> None:
    found = card(None, Columns(0b10, "24Tu", 600, None))
    assert found.strip is not None
    assert [(s.weeks, s.hours) for s in found.strip[1].stretches] == [("第2・4", "10:00から")]
    assert found.words == "第2・4火曜日 10:00から"
    assert found.lacks_dates
    assert card(None).strip is None
