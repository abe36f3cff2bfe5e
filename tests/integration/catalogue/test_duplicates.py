"""Places that stand in the catalogue twice are found, by a row of a file and on a page of their own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now
from app.db.database import Database
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.report import Alike
from app.resources.models import Resource
from app.resources.queries import duplicates as queries
from app.resources.queries.pairs import list_pairs
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, Disclosure, KindGroup, ResourceState
from tests.factories.resources import LAT, LON, make_catalogue, make_resource
from tests.support.databases import database_of, statements

BY = Actor.system("test")
CAFE: dict[str, Any] = {
    "name": "ぶんこカフェ こもれび",
    "address": "常盤市本町1-2-3",
    "contact": "0532-11-2222",
}


def checked(
    line: int = 2, *, kind: str = "居場所", name: str = "文庫カフェこもれび", **values: Any
) -> CheckedRow:
    return CheckedRow(
        line=line,
        name=name,
        kind=kind,
        identity=f"file|{line}",
        is_refuge=False,
        values={"name": name, "kind": kind, **values},
        defaults={},
        digest="",
    )


def alike(database: Database, *rows: CheckedRow) -> dict[int, tuple[Alike, ...]]:
    with database.reading(BY.scope) as session:
        return queries.find_alike(session, rows, scope=BY.scope)


def pairs(database: Database) -> list[tuple[int, int]]:
    with database.reading(BY.scope) as session:
        return [(pair.first_id, pair.second_id) for pair in list_pairs(session, scope=BY.scope)]


def test_a_row_finds_the_place_that_is_written_another_way_with_its_reasons(database: Database) -> None:
    place = make_resource(database, **CAFE)
    make_resource(database, name="よりあい処", address="常盤市本町1-2-3")
    found = alike(
        database,
        checked(address="常盤市本町一丁目2番3号", contact="０５３２（１１）２２２２"),
        checked(3, name="別の場所"),
    )
    assert list(found) == [2]
    (only,) = found[2]
    assert only.resource_id == place
    assert only.reasons[:2] == ("住所が同じ", "電話番号が同じ")
    assert "名前が似ている（文庫カフェこもれび／ぶんこカフェ こもれび）" in only.reasons


def test_a_row_without_town_and_with_the_body_in_front_of_its_name_is_found(database: Database) -> None:
    place = make_resource(database, name="みどり医院", address="常盤市本町5-6", kind="診療所")
    found = alike(database, checked(name="医療法人青空会　みどり医院", kind="診療所", address="本町5番6号"))
    assert [each.resource_id for each in found[2]] == [place]
    assert found[2][0].reasons == ("名前がほぼ同じ（医療法人青空会 みどり医院／みどり医院）", "住所が同じ")


def test_one_sign_alone_names_nobody(database: Database) -> None:
    make_resource(database, name="こもれび", contact="0532-11-2222", lon=LON, lat=LAT)
    assert not alike(database, checked(name="こもれび"))
    assert not alike(database, checked(name="ひだまり", contact="0532-11-2222"))
    assert not alike(database, checked(name="ひだまり", point=(LON, LAT), point_precision="lot"))


def test_the_same_room_on_another_day_for_another_purpose_is_not_proposed(database: Database) -> None:
    make_resource(
        database, name="本町会館のサロン", address="常盤市本町1-1", kind="通いの場", weekday_mask=0b1
    )
    assert not alike(
        database,
        checked(name="本町会館のサロン", address="常盤市本町1-1", kind="学び", weekday_mask=0b10000),
    )


def test_the_point_of_a_town_says_nothing_and_a_surveyed_one_does(database: Database) -> None:
    make_resource(database, name="みなと文庫", lon=LON, lat=LAT)
    near: dict[str, Any] = {"name": "みなと文庫", "point": (LON + 0.0004, LAT)}
    assert not alike(database, checked(**near, point_precision="town"))
    found = alike(database, checked(**near, point_precision="surveyed"))
    assert found[2][0].reasons == ("名前が同じ", "約40m")


@pytest.mark.parametrize("right", [frozenset(), frozenset({Right.PLACE_IN_REFUGE})])
def test_a_refuge_is_named_to_nobody(database: Database, right: frozenset[Right]) -> None:
    facts: dict[str, Any] = {
        "kind": "避難先",
        "group": KindGroup.REFUGE,
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED,
    }
    make_resource(database, **CAFE, **facts)
    make_resource(database, **CAFE, **facts)
    keeper = Actor(1, "浜岡", frozenset({Role.COORDINATOR}), right)
    with database.reading(keeper.scope) as session:
        row = checked(**CAFE)
        assert queries.find_alike(session, [row], scope=keeper.scope) == {}
        assert list_pairs(session, scope=keeper.scope) == []


def test_what_has_ended_is_not_held_against_a_row(database: Database) -> None:
    make_resource(database, **CAFE, state=ResourceState.ENDED)
    assert not alike(database, checked(**CAFE))


def test_a_thousand_rows_take_two_statements_and_name_at_most_three_each(
    app: Flask, database: Database
) -> None:
    for _ in range(5):
        make_resource(database, **CAFE)
    make_catalogue(database, 60)
    rows = [checked(line, **CAFE) for line in range(2, 502)] + [
        checked(line, name=f"会館{line}", address=f"常盤市本町{line}-1") for line in range(502, 1002)
    ]
    with statements(app) as seen:
        found = alike(database_of(app), *rows)
    assert len(seen) == 2
    assert {len(each) for each in found.values()} == {3}
    assert len(found) == 500


def test_pairs_are_listed_best_first_and_a_crowd_at_one_spot_is_none(database: Database) -> None:
    first = make_resource(database, **CAFE, kind="居場所")
    second = make_resource(database, **{**CAFE, "contact": None}, kind="居場所")
    third = make_resource(database, **CAFE, kind="居場所")
    for number in range(10):
        make_resource(
            database, name=f"{'あいうえおかきくけこ'[number]}の会", address="常盤市本町9-9", lon=LON, lat=LAT
        )
    assert pairs(database) == [(first, third), (first, second), (second, third)]


def test_what_was_found_is_kept_until_an_entry_changes(app: Flask) -> None:
    database = database_of(app)
    first, second = make_resource(database, **CAFE), make_resource(database, **CAFE)
    assert pairs(database) == [(first, second)]
    with database.reading(BY.scope) as session, statements(app) as again:
        assert len(list_pairs(session, scope=BY.scope)) == 1
    assert not any("search_terms" in statement for statement in again)
    third = make_resource(database, **CAFE)
    assert len(pairs(database)) == 3
    with database.writing(BY.scope) as session:
        session.get_one(Resource, third).state = ResourceState.ENDED
    assert pairs(database) == [(first, second)]
    with database.writing(BY.scope) as session:
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(
            session.get_one(Resource, second), {"name": "まるで別のところ", "address": "常盤市北町9"}
        )
    assert pairs(database) == []
