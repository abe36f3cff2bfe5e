"""Wishes of a place: what surely fits comes first, what nobody knows comes apart, what does not fit is left out."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Right, Role, Scope
from app.db.database import Database
from app.geo.points import Point
from app.resources.engine.wishes import PUBLICS, WISHES, Section, wishes_in
from app.resources.queries import catalogue
from app.resources.queries.criteria import Filter, Origin
from app.resources.vocabulary import Disclosure, KindGroup
from tests.factories.resources import LAT, LON, make_resource, make_town
from tests.support.clients import Browser
from tests.support.databases import assert_statements

from .conftest import Shown

EVERYBODY = Scope(None)
ANSWERS = (
    "有",
    "無",
    "可",
    "不可",
    "いる",
    "いない",
    "要相談",
    "静か",
    "ふつう",
    "にぎやか",
    "少なめ",
    "軽い",
    "ゆっくり",
    "8",
    "30",
    "0",
    "300",
)
AUDIENCES = (
    None,
    "",
    "おおむね65歳以上",
    "子どもと大人",
    "女性",
    "だれでも",
    "障害のある人・疑いのある人",
    "会員",
)


def _facts(rng: Random) -> dict[str, Any]:
    items = [*(getattr(wish, "item", "費用円") for wish in WISHES.values()), "ことば"]
    traits = {item: rng.choice(ANSWERS) for item in items if rng.random() < 0.6}
    if rng.random() < 0.6:
        traits["ことば"] = rng.choice(["英語", "英語;手話", "やさしい日本語"])
    return {
        "traits": traits,
        "pickup": rng.choice([None, "有", "無", "要相談"]),
        "fee": rng.choice([None, "無料", "無料（材料費は別）", "300円"]),
        "audience": rng.choice(AUDIENCES),
        "age_from": rng.choice([None, 0, 18, 65]),
        "age_to": rng.choice([None, 39, 999]),
        "gap_welcome": rng.choice([None, True, False]),
    }


QUESTIONS = [
    *(Filter(wishes=frozenset({key})) for key in WISHES),
    *(Filter(public=key) for key in PUBLICS),
    *(Filter(age=age) for age in (0, 17, 18, 39, 40, 65, 120)),
    Filter(gap_welcome=True),
    Filter(language="英語"),
    Filter(language="手話", wishes=frozenset({"quiet", "free"}), age=40),
]


def test_the_database_decides_as_a_reader_of_one_card_does(database: Database) -> None:
    rng = Random(7)
    for _ in range(60):
        make_resource(database, **_facts(rng))
    with database.reading(EVERYBODY) as session:
        everything = [entry.resource for entry in catalogue.list_entries(session, Filter(), scope=EVERYBODY)]
        for wanted in QUESTIONS:
            verdicts = {
                place.id: [wish.verdict(place) for wish in wanted.asked_of_places] for place in everything
            }
            entries = catalogue.list_entries(session, wanted, scope=EVERYBODY)
            sure = [entry.resource.id for entry in entries if entry.is_sure]
            assert set(sure) == {key for key, said in verdicts.items() if all(said)}, wanted
            assert {entry.resource.id for entry in entries} == {
                key for key, said in verdicts.items() if False not in said
            }, wanted
            assert [entry.resource.id for entry in entries][: len(sure)] == sure, wanted
            counts = catalogue.count_by_kind(session, wanted, scope=EVERYBODY)
            assert sum(count.total for count in counts) == len(entries)
            assert sum(count.unsure for count in counts) == len(entries) - len(sure)


def test_a_list_says_apart_what_nobody_knows_and_what_to_ask(
    client: Browser, database: Database, shown: Shown
) -> None:
    unknown = make_resource(database, name="あの場", traits={"静けさ": "静か"})
    fits = make_resource(database, name="この場", traits={"静けさ": "静か", "見学可": "可"})
    make_resource(database, name="その場", traits={"静けさ": "静か", "見学可": "不可"})
    for view in ("list", "table", "print"):
        assert shown(client, f"/resources?feel=quiet&way=look-around&view={view}") == [fits, unknown]
        assert "不明（聞けば分かるかもしれません） 1件" in client.text
        assert "不明：見学" in client.text
    assert (
        "条件にあう場所 1件、不明なことがある場所 1件"
        in client.get("/resources?feel=quiet&way=look-around").text
    )


def test_a_day_and_a_wish_are_one_question(client: Browser, database: Database, shown: Shown) -> None:
    key = make_resource(database, traits={"見学可": "可"})
    assert shown(client, "/resources?way=look-around&on=2026-11-24") == [key]
    # That it may be looked at is known; whether it is open on the day is not.
    assert "条件にあう場所 0件、不明なことがある場所 1件" in client.text


def test_counts_of_kinds_follow_the_wishes(client: Browser, database: Database) -> None:
    make_resource(database, kind="居場所", traits={"見学可": "可"})
    make_resource(database, kind="居場所", traits={"見学可": "不可"})
    make_resource(database, kind="相談", group=KindGroup.SUPPORT)
    client.get("/resources?way=look-around")
    assert "居場所（1）" in client.text
    assert "相談（1）" in client.text


def test_each_wish_is_taken_away_by_its_own_chip(client: Browser, database: Database) -> None:
    make_resource(database)
    client.get("/resources?feel=quiet&feel=few&way=free&age=42&public=older&language=英語&gap=y")
    assert client.page is not None
    chips = {
        "".join(link.itertext()).strip(): link.get("href") or ""
        for link in client.page.iter("a")
        if link.get("class") == "chip chip--filter"
    }
    assert {
        "静か",
        "少人数（10人まで）",
        "無料",
        "42歳の人",
        "高齢の人向け",
        "ことば：英語",
        "狭間の人も可",
    } <= set(chips)
    assert "feel=few" in chips["静か"]
    assert "feel=quiet" not in chips["静か"]
    assert "age=42" not in chips["42歳の人"]


def test_the_panel_counts_what_is_chosen_and_opens_there(client: Browser, database: Database) -> None:
    make_resource(database)
    client.get("/resources?feel=quiet&feel=few&age=42")
    assert "2つ選択中" in client.text
    assert "（3つ選択中）" in client.text


def test_wishes_ask_the_database_no_more_often(app: Flask, client: Browser, database: Database) -> None:
    make_resource(database)
    with assert_statements(app, 4):
        client.get("/resources?feel=quiet&way=free&way=look-around&build=step-free&age=42&public=older&gap=y")


@pytest.mark.parametrize("section", list(Section))
def test_every_part_of_the_panel_has_boxes(section: Section) -> None:
    assert wishes_in(section)


def test_the_week_says_that_the_unknown_is_in_it(client: Browser, database: Database) -> None:
    make_resource(database)
    client.get("/resources/calendar?feel=quiet")
    assert "条件にあうかが不明の場所も入っています" in client.text


def test_what_nobody_knows_the_weekdays_or_the_place_of_is_shown_apart_when_asked_for(
    client: Browser, database: Database
) -> None:
    town = make_town(database, "なぎさ台")
    near: dict[str, Any] = {"lat": LAT, "lon": LON}
    tuesday = make_resource(database, name="火曜の会", weekday_mask=0b10, **near)
    make_resource(database, name="水曜の会", weekday_mask=0b100, **near)
    no_days = make_resource(database, name="曜日は聞いていない会", **near)
    no_place = make_resource(database, name="場所は聞いていない会", weekday_mask=0b10)
    refuge: dict[str, Any] = {
        "kind": "避難先",
        "group": KindGroup.REFUGE,
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED,
    }
    make_resource(database, name="かくれが", **refuge)
    asked = f"/resources?day=1&town={town}&within=1000"
    client.get(asked)
    assert "1件見つかりました" in client.text
    assert "わからない場も見る" in client.text
    client.get(f"{asked}&unknown=1")
    assert client.text.index("条件にあう場所 1件") < client.text.index(
        "不明（聞けば分かるかもしれません） 2件"
    )
    assert "水曜の会" not in client.text
    for view in ("table", "print", "map"):
        assert client.get(f"{asked}&unknown=1&view={view}").status_code == 200
    origin = Origin("なぎさ台", Point(LON, LAT))
    wanted = Filter(weekdays=0b10, origin=origin, radius_m=1_000, with_unknown=True)
    holder = Scope(1, frozenset({Role.COORDINATOR}), frozenset({Right.PLACE_IN_REFUGE}))
    for scope in (EVERYBODY, holder):
        with database.reading(scope) as session:
            found = catalogue.list_entries(session, wanted, scope=scope)
        assert [(entry.resource.id, entry.is_sure) for entry in found] == [
            (tuesday, True),
            (no_place, False),
            (no_days, False),
        ]


def test_where_nothing_is_known_for_certain_the_page_offers_what_is_not_known(
    client: Browser, database: Database
) -> None:
    make_resource(database, name="曜日は聞いていない会")
    client.get("/resources?day=1")
    assert "わからない場も見る" in client.text
    client.get("/resources?day=1&unknown=1")
    assert "曜日は聞いていない会" in client.text
    assert "わかっている場だけ見る" in client.text
    client.get("/resources?unknown=1")
    assert "わかっている場だけ見る" not in client.text
