"""The plan of a week and the calendars that leave the product."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from app.accounts.vocabulary import Right, Role
from app.clock import TOKYO, today
from app.db.database import Database
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import Closure, HolidayRule, Meeting, Timetable
from app.resources.engine.week_plan import SHOWN_OF_A_PART
from app.resources.routes import calendar as routes
from app.resources.vocabulary import Disclosure, ResourceState
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import statements

from .conftest import Shown

WEEK = "2026-W48"  # 23 to 29 November, Monday a holiday
PAGE = f"/resources/calendar?week={WEEK}"
EVERY_DAY = "0Mo0Tu0We0Th0Fr0Sa0Su"


def dated(*meetings: Meeting, **rest: Any) -> dict[str, Any]:
    """The document of a timetable."""
    return document_of(Timetable(meetings, **rest))


@pytest.fixture
def town(database: Database) -> dict[str, int]:
    """A place of each sort, all open on Tuesdays."""
    tuesdays = dated(Meeting("0Tu", 600, 720, who="親子"), holidays=HolidayRule.CLOSED)
    return {
        "public": make_resource(
            database,
            name="あさひカフェ",
            timetable=tuesdays,
            contact="世話役 山田太郎 0590-00-1111",
            contact_is_public=True,
            confirmed_by="izumori",
            remarks="山田太郎さんの家",
            address="瀬凪市一丁目1",
        ),
        "partners": make_resource(
            database, name="関係者の会", disclosure=Disclosure.PARTNERS, timetable=tuesdays
        ),
        "closed": make_resource(database, name="内輪の会", disclosure=Disclosure.CLOSED, timetable=tuesdays),
        "paused": make_resource(database, name="休みの会", state=ResourceState.PAUSED, timetable=tuesdays),
        "unasked": make_resource(database, name="聞いていない会"),
        "refuge": make_resource(
            database,
            kind="避難先",
            name="しずかな家",
            is_refuge=True,
            disclosure=Disclosure.CLOSED,
            timetable=tuesdays,
        ),
    }


def events(body: bytes) -> list[Any]:
    """The events of a calendar, as another program reads them."""
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_a_week_shows_time_name_kind_and_for_whom(
    client: Browser, town: dict[str, int], shown: Shown
) -> None:
    assert shown(client, PAGE) == [town["public"]]
    assert client.heading == "町内の場 週間予定"
    for words in ("2026年11月23日（月）〜11月29日（日）", "勤労感謝の日", "10:00〜12:00", "居場所：", "親子"):
        assert words in client.text
    assert client.text.count("わからない 1件") == 7


def test_the_staff_see_what_is_not_public_and_going_on(
    sign_in_as: SignInAs, town: dict[str, int], shown: Shown
) -> None:
    browser = sign_in_as(Role.CSW)
    assert set(shown(browser, PAGE)) == {town["public"], town["partners"], town["closed"]}


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("role", list(Role))
def test_no_page_and_no_file_holds_a_refuge_for_anybody(
    sign_in_as: SignInAs, database: Database, town: dict[str, int], role: Role, right: bool
) -> None:
    rights = (Right.PLACE_IN_REFUGE,) if right else ()
    browser = sign_in_as(account=make_account(database, role, rights=rights))
    everything = (PAGE, "/resources/calendar.ics")
    for path in (*everything, f"{PAGE}&q=しずかな家", "/resources/calendar.ics?q=しずかな家"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "避難先" not in answer.text
        assert f"/resources/{town['refuge']}" not in answer.text
        assert path not in everything or "しずかな家" not in answer.text
    assert events(answer.data) == []
    assert browser.get(f"/resources/{town['refuge']}/calendar.ics").status_code == 404


def test_next_and_previous_week_and_this_one(client: Browser, town: dict[str, int]) -> None:
    page = client.get(PAGE).text
    assert "week=2026-W47" in page
    assert "week=2026-W49" in page
    last = client.get("/resources/calendar?week=2026-W53").text
    assert "2026年12月28日（月）〜1月3日（日）" in client.text
    assert "week=2027-W01" in last


@pytest.mark.parametrize("week", ["", "2026", "2026-W99", "0001-W01", "9999-W52", "x-Wy", "2026-W5４"])
def test_what_is_no_week_is_this_week(client: Browser, week: str) -> None:
    make = client.get("/resources/calendar", query_string={"week": week})
    assert make.status_code == 200
    assert "今週" in client.text


def test_a_day_from_the_list_opens_its_week(client: Browser) -> None:
    client.get("/resources/calendar?on=2026-11-28")
    assert "2026年11月23日（月）" in client.text


def test_the_filter_of_the_list_holds_here_as_well(
    client: Browser, database: Database, town: dict[str, int], shown: Shown
) -> None:
    other = make_resource(
        database,
        kind="公民館",
        name="公民館の体操",
        weekday_mask=0b100,
        timetable=dated(Meeting("0We", 600, 700)),
    )
    assert shown(client, f"{PAGE}&q=体操") == [other]
    assert "「体操」" in client.text
    assert shown(client, f"{PAGE}&day=2") == [other]
    assert client.get(f"{PAGE}&within=500").status_code == 422
    assert client.get("/resources/calendar.ics?within=500").status_code == 422


def test_a_full_day_leads_to_its_list_and_the_figures_agree(
    client: Browser, database: Database, shown: Shown, shown_on_all_pages: Shown
) -> None:
    for _ in range(SHOWN_OF_A_PART + 4):
        make_resource(database, timetable=dated(Meeting("0Tu", 600, 720)))
    for mask in (0b10, None, None):
        make_resource(database, weekday_mask=mask)
    assert len(shown(client, PAGE)) == SHOWN_OF_A_PART
    assert "ほか4件" in client.text
    assert "わからない 3件" in client.text
    assert "on=2026-11-24" in client.get(PAGE).text
    assert len(shown_on_all_pages(client, "/resources?on=2026-11-24")) == SHOWN_OF_A_PART + 4 + 3
    client.get("/resources?on=2026-11-24")
    assert "開いているかわからない場所 3件" in client.text


def test_an_empty_week_shows_the_way_on(client: Browser, database: Database) -> None:
    client.get(PAGE)
    assert "ここに並びます" in client.text
    make_resource(database, name="畑の会")
    client.get(f"{PAGE}&q=畑")
    assert "条件をすべて外す" in client.text


def test_the_week_takes_as_many_statements_for_many_as_for_few(
    app: Flask, database: Database, client: Browser
) -> None:
    counts = []
    for number in (2, 20):
        for _ in range(number):
            make_resource(database, timetable=dated(Meeting("0Tu", 600)))
        for path in (PAGE, "/resources/calendar.ics"):
            client.get(path)
            with statements(app) as seen:
                client.get(path)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


def test_one_place_for_a_telephone(client: Browser, town: dict[str, int]) -> None:
    answer = client.get(f"/resources/{town['public']}/calendar.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert f"place-{town['public']}.ics" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    found = events(answer.data)
    assert 11 <= len(found) <= 13
    for event in found:
        begins = event["dtstart"].dt
        assert isinstance(begins, datetime)
        assert begins.astimezone(TOKYO).weekday() == 1
        assert (begins.astimezone(TOKYO).hour, event["dtend"].dt - begins) == (10, timedelta(hours=2))
        assert today() <= begins.date() < today() + timedelta(weeks=13)
        assert event["summary"] == "あさひカフェ（親子）"
        assert event["url"].endswith(f"/resources/{town['public']}")
    assert len({str(event["uid"]) for event in found}) == len(found)


def test_what_has_not_changed_is_not_sent_again(client: Browser, town: dict[str, int]) -> None:
    for path in (f"/resources/{town['public']}/calendar.ics", "/resources/calendar.ics"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_calendars_hold_what_residents_see_whoever_fetches_them(
    client: Browser, sign_in_as: SignInAs, database: Database, town: dict[str, int]
) -> None:
    rights = (Right.PLACE_IN_REFUGE,)
    chief = sign_in_as(account=make_account(database, *Role, rights=rights))
    assert chief.get("/resources/calendar.ics").data == client.get("/resources/calendar.ics").data
    assert {str(event["summary"]) for event in events(client.get("/resources/calendar.ics").data)} == {
        "あさひカフェ（親子）"
    }
    for name in ("partners", "closed", "paused", "refuge"):
        assert chief.get(f"/resources/{town[name]}/calendar.ics").status_code == 404
    assert chief.get("/resources/99999/calendar.ics").status_code == 404


def test_no_contact_and_no_name_of_a_person_leaves_with_a_calendar(
    client: Browser, town: dict[str, int]
) -> None:
    for path in (f"/resources/{town['public']}/calendar.ics", "/resources/calendar.ics"):
        text = client.get(path).text.replace("\r\n ", "")
        assert "あさひカフェ" in text
        for word in ("山田", "0590", "izumori", "ORGANIZER", "ATTENDEE", "CONTACT"):
            assert word not in text


def test_a_closure_is_a_gap_in_the_calendar(client: Browser, database: Database) -> None:
    key = make_resource(
        database,
        timetable=dated(
            Meeting(EVERY_DAY, 600, 700),
            holidays=HolidayRule.USUAL,
            closures=(Closure(today() + timedelta(days=2), today() + timedelta(days=4)),),
        ),
    )
    days = [event["dtstart"].dt.date() for event in events(client.get(f"/resources/{key}/calendar.ics").data)]
    closed = {today() + timedelta(days=number) for number in (2, 3, 4)}
    assert closed.isdisjoint(days)
    assert len(days) == 13 * 7 - 3


def test_a_place_without_known_days_has_an_empty_calendar(client: Browser, town: dict[str, int]) -> None:
    answer = client.get(f"/resources/{town['unasked']}/calendar.ics")
    assert answer.status_code == 200
    assert events(answer.data) == []


def test_too_many_places_are_refused_in_words_and_many_sessions_end_with_a_whole_week(
    client: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make_resource(database, timetable=dated(Meeting(EVERY_DAY, 600), holidays=HolidayRule.USUAL))
    monkeypatch.setattr(routes, "SESSIONS_MOST", 45)
    days = {event["dtstart"].dt.date() for event in events(client.get("/resources/calendar.ics").data)}
    assert days == {today() + timedelta(days=number) for number in range(14)}
    monkeypatch.setattr(routes, "PLACES_MOST", 2)
    answer = client.get("/resources/calendar.ics")
    assert answer.status_code == 422
    assert "2件までになるように、条件で絞ってください" in answer.text


def test_the_page_says_how_to_take_the_calendar_along(client: Browser, town: dict[str, int]) -> None:
    client.get(f"{PAGE}&q=カフェ&sort=kind")
    assert "カレンダーに入れる" in client.text
    assert "http://localhost/resources/calendar.ics?q=" in client.text
    assert "week=" not in client.text
