"""Who asks the open catalogue gets what residents see: pages, filters, refusals, and nothing of what is hidden."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Right, Role
from app.db.database import Database
from app.resources.exchange.hsds import ids
from app.resources.exchange.hsds.facts import Taxonomy, fact_terms, group_terms, kind_term, purpose_terms
from app.resources.models import Resource
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from tests.factories.resources import EVERYTHING, make_resource, make_town
from tests.integration.exchange.conftest import Ask, Document, everything
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser

LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
NOBODY = "00000000-0000-4000-8000-000000000000"


def names(answer: Document) -> list[str]:
    """The names of the services on a page."""
    return [each["name"] for each in answer["contents"]]


def service_id_of(database: Database, resource_id: int) -> str:
    """The identifier under which an entry is, or would be, published."""
    with database.reading(EVERYTHING) as session:
        row = session.get_one(Resource, resource_id)
        return ids.service_id(ids.offer_key(row.identity, row.id, row.created_at))


HIDDEN: dict[str, dict[str, Any]] = {
    "a refuge": {
        "is_refuge": True, "disclosure": Disclosure.CLOSED, "group": KindGroup.REFUGE, "kind": "秘匿の家",
    },
    "an open entry of a secret kind": {"group": KindGroup.REFUGE, "kind": "秘匿の宿"},
    "one for partners": {"disclosure": Disclosure.PARTNERS},
    "a closed one": {"disclosure": Disclosure.CLOSED},
    "a paused one": {"state": ResourceState.PAUSED},
    "one that has ended": {"state": ResourceState.ENDED},
    "a gathering that nobody asked": {"is_light": True},
}  # fmt: skip


@pytest.mark.parametrize("facts", HIDDEN.values(), ids=HIDDEN)
def test_what_residents_do_not_see_is_not_found_by_any_way(
    app: Flask, database: Database, sign_in_as: SignInAs, facts: dict[str, Any]
) -> None:
    make_resource(database, name="みんなの広場", kind="居場所")
    town = make_town(database, "ほの町")
    answers_before = [everything(app), *_all_lists(app)]
    secret = make_resource(
        database,
        **{"kind": "居場所"} | facts,
        name="カナリア荘",
        operator="カナリア会",
        address="カナリア町9-9",
        town_id=town,
        lon=136.123456,
        lat=33.654321,
        traits={"参加の形": "居るだけ"},
    )
    hidden = service_id_of(database, secret)
    place = ids.make_id("service_at_location", hidden)
    organization = ids.organization_id("カナリア会", None, "242993")
    keeper = make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE})
    browsers = [new_browser(app), sign_in_as(account=keeper)]

    assert [everything(app), *_all_lists(app)] == answers_before
    for browser in browsers:
        missing = browser.get(f"/hsds/services/{NOBODY}")
        assert missing.status_code == 404
        for path in (
            f"services/{hidden}",
            f"service_at_locations/{place}",
            f"organizations/{organization}",
            f"taxonomy_terms/{kind_term('秘匿の家', KindGroup.REFUGE).id}",
        ):
            answer = browser.get(f"/hsds/{path}")
            assert (answer.status_code, answer.data) == (404, missing.data)
        for query in (
            "search=カナリア",
            f"organization_id={organization}",
            f"taxonomy_term_id={kind_term('秘匿の家', KindGroup.REFUGE).id}",
            "search=33.654321",
        ):
            answer = browser.get(f"/hsds/services?{query}")
            assert json.loads(answer.data)["total_items"] == 0, query
        for path in LISTS:
            assert "カナリア" not in browser.get(f"/hsds/{path}?per_page=500").text


def _all_lists(app: Flask) -> list[bytes]:
    browser = new_browser(app)
    return [browser.get(f"/hsds/{path}?per_page=500").data for path in LISTS]


def test_a_contact_is_told_only_where_it_may_be(app: Flask, database: Database) -> None:
    make_resource(database, contact="0590-00-1111", contact_is_public=False)
    make_resource(database, contact="0590-00-2222", contact_is_public=True)

    closed, opened = everything(app)

    assert "phones" not in closed
    assert [phone["number"] for phone in opened["phones"]] == ["0590-00-2222"]


def test_nothing_for_the_staff_is_told(app: Flask, database: Database) -> None:
    make_resource(
        database,
        check_note="カナリア1",
        confirmed_by="カナリア2",
        legal_basis="カナリア3",
        listing_agreed_by="カナリア4",
        traits={"受け入れ先ID": "カナリア5", "空床数": "カナリア6"},
    )

    assert "カナリア" not in json.dumps(everything(app), ensure_ascii=False)


def test_a_gathering_that_agreed_tells_where_when_and_whom_to_ask(app: Flask, database: Database) -> None:
    said: dict[str, Any] = {
        "is_light": True,
        "description": "カナリア",
        "operator": "カナリア",
        "building": "集会所",
        "schedule": "水曜の朝",
        "contact": "区長さん",
        "contact_is_public": True,
    }
    make_resource(database, name="朝の会", listing_agreed_on=date(2026, 4, 1), **said)
    make_resource(database, name="夜の会", traits={"掲載の同意": "口頭"}, **said)

    found = everything(app)

    assert [each["name"] for each in found] == ["朝の会", "夜の会"]
    assert "カナリア" not in json.dumps(found, ensure_ascii=False)
    assert found[0]["service_at_locations"][0]["location"]["name"] == "集会所"
    assert found[0]["schedules"][0]["description"] == "水曜の朝"
    assert found[0]["contacts"][0]["name"] == "区長さん"


def test_a_point_of_a_town_does_not_pretend_to_be_exact(app: Flask, database: Database) -> None:
    make_resource(database, lon=136.9, lat=33.6, point_precision="town")

    location = everything(app)[0]["service_at_locations"][0]["location"]

    assert "町のおおよその位置" in location["description"]
    assert [(each["taxonomy_term"]["code"], each["value"]) for each in location["attributes"]] == [
        ("position_precision", "町丁目")
    ]


def test_pages_hold_all_of_it_once(ask: Ask, database: Database) -> None:
    for number in range(7):
        make_resource(database, name=f"場{number}")

    pages = [ask("/hsds/services", per_page="3", page=str(page)) for page in (1, 2, 3, 4)]

    assert [len(page["contents"]) for page in pages] == [3, 3, 1, 0]
    assert [name for page in pages for name in names(page)] == [f"場{number}" for number in range(7)]
    assert {(page["total_items"], page["total_pages"]) for page in pages} == {(7, 3)}
    assert [(page["first_page"], page["last_page"], page["empty"]) for page in pages] == [
        (True, False, False),
        (False, False, False),
        (False, True, False),
        (False, True, True),
    ]


def test_filters_find_what_they_name(ask: Ask, database: Database) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    make_resource(
        database, name="こもれび", kind="居場所", operator="木の会", updated_at=early, gap_welcome=True
    )
    make_resource(
        database, name="みなと", kind="相談", operator="海の会", updated_at=late,
        traits={"参加の形": "働く", "静けさ": "静か"}, address="湊1-1",
    )  # fmt: skip

    def found(**parameters: str) -> list[str]:
        return names(ask("/hsds/services", **parameters))

    kind = kind_term("居場所", KindGroup.TAKING_PART)
    assert found() == ["こもれび", "みなと"]
    assert found(search="みなと") == ["みなと"]
    assert found(organization_id=ids.organization_id("木の会", None, "242993")) == ["こもれび"]
    assert found(taxonomy_term_id=kind.id) == ["こもれび"]
    assert found(taxonomy_term_id=group_terms()[KindGroup.SUPPORT].id) == ["みなと"]
    assert found(taxonomy_term_id=fact_terms()["gap_welcome"].id) == ["こもれび"]
    assert found(taxonomy_term_id=fact_terms()["noise"].id) == ["みなと"]
    assert found(taxonomy_id=Taxonomy.PURPOSES.id) == ["みなと"]
    assert found(taxonomy_id=Taxonomy.KINDS.id) == ["こもれび", "みなと"]
    assert [found(taxonomy_term_id=term.id) for term in purpose_terms().values()].count(["みなと"]) == 3
    assert found(modified_after="2026-03-01T00:00:00+09:00") == ["みなと"]
    assert found(modified_after="2026-03-01") == ["みなと"]
    assert found(taxonomy_term_id=NOBODY) == found(organization_id=NOBODY) == found(taxonomy_id=NOBODY) == []
    places = ask("/hsds/service_at_locations")
    assert [each["service"]["name"] for each in places["contents"]] == ["みなと"]
    terms = ask("/hsds/taxonomy_terms", parent_id=kind.parent_id or "")
    assert [each["name"] for each in terms["contents"]] == ["居場所"]


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("services?page=0", "page"),
        ("services?page=１", "page"),
        ("services?per_page=501", "per_page"),
        ("services?per_page=many", "per_page"),
        ("services?full=yes", "full"),
        ("services?full=true&minimal=true", "minimal"),
        ("services?format=ndjson", "format"),
        ("services?taxonomy_id=kinds", "taxonomy_id"),
        ("services?modified_after=yesterday", "modified_after"),
        ("services?modified_after=0001-01-01", "modified_after"),
        ("services?modified_after=9999-12-31T23:59:59-09:00", "modified_after"),
        ("services?colour=blue", "colour"),
        ("services?page=1&page=2", "page"),
        ("services?search=" + "場" * 201, "search"),
        ("services?search=%00", "search"),
        ("service_at_locations?postcode=760-0000", "postcode"),
        ("organizations?taxonomy_id=" + NOBODY, "taxonomy_id"),
        (f"services/{NOBODY}?full=true", "full"),
        ("openapi.json?x=1", "x"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(client: Browser, query: str, parameter: str) -> None:
    answer = client.get(f"/hsds/{query}")

    document = json.loads(answer.data)
    assert answer.status_code == 400
    assert [problem["parameter"] for problem in document["problems"]] == [parameter]
    assert document["problems"][0]["message"].endswith("。")


def test_an_answer_may_be_read_from_anywhere_and_kept_for_a_while(
    client: Browser, database: Database
) -> None:
    make_resource(database)
    first = client.get("/hsds/services")
    again = client.get("/hsds/services", headers={"If-None-Match": first.headers["ETag"]})
    make_resource(database)
    changed = client.get("/hsds/services", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in first.headers
    assert (again.status_code, again.data, changed.status_code) == (304, b"", 200)
    assert "Access-Control-Allow-Origin" not in client.get("/resources").headers


def test_an_entry_keeps_its_identifier_when_it_is_edited(app: Flask, database: Database) -> None:
    made = make_resource(database, name="前の名", address="浜町1")
    before = everything(app)[0]["id"]
    with database.writing(EVERYTHING) as session:
        row = session.get_one(Resource, made)
        row.name, row.identity = "後の名", "name|居場所|後の名|"

    after = everything(app)[0]

    assert (after["id"], after["name"]) == (before, "後の名")


def test_the_description_names_every_path_and_parameter_that_there_is(app: Flask, ask: Ask) -> None:
    about = ask("/hsds/")
    described = ask("/hsds/openapi.json")
    paths = {
        rule.rule.removeprefix("/hsds").replace("<uuid:", "{").partition("{")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/hsds/") and not rule.rule.endswith(".json")
    }

    assert {path.partition("{")[0] for path in described["paths"]} == {path for path, _, _ in paths}
    assert about == {
        "version": "3.0",
        "profile": about["profile"],
        "openapi_url": "http://localhost/hsds/openapi.json",
    }
    for path, operations in described["paths"].items():
        if "{" in path:
            continue
        for parameter in operations["get"]["parameters"]:
            answer = new_browser(app).get(f"/hsds{path}", query_string={parameter["name"]: "?"})
            problems = json.loads(answer.data).get("problems", [])
            assert not any("この条件はありません" in problem["message"] for problem in problems)


def test_people_find_the_data_from_the_catalogue(client: Browser, app: Flask) -> None:
    assert 'href="/open-data"' in client.get("/resources").text
    assert client.get("/open-data").status_code == 200
    addresses = [
        element.get("href", "")
        for element in client._shown().iter("a")
        if "/hsds/" in element.get("href", "")
    ]
    assert len(addresses) == 7
    assert {new_browser(app).get(address).status_code for address in addresses} == {200}
