"""The pages of the catalogue: what they say, what they refuse, and how little they ask of the database."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask

from app.accounts.vocabulary import Role
from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.resources.vocabulary import KindGroup, ResourceState
from tests.factories.resources import (
    LAT,
    LON,
    make_catalogue,
    make_district,
    make_kind,
    make_resource,
    make_town,
)
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import assert_statements

from .conftest import Shown

# Kinds, towns, counts, rows.
LIST, MAP, CARD = 4, 3, 3


@pytest.mark.parametrize("size", [20, 200])
def test_a_page_asks_the_database_as_often_for_many_as_for_few(
    app: Flask, client: Browser, database: Database, size: int
) -> None:
    make_catalogue(database, size)
    key = make_resource(database)
    town = make_town(database, "駅前一丁目")
    for view in ("list", "table", "print"):
        with assert_statements(app, LIST):
            client.get(f"/resources?view={view}&day=1&q=体操&town={town}&within=5000&sort=near")
    with assert_statements(app, MAP):
        client.get("/resources?view=map")
    with assert_statements(app, MAP):
        client.get("/resources/map.geojson")
    with assert_statements(app, CARD):
        client.get(f"/resources/{key}")
    # The database compares a word of three characters with the texts itself.
    with assert_statements(app, LIST):
        client.get("/resources?q=体操の会")


@pytest.mark.parametrize(
    ("asked", "field", "remedy"),
    [
        ("kind=999", "種別", "並んでいるものから選んでください。"),
        ("day=9", "曜日", "並んでいるものから選んでください。"),
        ("town=999", "どこから", "並んでいるものから選んでください。"),
        ("within=1000", "どこから", "どの町からかを選んでください。"),
        ("sort=near", "どこから", "どの町からかを選んでください。"),
        ("view=globe", "見え方", "タブから選んでください。"),
        ("q=%E3%83%BB", "ことば", "文字か数字を入れてください。"),
    ],
)
def test_an_address_that_cannot_be_is_answered_with_its_field_and_a_remedy(
    client: Browser, asked: str, field: str, remedy: str
) -> None:
    assert client.get(f"/resources?{asked}").status_code == 422
    assert f"{field}：" in client.text
    assert remedy in client.text
    assert client.get(f"/resources/map.geojson?{asked}").status_code == 422


def test_an_empty_catalogue_says_what_comes_here(client: Browser) -> None:
    client.get("/resources")
    assert "まだ1件も載っていません" in client.text


def test_an_answer_without_a_hit_shows_the_way_on(client: Browser, database: Database) -> None:
    make_resource(database)
    client.get("/resources?q=天文台")
    assert "条件をすべて外す" in client.text


def test_thirty_on_a_page(client: Browser, database: Database, shown: Shown) -> None:
    for _ in range(31):
        make_resource(database)
    assert len(shown(client, "/resources")) == 30
    assert len(shown(client, "/resources?page=2")) == 1
    assert shown(client, "/resources?page=9") == []
    assert "31件のうち 1〜30" in client.get("/resources").text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("畑", 1),
        ("料理", 1),
        ("ﾘｮｳﾘ", 0),
        ("料理教室", 1),
        ("室教料理", 0),
        ("料理　畑", 1),
        ("犬", 0),
        ("-", None),
    ],
)
def test_words_of_any_length(
    client: Browser, database: Database, shown: Shown, words: str, found: int | None
) -> None:
    make_resource(database, name="料理教室と畑", description="理料の会、教理、室教")
    if found is None:
        assert client.get(f"/resources?q={words}").status_code == 422
    else:
        assert len(shown(client, f"/resources?q={words}")) == found


def test_pairs_alone_are_no_hit(client: Browser, database: Database, shown: Shown) -> None:
    make_resource(database, name="体操と操の会")
    assert shown(client, "/resources?q=体操の会") == []
    assert len(shown(client, "/resources?q=操の会")) == 1


def test_days_and_welcome(client: Browser, database: Database, shown: Shown) -> None:
    monday = make_resource(database, weekday_mask=0b1, gap_welcome=True)
    weekend = make_resource(database, weekday_mask=0b1100000, gap_welcome=False)
    unknown = make_resource(database)
    assert shown(client, "/resources?day=0") == [monday]
    assert set(shown(client, "/resources?day=0&day=6")) == {monday, weekend}
    assert "不明の場所は" in client.text
    assert shown(client, "/resources?gap=y") == [monday, unknown]
    assert unknown in shown(client, "/resources")


def test_light_cards_and_ended_places(
    client: Browser, sign_in_as: SignInAs, database: Database, shown: Shown
) -> None:
    light = make_resource(database, is_light=True)
    full = make_resource(database)
    ended = make_resource(database, state=ResourceState.ENDED)
    assert shown(client, "/resources?card=light") == [light]
    assert shown(client, "/resources?card=full") == [full]
    staff = sign_in_as(Role.COMMUNITY)
    assert ended not in shown(staff, "/resources")
    assert ended in shown(staff, "/resources?ended=y")
    assert "この場所は終わりました" in staff.get(f"/resources/{ended}").text


def test_distance_is_exact_and_a_vague_point_tells_its_class_only(
    client: Browser, database: Database, shown: Shown
) -> None:
    town = make_town(database, "駅前一丁目")
    # A degree of latitude is about 111 km.
    near = make_resource(database, name="い 近い場", lon=LON, lat=LAT + 0.0072)
    vague = make_resource(
        database, name="あ 町の場", lon=LON, lat=LAT + 0.0080, point_precision=PositionPrecision.TOWN
    )
    far = make_resource(database, name="う 遠い場", lon=LON, lat=LAT + 0.0091)
    pinless = make_resource(database, name="え どこかの場")
    ordered = shown(client, f"/resources?town={town}&sort=near")
    # Within a class the name decides: 800 m and 890 m are both 「約1kmまで」.
    assert ordered == [vague, near, far, pinless]
    assert set(shown(client, f"/resources?town={town}&within=1000")) == {near, vague}
    page = client.text
    assert "約800m" in page
    assert "約1kmまで（町のまん中で計算）" in page
    assert "890" not in page


def test_kinds_are_offered_with_their_counts(client: Browser, database: Database) -> None:
    make_kind(database, "空の種別")
    make_resource(database, kind="相談", group=KindGroup.SUPPORT)
    make_resource(database, kind="居場所")
    make_resource(database, kind="居場所")
    client.get("/resources")
    assert "居場所（2）" in client.text
    assert "相談（1）" in client.text
    assert "空の種別" not in client.text


def test_a_filter_is_taken_away_by_its_chip(client: Browser, database: Database) -> None:
    make_resource(database, weekday_mask=0b11)
    client.get("/resources?day=0&day=1&gap=y&view=table")
    assert client.page is not None
    chips = {
        "".join(link.itertext()).strip(): link.get("href")
        for link in client.page.iter("a")
        if "chip--filter" in link.get("class", "")
    }
    assert [name for name in chips if name.startswith("月曜日")] != []
    assert all("view=table" in (href or "") for href in chips.values())
    monday = next(href for name, href in chips.items() if name.startswith("月曜日"))
    assert monday is not None
    assert "day=1" in monday
    assert "day=0" not in monday


def test_what_is_not_known_is_said(client: Browser, database: Database) -> None:
    key = make_resource(database, name="わからない場")
    client.get(f"/resources/{key}")
    text = client.text
    for term in (
        "曜日：",
        "年齢",
        "対象",
        "狭間の人も可",
        "定員",
        "費用",
        "申込み",
        "近くの停留所",
        "送迎",
        "確認",
        "出典",
    ):
        assert term in text
    assert text.count("不明") >= 15
    assert "地図の上の場所は不明です。" in text
    assert "確認した日は不明" in text
    client.get("/resources?view=table")
    assert "不明" in client.text


def test_a_card_says_what_is_known(client: Browser, database: Database) -> None:
    town = make_town(database, "駅前一丁目")
    key = make_resource(
        database,
        name="ぶんこカフェ",
        description="本を読んで過ごします。\nお茶が出ます。",
        town_id=town,
        building="駅前ビル 3階",
        weekday_mask=0b101,
        schedule="0Mo13We",
        opens_minute=600,
        closes_minute=720,
        age_from=18,
        gap_welcome=True,
        gap_seats=2,
        traits={"静けさ": "静か", "段差": "無"},
        confirmed_on=date(2026, 3, 9),
        lon=LON,
        lat=LAT,
        point_precision=PositionPrecision.TOWN,
        source="市の一覧",
    )
    client.get(f"/resources/{key}")
    assert client.heading == "ぶんこカフェ"
    for said in (
        "毎週月曜日、第1・3水曜日 10:00〜12:00",
        "駅前一丁目 駅前ビル 3階",
        "18歳以上",
        "はい（2人まで）",
        "静か",
        "段差 なし",
        "約",
        "市の一覧",
        "2026年3月9日（月）",
    ):
        assert said in client.text, said


def test_a_light_card_says_no_more_than_neighbours_would(client: Browser, database: Database) -> None:
    key = make_resource(
        database,
        name="銭湯の縁台",
        is_light=True,
        building="松の湯の前",
        schedule_note="夕方、のれんが出る前",
        contact="番台の人",
        contact_is_public=True,
        audience="おおむね65歳以上",
        fee="無料",
        traits={"静けさ": "静か"},
        confirmed_on=date(2026, 9, 1),
    )
    client.get(f"/resources/{key}")
    for said in ("松の湯の前", "夕方、のれんが出る前", "番台の人", "確認は9月"):
        assert said in client.text
    for unsaid in ("65歳", "無料", "静か", "定員", "不明"):
        assert unsaid not in client.text


def test_paper_holds_the_whole_set(client: Browser, database: Database, shown: Shown) -> None:
    for _ in range(40):
        make_resource(database)
    assert len(shown(client, "/resources?view=print")) == 40
    assert client.heading == "町内の場一覧"


def test_the_outlines_are_asked_for_once(client: Browser, database: Database) -> None:
    make_district(database, "中央")
    first = client.get("/resources/districts.geojson")
    assert [feature["properties"]["title"] for feature in json.loads(first.text)["features"]] == ["中央"]
    tag = first.headers["ETag"]
    again = client.get("/resources/districts.geojson", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    make_district(database, "城山", lon=LON + 0.1)
    assert client.get("/resources/districts.geojson", headers={"If-None-Match": tag}).status_code == 200


def test_the_place_of_a_phone_travels_in_a_post_and_nowhere_else(client: Browser, database: Database) -> None:
    make_resource(database, name="近い場", lon=LON, lat=LAT + 0.001)
    make_resource(database, name="遠い場", lon=LON, lat=LAT + 0.05)
    client.get("/resources")
    answer = client.submit("/resources/nearby", lat=str(LAT), lon=str(LON))
    assert answer.status_code == 200
    assert "近い場" in client.text
    assert "遠い場" not in client.text
    assert str(LON) not in answer.text
    assert client.get("/resources/nearby").status_code == 405
    client.get("/resources")
    assert client.submit("/resources/nearby").status_code == 422


def test_the_header_searches_from_every_other_page(
    client: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    key = make_resource(database)
    browser = sign_in_as(Role.CSW)
    browser.get("/account")
    assert "/resources" in [form.action for form in browser.forms()]
    client.get(f"/resources/{key}")
    assert [form.names for form in client.forms()] == [frozenset({"q"})]
