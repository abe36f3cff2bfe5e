"""The pages for residents: what stands on them, who may keep them, and what never gets out by them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.vocabulary import Right, Role, Scope
from app.clock import TOKYO, frozen, today
from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.resources.engine.purposes import ALL_PURPOSES
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import HolidayRule, Meeting, Timetable
from app.resources.models import Resource, ResourceKind
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from tests.factories.resources import (
    LAT,
    LON,
    make_catalogue,
    make_district,
    make_resource,
    make_town,
)
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, statements

from .conftest import Shown

# A Wednesday, with no holiday in the week.
MOMENT = datetime(2026, 11, 11, 9, 0, tzinfo=TOKYO)
CANARIES = ("ひみつの月あかり荘", "月影坂9-8-7", "0590-98-7654", "関係者の内々の会", "世話役 山田花子")


def weekly(code: str, opens: int | None, closes: int | None) -> dict[str, object]:
    """The document of a timetable with one meeting."""
    return document_of(Timetable((Meeting(code, opens, closes),), holidays=HolidayRule.CLOSED))


@pytest.fixture
def town(database: Database) -> dict[str, int]:
    """A district of two towns with places of several sorts, and with all that must not be seen."""
    district = make_district(database, "中央")
    east = make_town(database, "東町", district="中央")
    west = make_town(database, "西町", lon=LON + 0.012, district="中央")
    far = make_town(database, "山の町", lon=LON + 0.2)
    refuge = {"is_refuge": True, "disclosure": Disclosure.CLOSED, "contact_is_public": True}
    places = {
        "cafe": make_resource(
            database,
            name="東の茶話会",
            kana="ヒガシノチャワカイ",
            town_id=east,
            lon=LON,
            lat=LAT,
            timetable=weekly("0We", 600, 720),
            contact="0590-00-1111",
            contact_is_public=True,
            address="瀬凪市東町1",
            source="市の一覧",
        ),
        "gym": make_resource(
            database,
            kind="通いの場",
            name="西の体操",
            town_id=west,
            lon=LON + 0.012,
            lat=LAT,
            point_precision=PositionPrecision.TOWN,
            timetable=weekly("0We", 840, 960),
            contact="世話役 山田花子 0590-98-7654",
        ),
        "unasked": make_resource(database, name="聞いていない会", town_id=east),
        "window": make_resource(
            database,
            kind="相談",
            name="なんでも相談 東",
            town_id=east,
            contact="0590-00-2222（平日）",
            contact_is_public=True,
            timetable=weekly("0Mo0Tu0We0Th0Fr", 510, 1_035),
        ),
        "far": make_resource(database, kind="ボランティア", name="山の手伝い", town_id=far),
    }
    make_resource(
        database,
        kind="避難先",
        name="ひみつの月あかり荘",
        address="月影坂9-8-7",
        contact="0590-98-7654",
        town_id=east,
        lon=LON + 0.0012345,
        lat=LAT + 0.0012345,
        **refuge,
    )
    make_resource(
        database,
        kind="相談",
        name="なんでも相談 ひみつの月あかり荘",
        contact="0590-98-7654",
        town_id=east,
        **refuge,
    )
    make_resource(
        database,
        name="関係者の内々の会",
        disclosure=Disclosure.PARTNERS,
        town_id=east,
        timetable=weekly("0We", 600, 720),
        contact="0590-98-7654",
        contact_is_public=True,
    )
    return places | {"district": district, "east": east, "west": west}


def pages_of(town: dict[str, int]) -> list[str]:
    """Every sort of page, in both languages."""
    lists = ["", "?day=today", "?day=wed&part=morning", f"?area={town['district']}", f"?area={town['east']}"]
    found = [
        "/places",
        "/places/areas",
        "/places/phone",
        f"/places/{town['cafe']}",
        f"/places/{town['gym']}",
        *(f"/places/list{asked}" for asked in lists),
        *(f"/places/list?purpose={slug}" for slug in ALL_PURPOSES),
        f"/places/paper?area={town['district']}",
        f"/places/paper?area={town['east']}&by=kind",
        f"/places/map?area={town['district']}",
        f"/places/map?area={town['east']}&paper=a3",
    ]
    return found + [f"{path}{'&' if '?' in path else '?'}easy=1" for path in found]


def test_the_first_page_leads_to_every_purpose_that_has_places(client: Browser, town: dict[str, int]) -> None:
    page = client.get("/places").text
    assert "なにがしたいですか" in page
    assert "purpose=talk" in page
    assert "purpose=event" not in page, "nobody walks to a list on which nothing stands"


def test_a_purpose_shows_its_places_and_says_how_many(
    client: Browser, town: dict[str, int], shown: Shown
) -> None:
    assert shown(client, "/places/list?purpose=move") == [town["gym"]]
    assert "1件" in client.text
    assert "体操、散歩、運動" in client.text


def test_a_day_parts_what_is_open_from_what_nobody_knows(
    client: Browser, town: dict[str, int], shown: Shown
) -> None:
    with frozen(MOMENT):
        found = shown(client, f"/places/list?day=today&area={town['district']}")
    assert found[-1] == town["unasked"]
    assert set(found[:-1]) == {town["cafe"], town["gym"], town["window"]}
    assert "開いているとわかっている 3件・わからない 1件" in client.text


@pytest.mark.parametrize(("part", "open_"), [("morning", "cafe"), ("afternoon", "gym")])
def test_a_part_of_the_day_is_asked_of_the_hours(
    client: Browser, town: dict[str, int], shown: Shown, part: str, open_: str
) -> None:
    with frozen(MOMENT):
        found = shown(client, f"/places/list?day=wed&part={part}")
    others = {"cafe": "gym", "gym": "cafe"}
    assert town[open_] in found
    assert town[others[open_]] not in found
    assert town["unasked"] in found, "what nobody knows is not shut"


def test_today_holds_what_the_catalogue_holds_for_the_day(
    client: Browser, database: Database, shown: Shown, shown_on_all_pages: Shown
) -> None:
    make_catalogue(database, 60, seed=5)
    make_resource(database, name="水曜の会", timetable=weekly("0We", 600, 720))
    with frozen(MOMENT):
        ours = set(shown_on_all_pages(client, "/places/list?day=today"))
        theirs = set(shown_on_all_pages(client, f"/resources?on={today().isoformat()}"))
    with database.reading(Scope(None)) as session:
        shelters = {
            key
            for (key,) in session.query(Resource.id)
            .join(Resource.kind)
            .filter(ResourceKind.group == KindGroup.SHELTER)
        }
    assert ours
    assert ours == theirs - shelters


def test_a_town_shows_what_is_in_it_and_then_what_is_near(
    client: Browser, town: dict[str, int], shown: Shown
) -> None:
    found = shown(client, f"/places/list?area={town['east']}")
    assert found[-1] == town["gym"]
    assert town["far"] not in found
    assert "東町の近く（中心からまっすぐ2kmまで）" in client.text
    assert not re.search(r"約\d+m", client.text), "metres alone say nothing"


def test_every_place_for_the_public_is_under_some_purpose(
    client: Browser, database: Database, shown_on_all_pages: Shown
) -> None:
    make_catalogue(database, 120, seed=9)
    make_resource(database, kind="町の謎の集まり", name="なにか")
    with database.reading(Scope(None)) as session:
        everything = {
            key
            for key, group in session.query(Resource.id, ResourceKind.group).join(Resource.kind)
            if group is not KindGroup.SHELTER
        }
    by_purpose: set[int] = set()
    for slug in ALL_PURPOSES:
        by_purpose.update(shown_on_all_pages(client, f"/places/list?purpose={slug}"))
    assert by_purpose == everything


def test_the_card_says_whom_to_ask_only_where_that_is_public(client: Browser, town: dict[str, int]) -> None:
    client.get(f"/places/{town['cafe']}")
    assert "0590-00-1111" in client.text
    client.get(f"/places/{town['gym']}")
    assert "市の相談窓口に聞いてください" in client.text


def test_a_bed_for_the_night_is_on_no_list_and_only_its_telephone_is_told(
    client: Browser, database: Database, town: dict[str, int], shown_on_all_pages: Shown
) -> None:
    shelter = make_resource(
        database,
        kind="緊急一時シェルター",
        name="ともしび",
        address="港通3-1",
        town_id=town["east"],
        lon=LON,
        lat=LAT,
        contact="0590-00-3333",
        contact_is_public=True,
    )
    for path in pages_of(town):
        text = client.get(path).text
        assert "港通" not in text, path
        assert ("ともしび" in text) == path.startswith("/places/phone"), path
    assert shelter not in shown_on_all_pages(client, "/places/list")
    assert client.get(f"/places/{shelter}").status_code == 404
    page = client.get("/places/phone").text
    assert "tel:0590003333" in page


def test_whom_to_call_is_told_with_the_lines_of_the_country_and_a_way_out(
    client: Browser, town: dict[str, int]
) -> None:
    answer = client.get("/places/phone")
    for number in ("0120-279-338", "#8008", "0120-279-889", "189", "0590-00-2222"):
        assert number in answer.text
    assert answer.headers["Cache-Control"] == "no-store", "the next one at this telephone must not find it"
    assert "data-leaves" in answer.text
    assert "履歴を消す" in client.text
    assert client.heading == "電話で話せるところ", "the title tells nothing to who reads the history"


@pytest.mark.parametrize("with_right", [False, True])
def test_nothing_that_is_not_public_gets_out_whoever_asks(
    app: Flask, database: Database, town: dict[str, int], sign_in_as: SignInAs, with_right: bool
) -> None:
    visitors = [new_browser(app)]
    rights = (Right.PLACE_IN_REFUGE,) if with_right else ()
    visitors.append(sign_in_as(account=make_account(database, *Role, rights=rights)))
    for visitor in visitors:
        for path in pages_of(town):
            text = visitor.get(path).text
            told = [canary for canary in CANARIES if canary in text]
            assert told == [], path


def test_hidden_places_change_no_figure(client: Browser, database: Database, town: dict[str, int]) -> None:
    before = [client.get(path).data for path in pages_of(town)]
    make_resource(
        database,
        kind="避難先",
        name="もう1つの秘密",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        town_id=town["east"],
        lon=LON,
        lat=LAT,
    )
    make_resource(database, name="内輪", disclosure=Disclosure.CLOSED, town_id=town["east"], lon=LON, lat=LAT)
    make_resource(database, name="休み", state=ResourceState.PAUSED, town_id=town["east"], lon=LON, lat=LAT)
    assert [client.get(path).data for path in pages_of(town)] == before


def test_two_visitors_get_the_same_bytes_that_a_cache_may_keep(app: Flask, town: dict[str, int]) -> None:
    for path in pages_of(town):
        one, other = new_browser(app).get(path), new_browser(app).get(path)
        assert one.data == other.data, path
        assert "Set-Cookie" not in one.headers, path
        assert "csrf" not in one.text, path
        assert "Cookie" not in one.headers.get("Vary", ""), path
        if not path.startswith("/places/phone"):
            assert one.headers["Cache-Control"] == "public, max-age=300", path
            again = new_browser(app).get(path, headers={"If-None-Match": one.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b""), path


def test_what_somebody_gets_who_is_signed_in_is_never_marked_public(
    app: Flask, town: dict[str, int], sign_in_as: SignInAs
) -> None:
    worker = sign_in_as(Role.COORDINATOR)
    for path in pages_of(town):
        answer = worker.get(path)
        assert "public" not in answer.headers["Cache-Control"], path
        assert answer.data == new_browser(app).get(path).data, "the page itself knows nobody"


def test_a_wrong_address_is_answered_in_words_and_kept_by_nobody(client: Browser) -> None:
    for asked in ("day=someday", "purpose=x", "part=midnight", "area=x"):
        answer = client.get(f"/places/list?{asked}")
        assert answer.status_code == 422
        assert answer.headers["Cache-Control"] == "no-store"
        assert "選び直してください" in client.text
    assert client.get("/places/list?area=999999").status_code == 404


def test_the_language_stays_with_whoever_chose_it(client: Browser, town: dict[str, int]) -> None:
    page = client.get("/places?easy=1").text
    inside = [link for link in re.findall(r'href="(/places[^"#]*)', page) if link != "/places"]
    assert inside
    assert all("easy=1" in link for link in inside)
    client.get(f"/places/{town['cafe']}?easy=1")
    assert (
        "<ruby>茶話会<rp>（</rp><rt>ちゃわかい</rt><rp>）</rp></ruby>"
        in client.get(f"/places/{town['cafe']}?easy=1").text
    )


def test_no_fixed_word_of_an_easy_page_lacks_its_reading(client: Browser) -> None:
    for path in ("/places", "/places/list", "/places/areas", "/places/phone", "/places/paper", "/places/map"):
        page = client.get(f"{path}?easy=1").text
        body = page.partition("<body")[2]
        without = re.sub(r"<ruby>.*?</ruby>|<[^>]*>", "", body)
        assert re.findall("[\u4e00-\u9fff]+", without) == [], path


def test_the_printed_list_names_days_places_and_whom_to_ask(
    client: Browser, town: dict[str, int], shown: Shown
) -> None:
    path = f"/places/paper?area={town['district']}&by=day"
    found = shown(client, path)
    assert found.count(town["window"]) == 5, "once under each of its days"
    assert found[-1] == town["unasked"]
    assert "0590-00-1111" in client.text
    assert "市の一覧" in client.text, "the source is named"
    assert f"/places/list?area={town['district']}" in client.text
    by_kind = shown(client, f"/places/paper?area={town['district']}&by=kind")
    assert sorted(by_kind) == sorted({town["cafe"], town["gym"], town["unasked"], town["window"]})


def test_the_map_numbers_what_it_can_and_marks_what_is_about_right(
    client: Browser, town: dict[str, int]
) -> None:
    page = client.get(f"/places/map?area={town['district']}").text
    assert page.count('class="pin"') == 2, "one place, and one in the legend"
    assert page.count("pin--approximate") == 2
    assert "outline--shown" in page
    assert "http://" not in re.sub(r'http://localhost[^<"]*', "", page), "nothing is fetched from elsewhere"


def test_a_town_that_cannot_be_drawn_is_a_list(client: Browser, database: Database, shown: Shown) -> None:
    town = make_town(database, "絵のない町")
    place = make_resource(database, name="集いの場", town_id=town)
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE area SET boundary = NULL"))
    assert shown(client, f"/places/map?area={town}") == [place]
    assert "area-map__drawing" not in client.get(f"/places/map?area={town}").text


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_full_town_takes_as_many_statements(app: Flask, database: Database, town: dict[str, int]) -> None:
    def count() -> list[int]:
        counts = []
        for path in pages_of(town):
            with statements(app) as seen:
                assert new_browser(app).get(path).status_code == 200
            counts.append(len(seen))
        return counts

    before = count()
    make_catalogue(database, 80, seed=3)
    assert count() == before


def test_the_doors_lead_here(client: Browser, sign_in_as: SignInAs) -> None:
    assert 'href="/places"' in client.get("/sign-in").text
    assert 'href="/places"' in client.get("/resources").text
    assert 'href="/places/paper"' in sign_in_as(Role.COORDINATOR).get("/resources").text


def test_a_day_of_the_week_names_the_next_one_that_is_open(
    client: Browser, database: Database, shown: Shown
) -> None:
    third = make_resource(database, name="第3水曜の会", timetable=weekly("3We", 600, 720))
    with frozen(MOMENT):
        assert shown(client, "/places/list?day=wed") == [third]
        assert "11月18日（水）" in client.text
        assert shown(client, "/places/list?day=thu") == []
    assert MOMENT.date() + timedelta(days=7) == date(2026, 11, 18)
