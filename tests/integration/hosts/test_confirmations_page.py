"""確かめる予定: who sees what, one tap and its way back, filters, paper, banners; the same statements for a large town."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Right, Role
from app.clock import today
from app.db.database import Database
from app.resources.policies import KEEPERS
from app.resources.vocabulary import Disclosure, KindGroup
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_district, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of, statements

PAGE = "/confirmations"


@pytest.fixture
def coordinator(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.COORDINATOR)


def make_old_place(database: Database, name: str, *, days: int = 5, **facts: Any) -> int:
    """A place whose day came so many days ago."""
    return make_resource(
        database,
        name=name,
        confirmed_on=today() - timedelta(days=100 + days),
        check_interval_days=100,
        next_check_on=today() - timedelta(days=days),
        **facts,
    )


def make_old_host(database: Database, name: str = "あさひ農園", *, days: int = 100, **facts: Any) -> int:
    """A host whose opening was confirmed so many days ago."""
    return make_host(database, name, confirmed_on=today() - timedelta(days=days), **facts)


def names_on(browser: Browser, path: str = PAGE) -> list[str]:
    """The names in the list, in its order."""
    assert browser.get(path).status_code == 200, browser.text
    assert browser.page is not None
    rows = [row for row in browser.page.iter("li") if row.get("data-host") or row.get("data-place")]
    return ["".join(next(row.iter("a")).itertext()).strip() for row in rows]


def confirmed_on(database: Database, table: str) -> set[str]:
    """The days of confirmation in a table."""
    return {str(row["confirmed_on"]) for row in rows_of(database, table)}


def test_keepers_enter_and_nobody_else(sign_in_as: SignInAs, app: Flask) -> None:
    for role in Role:
        answer = sign_in_as(role).get(PAGE)
        assert answer.status_code == (200 if role in KEEPERS else 404), role


def test_hosts_come_by_keeper_and_places_by_district(database: Database, sign_in_as: SignInAs) -> None:
    me = make_account(database, Role.COORDINATOR, display_name="浜岡")
    other = make_account(database, Role.CSW, display_name="泉森")
    make_district(database, "北部")
    make_district(database, "南部")
    north = make_town(database, "北町", district="北部")
    south = make_town(database, "南町", district="南部")
    make_old_host(database, "だれもいない店")
    make_old_host(database, "泉森の店", keeper_id=other.id)
    make_old_host(database, "わたしの店", keeper_id=me.id)
    make_old_place(database, "南の会", town_id=south)
    make_old_place(database, "北の会", town_id=north)
    make_old_place(database, "どこかの会")
    browser = sign_in_as(account=me)
    assert names_on(browser) == [
        "わたしの店",
        "泉森の店",
        "だれもいない店",
        "北の会",
        "南の会",
        "どこかの会",
    ]
    for said in ("あなたが担当", "担当 泉森", "担当が決まっていない", "場所（北部）", "圏域が不明"):
        assert said in browser.text
    assert names_on(browser, f"{PAGE}?mine=y") == ["わたしの店"]
    assert names_on(browser, f"{PAGE}?what=place&sort=name&district=0") == ["どこかの会"]


def test_what_is_fresh_resting_light_or_ended_is_not_in_it(database: Database, coordinator: Browser) -> None:
    make_old_host(database, "新しい店", days=10)
    make_old_host(database, "休む店", paused_until=today() + timedelta(days=5))
    make_old_host(database, "終わった店", ended_on=today())
    make_old_host(database, "縁台", resource_id=make_resource(database, name="縁台", is_light=True), days=999)
    make_resource(database, name="決まりのない場", confirmed_on=today() - timedelta(days=900))
    make_old_place(database, "まだ先の場", days=-31)
    assert names_on(coordinator) == []
    assert "いま確かめる先は、ありません" in coordinator.text


def test_the_states_are_counted_and_narrow_the_list(database: Database, coordinator: Browser) -> None:
    make_old_host(database, "古い店", days=180)
    make_old_host(database, "すぎた店", days=100)
    make_old_host(database, "もうすぐの店", days=80)
    make_host(database, "記録のない店")
    make_old_place(database, "古い場", days=100)
    make_old_place(database, "すぎた場", days=99)
    make_resource(database, name="記録のない場", check_interval_days=100)
    assert names_on(coordinator) == [
        "古い店",
        "すぎた店",
        "記録のない店",
        "もうすぐの店",
        "古い場",
        "すぎた場",
        "記録のない場",
    ]
    assert names_on(coordinator, f"{PAGE}?state=stale") == ["古い店", "古い場"]
    assert names_on(coordinator, f"{PAGE}?state=never&what=place") == ["記録のない場"]
    assert coordinator.get(f"{PAGE}?state=nothing").status_code == 422


def test_one_tap_confirms_and_one_takes_it_back(database: Database, coordinator: Browser) -> None:
    host_id, place_id = make_old_host(database), make_old_place(database, "体操の会")
    before = confirmed_on(database, "opening")
    coordinator.get(f"{PAGE}?sort=name")
    answer = coordinator.submit(f"/confirmations/hosts/{host_id}/confirmed")
    assert confirmed_on(database, "opening") == {str(today())}
    assert names_on(coordinator, answer.location) == ["体操の会"]
    assert "今日、確かめたことにしました" in coordinator.text
    assert "sort=name" in answer.location
    undo = next(form.action for form in coordinator.forms() if form.action.endswith("/undo"))
    coordinator.submit(undo)
    assert confirmed_on(database, "opening") == before
    assert names_on(coordinator) == ["あさひ農園", "体操の会"]

    coordinator.submit(f"/confirmations/places/{place_id}/confirmed")
    place = next(row for row in rows_of(database, "resource") if row["id"] == place_id)
    assert str(place["confirmed_on"]) == str(today())
    assert place["confirmed_by"] == "試験 はな子"
    assert str(place["next_check_on"]) == str(today() + timedelta(days=100))


def test_nobody_takes_back_what_somebody_else_confirmed(
    database: Database, coordinator: Browser, sign_in_as: SignInAs
) -> None:
    host_id = make_old_host(database)
    coordinator.get(PAGE)
    coordinator.submit(f"/confirmations/hosts/{host_id}/confirmed")
    batch = rows_of(database, "catalogue_change")[-1]["batch"]
    make_old_host(database, "もう一軒")
    other = sign_in_as(Role.COORDINATOR)
    other.get(f"{PAGE}?done={batch}")
    assert "取り消す" not in other.text
    sent = {"csrf_token": other.token(PAGE)}
    assert other.post(f"/confirmations/{batch}/undo", data=sent).status_code == 404
    assert str(today()) in confirmed_on(database, "opening")


def test_an_attempt_to_which_nobody_answered_is_shown(database: Database, coordinator: Browser) -> None:
    host_id, place_id = make_old_host(database), make_old_place(database, "体操の会")
    coordinator.get(PAGE)
    coordinator.submit(f"/confirmations/hosts/{host_id}/missed")
    coordinator.get(PAGE)
    coordinator.submit(f"/confirmations/places/{place_id}/missed")
    assert names_on(coordinator) == ["あさひ農園", "体操の会"]
    assert coordinator.text.count("） つながらなかった") == 2
    sent = {"csrf_token": coordinator.token(PAGE)}
    assert coordinator.post("/confirmations/places/99999/missed", data=sent).status_code == 404


def test_a_refuge_is_nowhere_for_those_without_the_right(database: Database, sign_in_as: SignInAs) -> None:
    secret: dict[str, Any] = {
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED,
        "kind": "避難先",
        "group": KindGroup.REFUGE,
    }
    refuge_id = make_old_place(database, "みなと荘", address="瀬凪市港町9-9", **secret)
    host_id = make_old_host(database, "みなと荘を営む会", resource_id=refuge_id)
    browser = sign_in_as(Role.COORDINATOR)
    assert names_on(browser) == []
    assert "みなと荘" not in browser.text
    assert "避難先" not in browser.text
    sent = {"csrf_token": browser.token(PAGE)}
    for path in (f"hosts/{host_id}/confirmed", f"places/{refuge_id}/confirmed", f"places/{refuge_id}/missed"):
        assert browser.post(f"/confirmations/{path}", data=sent).status_code == 404
    holder = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=[Right.PLACE_IN_REFUGE]))
    assert names_on(holder) == ["みなと荘を営む会", "みなと荘"]
    assert "港町9-9" not in holder.text


def test_banners_confirm_with_one_tap(database: Database, coordinator: Browser) -> None:
    host_id, place_id = make_old_host(database, days=200), make_old_place(database, "体操の会")
    coordinator.get(f"/hosts/{host_id}")
    assert "確認が古いため、候補に入れていない枠があります" in coordinator.text
    answer = coordinator.submit(f"/confirmations/hosts/{host_id}/confirmed")
    assert answer.location.endswith(f"/hosts/{host_id}")
    coordinator.get(f"/hosts/{host_id}")
    assert "1つの枠を、今日確かめたことにしました" in coordinator.text
    assert "候補に入れていない枠" not in coordinator.text
    coordinator.get(f"/resources/{place_id}")
    answer = coordinator.submit(f"/confirmations/places/{place_id}/confirmed")
    assert answer.location.endswith(f"/resources/{place_id}")
    coordinator.get(f"/resources/{place_id}")
    assert "今日、確かめたことにしました" in coordinator.text
    assert "確認の時期" not in coordinator.text


def buttons_that_confirm(browser: Browser, path: str) -> list[str]:
    """Where the buttons of a page lead that confirm something."""
    browser.get(path)
    return [form.action for form in browser.forms() if form.action.endswith(("/confirmed", "/confirm"))]


@pytest.mark.parametrize("days", [5, 120, 200])
def test_a_page_has_one_button_that_confirms_and_it_is_that_of_the_list(
    database: Database, coordinator: Browser, days: int
) -> None:
    host_id, place_id = make_old_host(database, days=days), make_old_place(database, "体操の会", days=days)
    of_host, of_place = (
        f"/confirmations/hosts/{host_id}/confirmed",
        f"/confirmations/places/{place_id}/confirmed",
    )
    assert buttons_that_confirm(coordinator, f"/hosts/{host_id}") == [of_host]
    assert buttons_that_confirm(coordinator, f"/resources/{place_id}") == [of_place]
    assert coordinator.text.count("体操の会を確かめた") == 1


def test_what_nobody_has_confirmed_is_said_to_be_so_and_not_to_be_late(
    database: Database, coordinator: Browser
) -> None:
    host_id = make_host(database, "記録のない店")
    place_id = make_resource(database, name="記録のない場", check_interval_days=100)
    for path in (PAGE, f"{PAGE}?view=print", f"/hosts/{host_id}", f"/resources/{place_id}", "/today"):
        assert coordinator.get(path).status_code == 200
        assert "確認の時期が来" not in coordinator.text
        assert "時期をすぎています" not in coordinator.text
        assert "確認した記録" not in coordinator.text
    for path in (PAGE, f"/hosts/{host_id}", f"/resources/{place_id}"):
        coordinator.get(path)
        assert "まだ確かめていません" in coordinator.text


def test_a_resident_sees_no_banner(database: Database, client: Browser) -> None:
    place_id = make_old_place(database, "体操の会")
    client.get(f"/resources/{place_id}")
    assert "体操の会" in client.text
    assert "このままで合っています" not in client.text


def test_today_says_how_much_is_due(database: Database, sign_in_as: SignInAs) -> None:
    make_old_host(database, days=200)
    make_old_host(database, "もうすぐの店", days=80)
    make_old_place(database, "体操の会")
    browser = sign_in_as(Role.COMMUNITY)
    browser.get("/today")
    assert "受け入れ先 1件" in browser.text
    assert "場所 1件" in browser.text
    planner = sign_in_as(Role.PLANNER)
    planner.get("/today")
    assert "確かめる予定" not in planner.text


def test_pages_hold_hosts_first_and_then_places(database: Database, coordinator: Browser) -> None:
    for number in range(20):
        make_old_host(database, f"店{number:02}")
        make_old_place(database, f"場{number:02}")
    first, second = names_on(coordinator), names_on(coordinator, f"{PAGE}?page=2")
    assert (len(first), len(second)) == (25, 15)
    assert len({*first, *second}) == 40
    assert len(names_on(coordinator, f"{PAGE}?view=print")) == 40


def test_a_larger_town_takes_no_more_statements(app: Flask, database: Database, coordinator: Browser) -> None:
    counted = []
    for size in (2, 20):
        for number in range(size):
            host_id = make_old_host(database, f"店{size}-{number}")
            make_opening(database, host_id, task="種まき")
            make_old_place(database, f"場{size}-{number}")
        coordinator.get(PAGE)
        with statements(app) as seen:
            coordinator.get(PAGE)
        counted.append(len(seen))
    assert counted[0] == counted[1]
