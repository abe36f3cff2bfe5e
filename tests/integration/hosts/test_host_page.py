"""A host looks after its openings by a signed link, without an account, and reaches nothing else."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Role
from app.clock import frozen, now, today
from app.db.database import Database
from app.resources.service.hosts import invite_host
from tests.factories.openings import make_host
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

BY = Actor.system("test")


def _invite(database: Database, host_id: int) -> str:
    with database.writing(BY.scope) as session:
        return "/h/" + invite_host(session, host_id=host_id, by=BY, at=now())


def _as_shown(browser: Browser, path: str) -> tuple[int, str]:
    answer = browser.get(path)
    shown = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(path, "(here)"))
    return answer.status_code, shown


@pytest.fixture
def host_id(database: Database) -> int:
    return make_host(database)


def _inside(client: Browser, database: Database, host_id: int) -> Browser:
    link = _invite(database, host_id)
    assert client.send(link).status_code == 303
    return client


def test_opening_a_link_changes_nothing_as_often_as_it_is_done(
    client: Browser, database: Database, host_id: int
) -> None:
    link = _invite(database, host_id)
    before = rows_of(database, "signed_link"), rows_of(database, "opening"), rows_of(database, "audit_event")
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert (
        rows_of(database, "signed_link"),
        rows_of(database, "opening"),
        rows_of(database, "audit_event"),
    ) == before


def test_one_tap_enters_and_confirms_all_openings(client: Browser, database: Database, host_id: int) -> None:
    _inside(client, database, host_id)
    assert client.get("/host").status_code == 200
    assert "ぜんぶこのままで、確かめました" in client.text
    assert [row["confirmed_on"] for row in rows_of(database, "opening")] == [today()]


def test_a_used_link_an_expired_one_and_one_that_never_was_are_the_same_missing_page(
    app: Flask, client: Browser, database: Database, host_id: int
) -> None:
    used = _invite(database, host_id)
    client.send(used)
    expired = _invite(database, host_id)
    stranger = new_browser(app)
    with frozen(now() + timedelta(days=31)):
        answers = [_as_shown(stranger, path) for path in (used, expired, "/h/" + "x" * 43)]
    assert {status for status, _ in answers} == {404}
    # Each leads on from its own address and carries its own token against forgery; nothing else differs.
    assert len({shown for _, shown in answers}) == 1


def test_a_new_link_ends_the_one_before(client: Browser, database: Database, host_id: int) -> None:
    first = _invite(database, host_id)
    _invite(database, host_id)
    assert client.get(first).status_code == 404


def test_of_two_browsers_with_the_same_link_one_comes_in(
    app: Flask, database: Database, host_id: int
) -> None:
    link = _invite(database, host_id)
    browsers = [new_browser(app) for _ in range(2)]
    for browser in browsers:
        browser.get(link)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda b=browser: answers.append(b.submit(link).status_code))
        for browser in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 404]


def test_the_visit_ends_after_half_an_hour(client: Browser, database: Database, host_id: int) -> None:
    _inside(client, database, host_id)
    with frozen(now() + timedelta(minutes=31)):
        assert client.get("/host").status_code == 404


def test_a_host_changes_its_own_seats_and_those_of_no_other(
    client: Browser, database: Database, host_id: int
) -> None:
    make_host(database, "となりの工場", seats=2)
    _inside(client, database, host_id)
    own, other = rows_of(database, "opening_slot")[0], rows_of(database, "opening_slot")[-1]
    typed = {f"slot-{own['id']}": "5", f"slot-{other['id']}": "9", "csrf_token": client.token("/host")}
    assert client.post("/host/seats", data=typed).status_code == 303
    after = {row["id"]: row["seats"] for row in rows_of(database, "opening_slot")}
    assert (after[own["id"]], after[other["id"]]) == (5, 2)


@pytest.mark.parametrize("typed", ["-1", "51", "たくさん", ""])
def test_a_wrong_number_of_seats_is_refused_and_nothing_is_kept(
    client: Browser, database: Database, host_id: int, typed: str
) -> None:
    _inside(client, database, host_id)
    slot = rows_of(database, "opening_slot")[-1]
    client.get("/host")
    assert client.submit("/host/seats", **{f"slot-{slot['id']}": typed}).status_code == 422
    assert "席の数は" in client.text
    assert rows_of(database, "opening_slot")[-1] == slot


def test_a_rest_ends_by_itself_and_cannot_end_in_the_past(
    client: Browser, database: Database, host_id: int
) -> None:
    _inside(client, database, host_id)
    assert client.send("/host", action="/host/pause", until=today().isoformat()).status_code == 422
    assert "あした以降" in client.text
    client.send("/host", action="/host/pause", until=(today() + timedelta(days=10)).isoformat())
    client.get("/host")
    assert "お休み中" in client.text
    _inside(client, database, host_id)
    with frozen(now() + timedelta(days=11)):
        link = _invite(database, host_id)
        client.get(link)
        assert "お休み中" not in client.text


def test_a_call_that_was_asked_for_stands_on_the_coordinators_day_until_it_was_made(
    client: Browser, database: Database, host_id: int, sign_in_as: SignInAs
) -> None:
    _inside(client, database, host_id)
    client.send("/host", action="/host/call")
    coordinator = sign_in_as(Role.COORDINATOR)
    coordinator.get("/today")
    assert "あさひ農園" in coordinator.text
    coordinator.submit(f"/hosts/{host_id}/called")
    coordinator.get("/today")
    assert "あさひ農園" not in coordinator.text


def test_a_host_reaches_no_page_of_the_staff(client: Browser, database: Database, host_id: int) -> None:
    _inside(client, database, host_id)
    for path in ("/today", "/hosts", "/account", "/accounts"):
        assert client.get(path).status_code in (302, 303, 404)


def test_nobody_enters_the_hosts_page_without_a_link(client: Browser, sign_in_as: SignInAs) -> None:
    assert client.get("/host").status_code == 404
    assert sign_in_as(*Role).get("/host").status_code == 404


def test_a_coordinator_who_is_signed_in_can_look_at_a_link_as_the_host_sees_it(
    database: Database, host_id: int, sign_in_as: SignInAs
) -> None:
    coordinator = sign_in_as(Role.COORDINATOR)
    assert coordinator.get(_invite(database, host_id)).status_code == 200


def test_a_coordinator_hands_out_a_link_that_works_once(
    client: Browser, database: Database, host_id: int, sign_in_as: SignInAs
) -> None:
    coordinator = sign_in_as(Role.COORDINATOR)
    coordinator.send("/hosts", action=f"/hosts/{host_id}/link")
    address = next(word for word in coordinator.text.split() if "/h/" in word)
    path = address[address.index("/h/") :]
    assert client.send(path).status_code == 303
    assert client.get(path).status_code == 404
