"""Laws of timetables. What comes again and again is checked against `dateutil.rrule`, which knows nothing of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.clock import TOKYO
from app.resources.engine.schedule.building import merge_import
from app.resources.engine.schedule.document import document_of, timetable_of, timetable_of_text
from app.resources.engine.schedule.expansion import (
    NO,
    UNKNOWN,
    YES,
    Session,
    answer_on,
    expand,
    next_days,
    week,
)
from app.resources.engine.schedule.holidays import holiday_name
from app.resources.engine.schedule.summary import summary_of
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
    rules_of,
)
from app.resources.engine.schedule.words import rule_words, words_of
from app.resources.exchange.calendar import CalendarPlace, calendar_of
from app.text.values import DayRule, Weekdays, parse_weekdays

# Leap years, ends of years and a century without a 29 February.
DAYS = st.one_of(
    st.dates(date(2023, 12, 1), date(2029, 3, 31)),
    st.dates(date(2099, 12, 1), date(2100, 3, 31)),
    st.sampled_from([date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)]),
)
RULES = st.builds(DayRule, st.integers(1, 7), st.integers(0, 7))
CODES = st.frozensets(RULES, min_size=1, max_size=5).map(lambda rules: Weekdays(rules).gif_code())
TEXTS = st.text("高齢の人１階、（）a ", max_size=10)
LAW = settings(deadline=None)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """Hours of which both, one or no end is known."""
    opens, closes = sorted(draw(st.lists(st.integers(0, 1800), min_size=2, max_size=2, unique=True)))
    return draw(st.sampled_from([(opens, closes), (opens, None), (None, closes), (None, None)]))


@st.composite
def periods(draw: st.DrawFn) -> tuple[date, date]:
    """A first and a last day, at most a year and some apart."""
    first = draw(DAYS)
    return first, first + timedelta(days=draw(st.integers(0, 400)))


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    """Any rule, with or without bounds and anchor."""
    opens, closes = draw(spans())
    first, last = draw(periods())
    return Meeting(
        draw(CODES), opens, closes, draw(st.sampled_from([None, first])), draw(st.sampled_from([None, last])),
        draw(st.none() | DAYS), draw(TEXTS), draw(TEXTS),
    )  # fmt: skip


@st.composite
def special_days(draw: st.DrawFn) -> SpecialDays:
    """An event of some days."""
    first = draw(DAYS)
    return SpecialDays(first, first + timedelta(days=draw(st.integers(0, 9))), *draw(spans()), draw(TEXTS))


CLOSURES = st.builds(lambda period, why: Closure(period[0], period[1], why), periods(), TEXTS)
MONTH_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))
BREAKS = st.builds(YearlyBreak, MONTH_DAYS, MONTH_DAYS, TEXTS)
TIMETABLES = st.builds(
    Timetable,
    st.lists(meetings(), max_size=3).map(tuple),
    st.lists(special_days(), max_size=2).map(tuple),
    st.lists(CLOSURES, max_size=1).map(tuple),
    st.lists(BREAKS, max_size=1).map(tuple),
    st.none() | st.sampled_from(HolidayRule),
    st.booleans(),
)


def days_by_rrule(meeting: Meeting, first: date, last: date) -> set[date]:
    """The days of a meeting as another program knows them."""
    begins = max(first, meeting.starts or first)
    ends = min(last, meeting.until or last)
    if begins > ends:
        return set()
    return {day for rule in occurrences(meeting, begins, ends) for day in rule}


def occurrences(meeting: Meeting, begins: date, ends: date) -> Iterator[set[date]]:
    until = datetime.combine(ends, time())
    for rule in rules_of(meeting.code).rules:
        day = weekday(rule.day - 1)
        start = datetime.combine(begins, time())
        if rule.week == 0:
            found = rrule(WEEKLY, byweekday=day, dtstart=start, until=until)
        elif rule.week == 7:
            if meeting.anchor is None:
                continue
            monday = meeting.anchor - timedelta(days=meeting.anchor.weekday())
            back = max(0, (monday - begins).days // 14 + 1)
            start = datetime.combine(monday - timedelta(days=14 * back), time())
            found = rrule(WEEKLY, interval=2, wkst=MO, byweekday=day, dtstart=start, until=until)
        else:
            found = rrule(
                MONTHLY, byweekday=day(-1 if rule.week == 6 else rule.week), dtstart=start, until=until
            )
        yield {each.date() for each in found if each.date() >= begins}


@LAW
@given(meetings(), periods())
def test_a_rule_falls_on_the_days_that_rrule_gives(meeting: Meeting, period: tuple[date, date]) -> None:
    timetable = Timetable((meeting,), holidays=HolidayRule.USUAL)
    found = expand(timetable, *period)
    assert {session.day for session in found} == days_by_rrule(meeting, *period)
    assert len(found) == len({session.day for session in found})


@LAW
@given(meetings(), DAYS)
def test_without_an_anchor_a_fortnightly_day_is_never_certain(meeting: Meeting, day: date) -> None:
    lone = replace(meeting, code="7Mo7Tu7We7Th7Fr7Sa7Su", anchor=None)
    assert answer_on(Timetable((lone,), holidays=HolidayRule.USUAL), day).verdict is not YES
    assert answer_on(Timetable((replace(lone, starts=None, until=None),)), day).verdict is UNKNOWN


@LAW
@given(TIMETABLES)
def test_a_timetable_survives_its_document(timetable: Timetable) -> None:
    document = document_of(timetable)
    assert timetable_of(document) == timetable
    assert timetable_of_text(json.dumps(document)) == timetable


@LAW
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(document_of(Timetable()))), inner, max_size=5)
)))  # fmt: skip
def test_any_json_is_a_timetable_or_a_reason(value: object) -> None:
    try:
        found: Timetable | str | None = timetable_of(value)
    except ValueError as problem:
        found = str(problem)
    assert found is None or isinstance(found, Timetable) or found.startswith("予定")


@LAW
@given(TIMETABLES, DAYS)
def test_an_answer_has_sessions_only_with_yes_and_always_a_reason(timetable: Timetable, day: date) -> None:
    answer = answer_on(timetable, day)
    assert bool(answer.sessions) is (answer.verdict is YES)
    assert answer.reason
    assert all(session.day == day for session in answer.sessions)


@LAW
@given(TIMETABLES, CLOSURES, st.integers(0, 400))
def test_a_closure_is_never_open(timetable: Timetable, closure: Closure, step: int) -> None:
    day = min(closure.first + timedelta(days=step), closure.last)
    closed = replace(timetable, closures=(*timetable.closures, closure))
    assert answer_on(closed, day).verdict is NO


@LAW
@given(TIMETABLES, DAYS)
def test_a_yearly_break_is_never_open(timetable: Timetable, day: date) -> None:
    yearly = YearlyBreak((day.month, day.day), (day.month, day.day))
    assert answer_on(replace(timetable, breaks=(yearly,)), day).verdict is NO


@LAW
@given(TIMETABLES, DAYS)
def test_saying_that_there_is_more_closes_no_day_and_opens_none(timetable: Timetable, day: date) -> None:
    known = answer_on(replace(timetable, says_more=False), day)
    more = answer_on(replace(timetable, says_more=True), day)
    assert (known.verdict is YES) is (more.verdict is YES)
    assert not (known.verdict is UNKNOWN and more.verdict is NO)


@LAW
@given(TIMETABLES, DAYS)
def test_the_mask_of_the_summary_agrees_with_the_days(timetable: Timetable, day: date) -> None:
    mask = summary_of(timetable).weekday_mask or 0
    named = any(special.first <= day <= special.last for special in timetable.dates)
    holiday = timetable.holidays is HolidayRule.OPEN and holiday_name(day) is not None
    if not mask >> day.weekday() & 1 and not named and not holiday:
        assert answer_on(timetable, day).verdict is not YES


@LAW
@given(TIMETABLES, DAYS)
def test_no_session_lies_outside_the_hours_of_the_summary(timetable: Timetable, day: date) -> None:
    summary = summary_of(timetable)
    for session in answer_on(timetable, day).sessions:
        if session.opens is not None:
            assert summary.opens_minute is not None
            assert summary.opens_minute <= session.opens
        if session.closes is not None:
            assert summary.closes_minute is not None
            assert summary.closes_minute >= session.closes
    assert len(summary.schedule or "") <= 200


@LAW
@given(TIMETABLES, DAYS)
def test_weeks_and_next_days_say_what_each_day_says(timetable: Timetable, start: date) -> None:
    assert week(timetable, start) == tuple(
        answer_on(timetable, start + timedelta(days=step)) for step in range(7)
    )
    found = next_days(timetable, start, count=3, horizon_days=60)
    open_days = [
        day for day in (start + timedelta(days=step) for step in range(60))
        if answer_on(timetable, day).verdict is YES
    ]  # fmt: skip
    assert [answer.day for answer in found.days] == open_days[:3]
    assert all(answer.verdict is UNKNOWN for answer in found.uncertain)


@LAW
@given(st.frozensets(RULES, min_size=1, max_size=8))
def test_the_words_of_a_rule_are_read_back_as_the_same_days(rules: frozenset[DayRule]) -> None:
    read = parse_weekdays(rule_words(Weekdays(rules).gif_code())).value
    weekly = {rule.day for rule in rules if rule.week == 0}
    # The other weeks of a day that comes every week add nothing, and no words.
    assert read == Weekdays(frozenset(rule for rule in rules if rule.week == 0 or rule.day not in weekly))


@LAW
@given(TIMETABLES)
def test_a_timetable_that_names_days_has_words(timetable: Timetable) -> None:
    assert bool(words_of(timetable)) or not timetable.names_days


@LAW
@given(st.none() | TIMETABLES, TIMETABLES)
def test_importing_an_edition_twice_is_importing_it_once(old: Timetable | None, new: Timetable) -> None:
    once = merge_import(old, new)
    assert merge_import(once, new) == once
    assert merge_import(old, None) == old
    assert merge_import(None, new) == new


@LAW
@given(TIMETABLES, TIMETABLES)
def test_an_import_keeps_what_people_entered_and_takes_the_days_of_the_file(
    old: Timetable, new: Timetable
) -> None:
    merged = merge_import(old, new)
    assert merged is not None
    assert set(old.closures) <= set(merged.closures)
    assert set(old.breaks) <= set(merged.breaks)
    assert [(each.code, each.hours) for each in merged.meetings] == [
        (each.code, each.hours) for each in new.meetings
    ]
    assert merged.dates == (new.dates or old.dates)
    assert merged.holidays == (old.holidays if new.holidays is None else new.holidays)


@LAW
@given(TIMETABLES)
def test_an_edition_without_anchors_leaves_those_that_were_asked(old: Timetable) -> None:
    edition = replace(
        old,
        meetings=tuple(Meeting(each.code, each.opens, each.closes) for each in old.meetings),
        closures=(),
        breaks=(),
    )
    merged = merge_import(old, edition)
    assert merged is not None
    assert sorted(map(str, merged.meetings)) == sorted(map(str, old.meetings))


@settings(deadline=None, max_examples=40)
@given(TIMETABLES, DAYS)
def test_a_calendar_read_back_is_the_expansion(timetable: Timetable, first: date) -> None:
    stamp = datetime(2026, 10, 1, tzinfo=TOKYO)
    place = CalendarPlace("1", "縁側", timetable)
    data = calendar_of([place], title="縁側", domain="example.jp", first=first, stamp=stamp, weeks=8)
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    sessions = expand(timetable, first, first + timedelta(days=55))
    events = calendar.walk("VEVENT")
    assert [moments_of(session) for session in sessions] == [
        (event.decoded("dtstart"), event.decoded("dtend") if "dtend" in event else None) for event in events
    ]
    assert len({str(event["uid"]) for event in events}) == len(sessions)


def moments_of(session: Session) -> tuple[date, date | None]:
    """Begin and end of a session as a calendar has them."""
    midnight = datetime.combine(session.day, time(), TOKYO)
    if session.opens is None:
        return session.day, session.day + timedelta(days=1)
    ends = None if session.closes is None else midnight + timedelta(minutes=session.closes)
    return midnight + timedelta(minutes=session.opens), ends
