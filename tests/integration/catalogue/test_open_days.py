"""What is open on a day: list, table, map, paper and counts agree, 不明 stands by itself, and 否 is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Right, Role
from app.db.database import Database
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
)
from app.resources.vocabulary import Disclosure, ResourceState
from tests.factories.openings import make_host
from tests.factories.resources import LAT, LON, make_kind, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import statements

from .conftest import Features, Shown

TUESDAY = "2026-11-24"
HOLIDAY = "2026-11-23"  # 勤労感謝の日, a Monday
SATURDAY = "2026-11-28"


def dated(*meetings: Meeting, **rest: Any) -> dict[str, Any]:
    """The document of a timetable."""
    return document_of(Timetable(meetings, **rest))


@pytest.fixture
def town(database: Database) -> dict[str, int]:
    """A place of each sort; the names stand in the order of the list."""
    tuesdays = dated(Meeting("0Tu", 600, 720, who="親子"), holidays=HolidayRule.CLOSED)
    every_day = "0Mo0Tu0We0Th0Fr0Sa0Su"
    return {
        "tuesdays": make_resource(database, name="あ火曜の会", timetable=tuesdays, lon=LON, lat=LAT),
        "mondays": make_resource(database, name="い月曜の会", timetable=dated(Meeting("0Mo", 600))),
        "daily": make_resource(
            database,
            name="う毎日の店",
            timetable=dated(
                Meeting(every_day, 540, 1_020),
                holidays=HolidayRule.USUAL,
                closures=(Closure(date(2026, 11, 24), date(2026, 11, 27), "改修"),),
            ),
        ),
        "event": make_resource(
            database,
            name="え祭り",
            timetable=dated(dates=(SpecialDays(date(2026, 11, 28), date(2026, 11, 28), 600, 900),)),
        ),
        "mask": make_resource(
            database, name="お曜日だけの会", weekday_mask=0b10, schedule="0Tu", lon=LON, lat=LAT
        ),
        "unasked": make_resource(database, name="か聞いていない会", kind="公民館"),
        "paused": make_resource(database, name="き休みの会", state=ResourceState.PAUSED, timetable=tuesdays),
        "refuge": make_resource(
            database,
            kind="避難先",
            name="しずかな家",
            is_refuge=True,
            disclosure=Disclosure.CLOSED,
            timetable=tuesdays,
        ),
    }


@pytest.mark.parametrize(
    ("day", "certain", "unsure"),
    [
        (TUESDAY, ["tuesdays"], ["mask", "unasked"]),
        (HOLIDAY, ["daily"], ["mondays", "mask", "unasked"]),
        (SATURDAY, ["daily", "event"], ["mask", "unasked"]),
    ],
)
def test_what_is_open_comes_first_and_what_is_not_known_stands_by_itself(
    client: Browser, town: dict[str, int], shown: Shown, day: str, certain: list[str], unsure: list[str]
) -> None:
    expected = [town[name] for name in (*certain, *unsure)]
    for view in ("list", "table", "print"):
        assert shown(client, f"/resources?on={day}&view={view}") == expected
        assert f"この日に開いている場所 {len(certain)}件" in client.text
        assert f"この日に開いているかわからない場所 {len(unsure)}件" in client.text
    assert shown(client, f"/resources?on={day}&sort=-name") == [
        *(town[name] for name in reversed(certain)),
        *(town[name] for name in reversed(unsure)),
    ]


def test_each_doubt_has_its_reason_and_each_open_day_its_hours(client: Browser, town: dict[str, int]) -> None:
    client.get(f"/resources?on={TUESDAY}")
    assert "11月24日（火） 10:00〜12:00（親子）" in client.text
    assert "毎週火曜日と聞いていますが、この日に開くかは確かめていません" in client.text
    assert "いつ開いているかは、まだ聞いていません" in client.text
    client.get(f"/resources?on={HOLIDAY}")
    assert "祝日（勤労感謝の日）に開くかは、まだ聞いていません" in client.text


def test_counts_by_kind_and_the_map_are_those_of_the_list(
    client: Browser, town: dict[str, int], features: Features, shown: Shown
) -> None:
    client.get(f"/resources?on={TUESDAY}")
    assert "3件見つかりました" in client.text
    assert "公民館（1）" in client.text
    assert "居場所（2）" in client.text
    drawn = {feature["id"] for feature in features(client, f"/resources/map.geojson?on={TUESDAY}")}
    assert drawn == {town["tuesdays"], town["mask"]}
    client.get(f"/resources?on={TUESDAY}&view=map")
    assert "地図に出せない場所 1件" in client.text
    assert shown(client, f"/resources?on={TUESDAY}&day=0") == []


def test_pages_follow_each_other_through_both_parts(
    client: Browser, database: Database, shown: Shown, shown_on_all_pages: Shown
) -> None:
    surely = [make_resource(database, timetable=dated(Meeting("0Tu", 600))) for _ in range(35)]
    perhaps = [make_resource(database) for _ in range(35)]
    listed = shown_on_all_pages(client, f"/resources?on={TUESDAY}")
    assert len(listed) == len(set(listed)) == 70
    assert set(listed[:35]) == set(surely)
    assert set(listed[35:]) == set(perhaps)
    assert shown(client, f"/resources?on={TUESDAY}&view=print") == listed
    client.get(f"/resources?on={TUESDAY}")
    assert "開いているかわからない場所 35件" in client.text


def test_a_day_is_measured_from_a_town_as_well(
    client: Browser, database: Database, town: dict[str, int], shown: Shown
) -> None:
    near = make_town(database, "駅前一丁目")
    assert shown(client, f"/resources?on={TUESDAY}&town={near}&within=500") == [
        town["tuesdays"],
        town["mask"],
    ]
    assert shown(client, f"/resources?on={TUESDAY}&town={near}&sort=near") == [
        town["tuesdays"],
        town["mask"],
        town["unasked"],
    ]


def test_what_is_paused_is_not_open_for_the_staff_either(
    sign_in_as: SignInAs, town: dict[str, int], shown: Shown
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    assert town["paused"] in shown(browser, "/resources")
    assert town["paused"] not in shown(browser, f"/resources?on={TUESDAY}")


@pytest.mark.parametrize("role", list(Role))
def test_a_refuge_is_neither_open_nor_unsure_without_the_right(
    sign_in_as: SignInAs, town: dict[str, int], shown: Shown, role: Role
) -> None:
    browser = sign_in_as(role)
    for view in ("list", "table", "print"):
        assert town["refuge"] not in shown(browser, f"/resources?on={TUESDAY}&view={view}")
        assert "3件" in browser.text
    entitled = sign_in_as(
        account=make_account(browser_database(browser), role, rights=(Right.PLACE_IN_REFUGE,))
    )
    assert town["refuge"] in shown(entitled, f"/resources?on={TUESDAY}")


def browser_database(browser: Browser) -> Database:
    """The database behind a browser."""
    found: Database = browser.application.extensions["tsunagi.database"]
    return found


def test_the_days_that_most_people_ask_for_are_links(client: Browser, town: dict[str, int]) -> None:
    page = client.get("/resources?q=の会").text
    for name in ("きょう", "あした", "今度の土曜"):
        assert name in page
    assert page.count("&amp;on=20") + page.count("?on=20") >= 3
    client.get(f"/resources?on={TUESDAY}")
    assert "11月24日（火）に開いている" in client.text


@pytest.mark.parametrize("typed", ["2026-13-01", "きのう", "1999-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_with_its_field(client: Browser, typed: str) -> None:
    assert client.get("/resources", query_string={"on": typed}).status_code == 422
    assert "この日に開いている：" in client.text


def test_free_seats_are_for_the_staff_on_the_day_or_soon(
    client: Browser, sign_in_as: SignInAs, database: Database, town: dict[str, int], shown: Shown
) -> None:
    make_host(database, "あさひ農園", seats=1)
    make_host(database, "満席の店", seats=0)
    staff = sign_in_as(Role.COORDINATOR)
    found = shown(staff, "/resources?seats=y")
    assert len(found) == 1
    assert "枠が空いている" in staff.text
    assert shown(staff, f"/resources?seats=y&on={TUESDAY}") == found
    assert shown(staff, f"/resources?seats=y&on={SATURDAY}") == []
    assert len(shown(client, "/resources?seats=y")) > 1
    assert "枠が空いている" not in client.text


@pytest.mark.parametrize("path", [f"/resources?on={TUESDAY}", f"/resources?on={TUESDAY}&view=table&seats=y"])
def test_the_day_takes_as_many_statements_for_many_as_for_few(
    app: Flask, sign_in_as: SignInAs, database: Database, path: str
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    kind = make_kind(database, "居場所")
    assert kind
    counts = []
    for number in (2, 20):
        for _ in range(number):
            make_resource(database, timetable=dated(Meeting("0Tu", 600)))
        make_host(database, f"農園{number}")
        browser.get(path)
        with statements(app) as seen:
            browser.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_card_counts_the_next_days_and_says_what_is_not_known(
    client: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    key = make_resource(
        database,
        timetable=dated(
            Meeting("0Tu", 600, 720, who="親子"),
            Meeting("0Tu", 780, 900),
            Meeting("7Su", 600, 720),
            closures=(Closure(date(2099, 8, 10), date(2099, 8, 16), "改修"),),
        ),
    )
    client.get(f"/resources/{key}")
    for words in (
        "つぎの5回",
        "13:00〜15:00",
        "（親子）",
        "隔週の日曜日",
        "2099年8月10日〜8月16日は休み（改修）",
    ):
        assert words in client.text
    assert "祝日：" in client.text
    assert f"/resources/{key}/calendar.ics" in client.text


def test_a_light_card_says_only_what_is_known(client: Browser, database: Database) -> None:
    known = make_resource(database, is_light=True, timetable=dated(Meeting("0Tu", 600, 720)))
    unknown = make_resource(database, is_light=True, schedule_note="夕方")
    client.get(f"/resources/{known}")
    assert "つぎの5回" in client.text
    assert client.page is not None
    assert not [element for element in client.page.iter("ol") if element.get("class") == "week"]
    client.get(f"/resources/{unknown}")
    assert client.described("いつごろ") == "夕方"
    assert "つぎの" not in client.text


def test_the_card_of_older_rows_names_days_and_no_dates(client: Browser, town: dict[str, int]) -> None:
    client.get(f"/resources/{town['mask']}")
    assert "毎週火曜日" in client.text
    assert "日付ごとの予定は、まだ聞いていません" in client.text
    client.get(f"/resources/{town['unasked']}")
    assert "曜日： 不明" in client.text


def test_only_what_residents_see_can_be_subscribed_to(
    sign_in_as: SignInAs, database: Database, town: dict[str, int]
) -> None:
    staff = sign_in_as(Role.COORDINATOR)
    partners = make_resource(
        database, disclosure=Disclosure.PARTNERS, timetable=dated(Meeting("0Tu", 600, 720))
    )
    assert "calendar.ics" in staff.get(f"/resources/{town['tuesdays']}").text
    for key in (partners, town["paused"]):
        assert "calendar.ics" not in staff.get(f"/resources/{key}").text
