"""What goes out of the house by files, papers and the open interface: whose word it takes, and how much at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Role, Scope
from app.clock import now, today
from app.db.database import Database
from app.resources.models import Resource, ResourceKind
from app.resources.queries.criteria import Filter
from app.resources.queries.exports import find_leaving
from app.resources.routes import catalogue
from app.resources.service.merging import merge_resources
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from app.web import turns
from tests.factories.resources import LAT, LON, make_kind, make_resource, make_town
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

BY = Actor.system("test")
RESIDENTS = Scope(None)
NAME = "しげさんの縁側"
SECRETS = ("植木鉢", "山本しげ", "お茶を飲む", "engawa.example", "ふるい台帳")
OPEN = ("/resources/exports/template.csv", "/resources/exports/template.geojson", "/hsds/services?full=true")
CONSENT: list[dict[str, Any]] = [{"listing_agreed_on": today()}, {"traits": {"掲載の同意": "口頭"}}]


def gathering(database: Database, **facts: Any) -> int:
    """An informal gathering of which somebody wrote down more than its card shows; return the town that it is in."""
    town = make_town(database, "東町")
    said: dict[str, Any] = {
        "name": NAME,
        "is_light": True,
        "address": "東町1-1",
        "town_id": town,
        "lon": LON,
        "lat": LAT,
        "operator": "山本しげ",
        "remarks": "鍵はいつも植木鉢の下",
        "description": "お茶を飲む",
        "url": "https://engawa.example/",
        "source": "ふるい台帳",
        "schedule_note": "だいたい木曜",
        "traits": {},
    }
    make_resource(database, **said | facts)
    return town


def what_leaves(town: int) -> list[str]:
    """The addresses of all that is copied or printed for everybody."""
    return [
        *OPEN,
        f"/places/paper?area={town}",
        f"/places/paper?area={town}&by=kind",
        f"/places/map?area={town}",
    ]


def test_a_gathering_that_agreed_to_nothing_leaves_by_no_way_and_stays_on_screen(
    client: Browser, database: Database
) -> None:
    town = gathering(database)
    for path in what_leaves(town):
        answer = client.get(path)
        assert (answer.status_code, NAME in answer.text) == (200, False), path
    assert NAME in client.get("/resources").text
    assert NAME in client.get(f"/places/list?area={town}").text


@pytest.mark.parametrize("consent", CONSENT, ids=["by its day", "by the item of a file"])
def test_a_gathering_that_agreed_says_where_when_and_whom_alone(
    client: Browser, database: Database, consent: dict[str, Any]
) -> None:
    town = gathering(database, contact="0590-00-1111", contact_is_public=True, **consent)
    for path in what_leaves(town):
        text = client.get(path).text
        assert NAME in text, path
        assert "東町1-1" in text, path
        assert [secret for secret in SECRETS if secret in text] == [], path
    assert "0590-00-1111" in client.get(OPEN[0]).text


def test_a_word_that_is_no_consent_is_none(client: Browser, database: Database) -> None:
    town = gathering(database, traits={"掲載の同意": "未"})
    assert [path for path in what_leaves(town) if NAME in client.get(path).text] == []


def test_a_file_for_the_staff_holds_the_gathering_as_it_is(sign_in_as: SignInAs, database: Database) -> None:
    gathering(database)
    keeper = sign_in_as(Role.COORDINATOR)
    keeper.get("/resources/export?what=staff")
    text = keeper.submit("/resources/exports/staff").data.decode("utf-8-sig")
    assert NAME in text
    assert "植木鉢" in text


def test_a_kind_of_refuges_changes_no_file(database: Database) -> None:
    make_resource(database)

    def edition() -> str:
        with database.reading(RESIDENTS) as session:
            return find_leaving(session, Filter(), for_staff=False, scope=RESIDENTS).edition

    before = edition()
    kind = make_kind(database, "かくれ家", KindGroup.REFUGE)
    assert edition() == before
    with database.writing(BY.scope) as session:
        session.get_one(ResourceKind, kind).label = "別のかくれ家"
    assert edition() == before
    make_kind(database, "ひろば")
    assert edition() != before


def merged(database: Database, **former: Any) -> int:
    """Return an entry that was put into one for everybody."""
    kept = make_resource(database, name="みんなの広場", address="本町1")
    other = make_resource(database, name="もとの集まり", address="本町1", **former)
    with database.writing(BY.scope) as session:
        versions = session.get_one(Resource, kept).version, session.get_one(Resource, other).version
        merge_resources(session, kept_id=kept, other_id=other, versions=versions, chosen={}, by=BY, at=now())
    return other


@pytest.mark.parametrize(
    ("former", "status"),
    [
        ({}, 200),
        ({"is_light": True, "listing_agreed_on": today()}, 200),
        ({"is_light": True}, 404),
        ({"disclosure": Disclosure.PARTNERS}, 404),
        ({"disclosure": Disclosure.CLOSED}, 404),
    ],
)
def test_a_visitor_is_led_on_from_what_everybody_knew_alone(
    client: Browser, database: Database, former: dict[str, Any], status: int
) -> None:
    other = merged(database, **former)
    (row,) = [row for row in rows_of(database, "resource") if row["id"] == other]
    assert row["state"] in (ResourceState.ENDED, ResourceState.ENDED.value)
    answer = client.get(f"/resources/{other}")
    nothing = client.get("/resources/99999999")
    assert answer.status_code == status
    assert (answer.text == nothing.text) == (status == 404)
    assert ("みんなの広場" in answer.text) == (status == 200)


def test_the_staff_are_led_on_from_every_entry_that_they_see(
    sign_in_as: SignInAs, database: Database
) -> None:
    other = merged(database, disclosure=Disclosure.PARTNERS)
    assert "みんなの広場" in sign_in_as(Role.COORDINATOR).get(f"/resources/{other}").text


@contextmanager
def all_turns_taken() -> Iterator[None]:
    """Visitors make as many files as may be made at once."""
    with ExitStack() as stack:
        for _ in range(turns.AT_ONCE):
            stack.enter_context(turns.heavy_work(is_signed_in=False))
        yield


def test_a_flood_of_heavy_work_is_asked_to_come_back_and_shuts_no_worker_out(
    app: Flask, sign_in_as: SignInAs, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.01)
    town = make_town(database, "東町")
    heavy = [
        "/resources?view=print",
        "/resources/exports/template.csv",
        "/resources/export?code=cp932",
        f"/places/paper?area={town}",
        f"/places/map?area={town}",
    ]
    visitor, worker = new_browser(app), sign_in_as(Role.COORDINATOR)
    with all_turns_taken():
        for path in heavy:
            refused = visitor.get(path)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30"), path
            assert "混み合っています" in refused.text
            assert worker.get(path).status_code == 200, path
        assert visitor.get("/resources").status_code == 200
    assert [visitor.get(path).status_code for path in heavy] == [200] * len(heavy)


def test_the_paper_of_a_visitor_ends_and_says_how_to_get_the_rest(
    app: Flask, sign_in_as: SignInAs, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_resource(database, name=f"会{number}", kind="居場所" if number else "通いの場")
    visitor, path = new_browser(app), "/resources?view=print"
    assert "多いため" not in visitor.get(path).text
    monkeypatch.setattr(catalogue, "PRINTED_MOST", 3)
    page = visitor.get(path)
    assert "はじめの3件だけ" in page.text
    assert page.text.count("data-resource=") == 3
    assert sign_in_as(Role.COORDINATOR).get(path).text.count("data-resource=") == 4
