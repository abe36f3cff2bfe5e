"""Entries that get the point of the town in their address, and points that people put."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Right, Role
from app.db.database import Database
from app.resources.engine.placing import BY_HAND
from app.resources.models.rows import as_plain
from app.resources.queries.catalogue import get_resource
from app.resources.vocabulary import Disclosure
from tests.factories.resources import LAT, LON, make_resource
from tests.factories.town_points import make_town_points
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser, Value
from tests.support.databases import rows_of

BY = Actor.system("test")
NEW = "/resources/new?form=full&kind=居場所"
LOOK_UP = "/resources/place-of-address"
SOURCE = "町名一覧（試験の一覧）"
EKIMAE, HAMA = [LON, LAT], [round(LON + 0.01, 6), LAT]


@pytest.fixture
def keeper(database: Database, sign_in_as: SignInAs) -> Browser:
    make_town_points(database, "駅前一丁目", "浜町")
    return sign_in_as(Role.COORDINATOR)


def place_of(database: Database, key: int) -> tuple[Any, str, str | None]:
    """Point, precision and source of an entry."""
    with database.reading(BY.scope) as session:
        row = get_resource(session, key, scope=BY.scope)
        return as_plain(row, "point"), row.point_precision.value, row.point_source


def add(browser: Browser, **typed: Value) -> int:
    answer = browser.send(NEW, **{"name": "こもれび", **typed})
    assert answer.status_code == 303, browser.text
    return int(answer.location.rsplit("/", 1)[1])


def edit(browser: Browser, key: int, **typed: Value) -> None:
    assert browser.send(f"/resources/{key}/edit", **typed).status_code == 303


def test_an_address_without_a_point_gets_that_of_its_town(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="瀬凪市駅前1-4-11")
    assert place_of(database, key) == (EKIMAE, "town", SOURCE)
    keeper.get(f"/resources/{key}")
    assert "約" in keeper.text
    assert SOURCE in keeper.text


def test_an_address_that_no_list_has_stays_without_a_point(keeper: Browser, database: Database) -> None:
    assert place_of(database, add(keeper, address="となり市本町1")) == (None, "unknown", None)


def test_the_point_of_a_town_follows_the_address(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="駅前一丁目4")
    edit(keeper, key, address="浜町3")
    assert place_of(database, key) == (HAMA, "town", SOURCE)
    edit(keeper, key, address="となり市本町1")
    assert place_of(database, key) == (None, "unknown", None)
    edit(keeper, key, address="瀬凪市浜町8")
    assert place_of(database, key)[0] == HAMA


def test_a_measured_point_stays_when_the_address_is_corrected(keeper: Browser, database: Database) -> None:
    typed = {"lat": "33.61", "lon": "136.97", "point_precision": "lot", "point_source": "現地で測位"}
    key = add(keeper, address="駅前一丁目4", **typed)
    edit(keeper, key, address="浜町3")
    assert place_of(database, key) == ([136.97, 33.61], "lot", "現地で測位")


def test_an_entry_from_before_the_list_is_placed_when_it_is_saved(
    keeper: Browser, database: Database
) -> None:
    key = make_resource(database, address="瀬凪市浜町1")
    edit(keeper, key, fee="無料")
    assert place_of(database, key) == (HAMA, "town", SOURCE)


def test_numbers_that_somebody_types_are_a_point_put_by_hand(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="駅前一丁目4")
    edit(keeper, key, lat="33.615")
    assert place_of(database, key) == ([LON, 33.615], "surveyed", BY_HAND)
    edit(keeper, key, address="浜町3")
    assert place_of(database, key)[0] == [LON, 33.615]


def test_a_point_said_to_be_the_towns_and_moved_is_put_by_hand(keeper: Browser, database: Database) -> None:
    typed: dict[str, Value] = {"lon": str(LON), "point_precision": "town", "point_source": SOURCE}
    untouched = add(keeper, name="そのまま", address="駅前一丁目4", lat=str(LAT), **typed)
    moved = add(keeper, name="動かした", address="駅前一丁目4", lat="33.62", **typed)
    assert place_of(database, untouched) == (EKIMAE, "town", SOURCE)
    assert place_of(database, moved) == ([LON, 33.62], "surveyed", BY_HAND)


def test_taking_the_step_back_brings_point_and_source_back(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="駅前一丁目4")
    edit(keeper, key, address="浜町3")
    keeper.get(f"/resources/{key}/history")
    undo = next(form.action for form in keeper.forms() if form.action.endswith("/undo"))
    assert keeper.submit(undo).status_code == 303
    assert place_of(database, key) == (EKIMAE, "town", SOURCE)


def test_the_button_looks_the_address_up_and_keeps_what_was_typed(
    keeper: Browser, database: Database
) -> None:
    keeper.get(NEW)
    form = next(form for form in keeper.forms() if form.action == "/resources/new")
    typed = form.fields | {"name": "書きかけ", "address": "浜町3", "add": "place"}
    answer = keeper.post("/resources/new?form=full", data=typed, headers={"Referer": keeper.address})
    assert answer.status_code == 200
    shown = next(form.fields for form in keeper.forms() if form.action == "/resources/new")
    assert (shown["name"], shown["lat"], shown["lon"]) == ("書きかけ", str(LAT), str(HAMA[0]))
    assert (shown["point_precision"], shown["point_source"]) == ("town", SOURCE)
    assert "「浜町」のまん中に印を置きました" in keeper.text
    assert rows_of(database, "resource") == []


def test_looking_up_answers_the_map_of_the_form(keeper: Browser) -> None:
    token = keeper.token("/account")

    def ask(**typed: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(keeper.post(LOOK_UP, data={"csrf_token": token, **typed}).text)
        return answer

    found, missing, empty = ask(address="浜町3"), ask(address="谷町3"), ask()
    assert found == {
        "lat": LAT,
        "lon": HAMA[0],
        "precision": "town",
        "source": SOURCE,
        "said": found["said"],
    }
    assert (missing["lat"], empty["lat"]) == (None, None)
    assert "町名一覧にありません" in missing["said"]
    assert "住所を入れて" in empty["said"]


def test_an_address_that_is_looked_up_stands_in_no_log(
    keeper: Browser, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    caplog.set_level(logging.DEBUG)
    token = keeper.token("/account")
    answer = keeper.post(LOOK_UP, data={"csrf_token": token, "address": "浜町七七七"})
    assert answer.status_code == 200
    assert "七七七" not in caplog.text
    assert "777" not in caplog.text
    assert all("七七七" not in str(row["detail"]) for row in rows_of(database, "audit_event"))


def test_a_place_of_refuge_is_never_placed(database: Database, sign_in_as: SignInAs) -> None:
    make_town_points(database, "浜町")
    account = make_account(database, Role.COORDINATOR, rights=[Right.PLACE_IN_REFUGE])
    key = make_resource(
        database, kind="避難先", name="ひみつ", address="浜町3", is_refuge=True, disclosure=Disclosure.CLOSED
    )
    browser = sign_in_as(account=account)
    edit(browser, key, fee="無料")
    assert place_of(database, key) == (None, "unknown", None)
    browser.get(f"/resources/{key}/edit")
    assert "data-pin" not in browser.text
