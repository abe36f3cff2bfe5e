"""Whether a place is open on a day, and why we say so."""

from __future__ import annotations

from datetime import date

import pytest

from app.resources.engine.schedule.expansion import (
    NO,
    UNKNOWN,
    YES,
    answer_on,
    expand,
    next_days,
    week,
)
from app.resources.engine.schedule.holidays import holiday_name
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)

TUESDAY = date(2026, 10, 6)
CULTURE_DAY = date(2026, 11, 3)  # a Tuesday
TUESDAYS = Meeting("0Tu", 570, 690)
NEW_YEAR = YearlyBreak((12, 29), (1, 3), "年末年始")


def verdict(timetable: Timetable | None, day: date) -> tuple[str, str]:
    """The word on screen and the reason."""
    answer = answer_on(timetable, day)
    return answer.verdict.label, answer.reason


def test_a_day_of_the_rule_is_open_with_its_hours() -> None:
    answer = answer_on(Timetable((Meeting("13Mo", 600, 720, who="高齢の人", note="1階"),)), date(2026, 10, 5))

    assert (answer.verdict, answer.reason) == (YES, "第1・3月曜日")
    (session,) = answer.sessions
    assert (session.opens, session.closes, session.who, session.note) == (600, 720, "高齢の人", "1階")


def test_another_day_is_closed_and_says_which_days_are_open() -> None:
    assert verdict(Timetable((TUESDAYS, Meeting("3Sa"))), date(2026, 10, 7)) == (
        "否",
        "行うのは毎週火曜日、第3土曜日です",
    )


@pytest.mark.parametrize("timetable", [None, Timetable(), Timetable(holidays=HolidayRule.CLOSED)])
def test_what_nobody_has_asked_is_not_known(timetable: Timetable | None) -> None:
    assert verdict(timetable, TUESDAY) == ("不明", "いつ開いているかは、まだ聞いていません")


def test_a_day_that_no_rule_names_is_not_known_while_words_say_more() -> None:
    timetable = Timetable((TUESDAYS,), says_more=True)

    assert answer_on(timetable, date(2026, 10, 7)).verdict is UNKNOWN
    assert verdict(timetable, TUESDAY) == ("可", "毎週火曜日（ほかの決まりも書かれています）")


def test_every_other_week_needs_to_know_in_which() -> None:
    unknown = Timetable((Meeting("7Su"),))
    known = Timetable((Meeting("7We7Su", anchor=date(2026, 10, 4)),))

    assert verdict(unknown, date(2026, 10, 4)) == ("不明", "隔週の日曜日：いつの週かを聞いていません")
    assert verdict(unknown, date(2026, 10, 5))[0] == "否"
    # The Wednesday of the same week from Monday goes with that Sunday, the one after it does not.
    assert [answer_on(known, date(2026, 9, 30)).verdict, answer_on(known, date(2026, 10, 7)).verdict] == [
        YES,
        NO,
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, ("不明", "祝日（文化の日）に開くかは、まだ聞いていません")),
        (HolidayRule.CLOSED, ("否", "祝日（文化の日）は休み")),
        (HolidayRule.USUAL, ("可", "毎週火曜日。祝日（文化の日）も行います")),
        (HolidayRule.OPEN, ("可", "祝日（文化の日）は開いています")),
    ],
)
def test_a_public_holiday_follows_its_rule(rule: HolidayRule | None, said: tuple[str, str]) -> None:
    assert verdict(Timetable((TUESDAYS,), holidays=rule), CULTURE_DAY) == said


def test_open_on_holidays_means_any_weekday_with_the_hours_of_that_day() -> None:
    timetable = Timetable((TUESDAYS,), holidays=HolidayRule.OPEN)

    assert answer_on(timetable, CULTURE_DAY).sessions[0].opens == 570
    sports_day = answer_on(timetable, date(2026, 10, 12))
    assert (sports_day.verdict, sports_day.sessions[0].opens) == (YES, None)


def test_a_holiday_on_a_day_without_meeting_is_closed_though_nobody_asked() -> None:
    assert verdict(Timetable((Meeting("0We"),)), CULTURE_DAY) == ("否", "行うのは毎週水曜日です")


def test_a_closure_beats_a_special_day_and_a_special_day_beats_a_holiday() -> None:
    closed = Closure(date(2026, 11, 1), date(2026, 11, 7), "改修")
    special = SpecialDays(CULTURE_DAY, CULTURE_DAY, 780, 900, "作品展")

    assert verdict(Timetable(dates=(special,), closures=(closed,)), CULTURE_DAY) == (
        "否",
        "11月1日〜11月7日は休み（改修）",
    )
    answer = answer_on(Timetable((TUESDAYS,), (special,), holidays=HolidayRule.CLOSED), CULTURE_DAY)
    assert (answer.verdict, answer.sessions[0].opens, answer.sessions[0].note) == (YES, 780, "作品展")


