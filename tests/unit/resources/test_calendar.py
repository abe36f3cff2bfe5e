"""Calendars (.ics) of open days."""

from __future__ import annotations

from datetime import date, datetime

from icalendar import Calendar

from app.clock import TOKYO
from app.resources.engine.schedule.timetable import Meeting, SpecialDays, Timetable
from app.resources.exchange.calendar import CalendarPlace, calendar_of

MONDAY = date(2026, 10, 5)
STAMP = datetime(2026, 10, 1, 9, 0, tzinfo=TOKYO)


def made(*places: CalendarPlace, weeks: int = 1) -> Calendar:
    """The calendar read back from its bytes."""
    data = calendar_of(
        places, title="開いている日", domain="tsunagi.example", first=MONDAY, stamp=STAMP, weeks=weeks
    )
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    return calendar


def test_a_session_becomes_an_event_with_place_and_hours() -> None:
    table = Timetable((Meeting("0Tu", 570, 690, who="高齢の人", note="鍵は山田さん"),))
    calendar = made(CalendarPlace("place-7", "縁側", table, "本町1-2", "https://example.jp/7"))

    (event,) = calendar.walk("VEVENT")
    assert event["summary"] == "縁側（高齢の人）"
    assert event["uid"] == "place-7-20261006-1@tsunagi.example"
    assert event.decoded("dtstart") == datetime(2026, 10, 6, 9, 30, tzinfo=TOKYO)
    assert event.decoded("dtend") == datetime(2026, 10, 6, 11, 30, tzinfo=TOKYO)
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert (event["location"], event["url"]) == ("本町1-2", "https://example.jp/7")
    assert event.decoded("dtstamp") == STAMP
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]


def test_a_note_which_may_name_a_person_stays_here() -> None:
    calendar = made(CalendarPlace("1", "縁側", Timetable((Meeting("0Tu", 570, 690, note="鍵は山田さん"),))))

    assert "山田" not in calendar.to_ical().decode()


def test_a_day_without_hours_is_the_whole_day_and_a_beginning_alone_has_no_end() -> None:
    (whole,) = made(CalendarPlace("1", "縁側", Timetable((Meeting("0Tu"),)))).walk("VEVENT")
    (begins,) = made(CalendarPlace("1", "縁側", Timetable((Meeting("0Tu", 600),)))).walk("VEVENT")

    assert (whole.decoded("dtstart"), whole.decoded("dtend")) == (date(2026, 10, 6), date(2026, 10, 7))
    assert begins.decoded("dtstart") == datetime(2026, 10, 6, 10, 0, tzinfo=TOKYO)
    assert "dtend" not in begins


def test_hours_past_midnight_end_on_the_next_day() -> None:
    (event,) = made(CalendarPlace("1", "食堂", Timetable((Meeting("0Sa", 1080, 1500),)))).walk("VEVENT")
    (all_day,) = made(CalendarPlace("1", "湯", Timetable((Meeting("0Sa", 0, 1440),)))).walk("VEVENT")

    assert event.decoded("dtend") == datetime(2026, 10, 11, 1, 0, tzinfo=TOKYO)
    assert all_day.decoded("dtend") == datetime(2026, 10, 11, 0, 0, tzinfo=TOKYO)


def test_what_is_not_certain_is_not_in_the_calendar() -> None:
    fortnightly = CalendarPlace("1", "縁側", Timetable((Meeting("7Tu"),)))

    assert made(fortnightly, CalendarPlace("2", "広場", None)).walk("VEVENT") == []


def test_identifiers_stay_when_the_hours_change_and_differ_within_a_day() -> None:
    def uids(*hours: tuple[int, int]) -> list[str]:
        table = Timetable(tuple(Meeting("0Tu", *each) for each in hours))
        return [str(event["uid"]) for event in made(CalendarPlace("1", "縁側", table)).walk("VEVENT")]

    assert uids((570, 690)) == uids((600, 720))
    assert len(set(uids((570, 690), (780, 900)))) == 2


def test_a_filter_makes_one_calendar_of_many_places_that_folds_long_names() -> None:
    event = Timetable(dates=(SpecialDays(MONDAY, MONDAY, 600, 700),))
    places = [CalendarPlace(str(number), "とても長い名前の広場、" * 9, event) for number in range(3)]

    found = made(*places).walk("VEVENT")
    assert len({str(each["uid"]) for each in found}) == 3
    assert {str(each["summary"]) for each in found} == {"とても長い名前の広場、" * 9}
