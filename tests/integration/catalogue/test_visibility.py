"""Who sees which resources, on every page and on the map."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Right, Role
from app.db.database import Database
from app.resources.vocabulary import Disclosure, ResourceState
from tests.factories.resources import LAT, LON, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

from .conftest import Features, Shown

HERE: dict[str, Any] = {"lon": LON, "lat": LAT}


@pytest.fixture
def sorts(database: Database) -> dict[str, int]:
    """One resource of each sort, all at one point."""
    return {
        "public": make_resource(database, name="公園の体操", **HERE),
        "partners": make_resource(database, name="関係者の会", disclosure=Disclosure.PARTNERS, **HERE),
        "closed": make_resource(database, name="内輪の会", disclosure=Disclosure.CLOSED, **HERE),
        "paused": make_resource(database, name="休みの会", state=ResourceState.PAUSED, **HERE),
        "refuge": make_resource(
            database, kind="避難先", name="しずかな家", is_refuge=True, disclosure=Disclosure.CLOSED, **HERE
        ),
    }


def test_a_resident_sees_what_is_public_and_going_on(
    client: Browser, sorts: dict[str, int], shown: Shown
) -> None:
    assert shown(client, "/resources?ended=y") == [sorts["public"]]
    assert [client.get(f"/resources/{key}").status_code for key in sorts.values()] == [
        200,
        404,
        404,
        404,
        404,
    ]


@pytest.mark.parametrize("role", list(Role))
def test_no_role_alone_sees_a_refuge(
    sign_in_as: SignInAs, sorts: dict[str, int], shown: Shown, features: Features, role: Role
) -> None:
    browser = sign_in_as(role)
    assert set(shown(browser, "/resources")) == set(sorts.values()) - {sorts["refuge"]}
    assert shown(browser, "/resources?q=しずかな家") == []
    assert "避難先" not in browser.get("/resources").text
    assert browser.get(f"/resources/{sorts['refuge']}").status_code == 404
    assert features(browser, f"/resources/{sorts['refuge']}/map.geojson") == []


@pytest.mark.parametrize("path", ["/resources", "/resources?view=table", "/resources?view=print"])
def test_the_kind_of_a_refuge_cannot_be_asked_for_without_the_right(
    client: Browser, database: Database, sorts: dict[str, int], path: str
) -> None:
    kind = rows_of(database, "resource")[-1]["kind_id"]
    answer = client.get(f"{path}{'&' if '?' in path else '?'}kind={kind}")
    assert answer.status_code == 422
    assert "避難先" not in answer.text


def test_the_right_shows_a_refuge_but_never_where_it_is(
    sign_in_as: SignInAs, database: Database, sorts: dict[str, int], shown: Shown, features: Features
) -> None:
    town = make_town(database, "駅前一丁目")
    browser = sign_in_as(account=make_account(database, Role.CSW, rights=(Right.PLACE_IN_REFUGE,)))
    refuge = sorts["refuge"]
    assert refuge in shown(browser, "/resources")
    assert refuge not in shown(browser, f"/resources?town={town}&within=500")
    assert refuge not in [feature["id"] for feature in features(browser, "/resources/map.geojson")]
    assert features(browser, f"/resources/{refuge}/map.geojson") == []
    shown(browser, f"/resources?town={town}&sort=near&view=table&q=しずかな家")
    assert "50m" not in browser.text
    assert "画面には出しません" in browser.text
    browser.get("/resources")
    assert "避難先（" not in browser.text
    browser.get(f"/resources/{refuge}")
    assert browser.heading == "しずかな家"
    assert str(LAT) not in browser.text
    assert "data-map" not in browser.get(f"/resources/{refuge}").text


def test_opening_a_refuge_leaves_a_record_and_nothing_else_does(
    sign_in_as: SignInAs, database: Database, sorts: dict[str, int]
) -> None:
    account = make_account(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,))
    browser = sign_in_as(account=account)

    def readings() -> list[tuple[object, object]]:
        return [
            (row["actor_id"], row["subject_id"])
            for row in rows_of(database, "audit_event")
            if row["action"] == "resource.refuge_read"
        ]

    browser.get(f"/resources/{sorts['public']}")
    assert readings() == []
    browser.get(f"/resources/{sorts['refuge']}")
    assert readings() == [(account.id, str(sorts["refuge"]))]


def test_contacts_are_for_the_staff_unless_they_are_public(
    client: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    kept = make_resource(database, contact="0590-00-1111")
    public = make_resource(database, contact="0590-00-2222", contact_is_public=True)
    staff = sign_in_as(Role.COMMUNITY)
    for view in ("table", "print"):
        page = client.get(f"/resources?view={view}").text
        assert "0590-00-1111" not in page
        assert "0590-00-2222" in page
        assert "0590-00-1111" in staff.get(f"/resources?view={view}").text
    assert "0590-00-1111" not in client.get(f"/resources/{kept}").text
    assert "0590-00-2222" in client.get(f"/resources/{public}").text
    assert "0590-00-1111" in staff.get(f"/resources/{kept}").text


def test_notes_of_the_staff_stay_with_the_staff(
    client: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    key = make_resource(
        database,
        check_note="世話役が交代",
        confirmed_by="izumori",
        legal_basis="KB02",
        traits={"掲載の同意": "口頭", "受け入れ先ID": "H-0007"},
    )
    for note in ("世話役が交代", "izumori", "KB02", "口頭", "H-0007"):
        assert note not in client.get(f"/resources/{key}").text
    staff = sign_in_as(Role.CSW).get(f"/resources/{key}").text
    assert "世話役が交代" in staff
    assert "H-0007" not in staff


def test_everybody_finds_the_catalogue_in_the_navigation(client: Browser, app: Flask) -> None:
    client.get("/resources")
    assert "職員のログイン" in client.text
    assert [f.action for f in client.forms()] == ["/resources", "/resources/nearby"]