def test_a_special_day_without_hours_has_those_of_the_weekday() -> None:
    timetable = Timetable((TUESDAYS,), (SpecialDays(CULTURE_DAY, CULTURE_DAY),))

    assert answer_on(timetable, CULTURE_DAY).sessions[0].opens == 570


@pytest.mark.parametrize(
    ("day", "open_"),
    [((2026, 12, 28), True), ((2026, 12, 29), False), ((2027, 1, 3), False), ((2027, 1, 4), True)],
)
def test_a_yearly_break_runs_over_the_new_year(day: tuple[int, int, int], open_: bool) -> None:
    every_day = Timetable((Meeting("0Mo0Tu0We0Th0Fr0Sa0Su"),), breaks=(NEW_YEAR,))

    assert (answer_on(every_day, date(*day)).verdict is YES) is open_


def test_a_break_may_end_on_a_day_that_most_years_lack() -> None:
    february = Timetable((Meeting("0Mo0Tu0We0Th0Fr0Sa0Su"),), breaks=(YearlyBreak((2, 1), (2, 29)),))

    assert verdict(february, date(2027, 2, 28)) == ("否", "2月1日〜2月29日は休み")
    assert answer_on(february, date(2027, 3, 1)).verdict is YES
    assert answer_on(february, date(2028, 2, 29)).verdict is NO


def test_after_the_last_day_of_the_rules_nobody_knows() -> None:
    timetable = Timetable((Meeting("0Tu", starts=date(2026, 4, 1), until=date(2027, 3, 31)),))

    assert verdict(timetable, date(2027, 4, 6)) == ("不明", "4月からの予定は、まだ聞いていません")
    assert verdict(timetable, date(2028, 4, 4)) == ("不明", "2027年4月からの予定は、まだ聞いていません")
    assert verdict(timetable, date(2026, 3, 31)) == ("否", "4月1日からです")


def test_the_first_and_the_last_day_of_the_rules_are_inside() -> None:
    timetable = Timetable((Meeting("0Tu", starts=date(2026, 4, 7), until=TUESDAY),))

    assert [answer_on(timetable, day).verdict for day in (date(2026, 4, 7), TUESDAY)] == [YES, YES]
    assert answer_on(timetable, date(2026, 10, 7)).verdict is UNKNOWN


def test_between_two_seasons_it_is_closed() -> None:
    timetable = Timetable(
        (
            Meeting("0Tu", until=date(2026, 6, 30)),
            Meeting("0Tu", starts=date(2026, 9, 1), until=date(2026, 12, 31)),
        )
    )

    assert answer_on(timetable, date(2026, 7, 7)).verdict is NO
    assert answer_on(timetable, date(2027, 1, 5)).verdict is UNKNOWN


def test_the_days_of_an_event_are_open_and_those_after_it_not_known() -> None:
    event = Timetable(dates=(SpecialDays(date(2026, 10, 1), date(2026, 10, 2), 600, 900),))

    assert [session.day.day for session in expand(event, date(2026, 9, 1), date(2026, 10, 31))] == [1, 2]
    assert verdict(event, date(2026, 9, 30)) == ("否", "行うのは2026年10月1日〜10月2日です")
    assert verdict(event, date(2026, 10, 3)) == ("不明", "10月3日からの予定は、まだ聞いていません")


def test_two_stretches_of_a_day_come_in_order_and_each_once() -> None:
    timetable = Timetable((Meeting("0Tu", 780, 900), Meeting("0Tu", 540, 660), Meeting("0Tu", 780, 900)))

    assert [session.opens for session in answer_on(timetable, TUESDAY).sessions] == [540, 780]


def test_the_next_days_say_whether_some_may_be_missing() -> None:
    timetable = Timetable((TUESDAYS,))

    found = next_days(timetable, date(2026, 10, 27), count=2)
    assert [answer.day for answer in found.days] == [date(2026, 10, 27), date(2026, 11, 10)]
    assert [answer.day for answer in found.uncertain] == [CULTURE_DAY]
    assert next_days(Timetable((TUESDAYS,), holidays=HolidayRule.CLOSED), TUESDAY).uncertain == ()
    assert next_days(None, TUESDAY).days == ()


def test_a_week_has_seven_answers() -> None:
    answers = week(Timetable((TUESDAYS,)), date(2026, 10, 5))

    assert "".join(answer.verdict.label for answer in answers) == "否可否否否否否"


def test_holidays_move_and_have_days_in_lieu() -> None:
    assert holiday_name(date(2026, 5, 6)) == "振替休日"
    assert holiday_name(date(2026, 9, 22)) == "国民の休日"
    assert holiday_name(date(2026, 11, 4)) is None


def test_a_break_of_a_day_that_is_none_and_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="毎年の休み"):
        YearlyBreak((2, 30), (3, 1))
    with pytest.raises(ValueError, match="終わりの時刻"):
        Meeting("0Mo", 600, 600)
    with pytest.raises(ValueError, match="曜日コード"):
        Meeting("月")
