"""Somebody who guesses passwords, opens a letter that is not theirs, or lies to the server about the network."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.service import create_account
from app.accounts.vocabulary import Actor, Affiliation, Role
from app.clock import frozen, now
from app.config import Settings
from app.db.database import Database
from app.operations import serving
from app.resources.service.hosts import invite_host
from app.resources.vocabulary import Disclosure
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import BY, PASSWORD, SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of


def _invite(database: Database, host_id: int) -> str:
    with database.writing(BY.scope) as session:
        return "/h/" + invite_host(session, host_id=host_id, by=Actor.system("test"), at=now())


def test_signing_in_oneself_does_not_excuse_guesses_on_the_names_of_others(
    app: Flask, database: Database
) -> None:
    own = make_account(database, Role.REFERRER).login_name
    began = now()
    for guess in range(30):
        with frozen(began + timedelta(seconds=guess)):
            assert new_browser(app).sign_in(f"colleague{guess}", "wrong").status_code == 422
            if guess == 20:
                assert new_browser(app).sign_in(own, PASSWORD).status_code == 303
    with frozen(began + timedelta(seconds=31)):
        assert new_browser(app).sign_in("colleague99", "wrong").status_code == 429


def test_a_success_excuses_the_slips_on_its_own_name(app: Flask, database: Database) -> None:
    own = make_account(database, Role.REFERRER).login_name
    for _ in range(8):
        for _ in range(4):
            assert new_browser(app).sign_in(own, "wrong").status_code == 422
        assert new_browser(app).sign_in(own, PASSWORD).status_code == 303


def test_a_new_link_ends_the_visit_of_who_followed_the_one_before(
    app: Flask, client: Browser, database: Database
) -> None:
    host_id = make_host(database)
    assert client.send(_invite(database, host_id)).status_code == 303
    token = client.token("/host")

    fresh = _invite(database, host_id)

    assert client.get("/host").status_code in (303, 404)
    assert client.post("/host/call", data={"csrf_token": token}).status_code in (303, 404)
    assert [row["call_asked_at"] for row in rows_of(database, "host")] == [None]
    assert new_browser(app).send(fresh).status_code == 303


@pytest.mark.parametrize("sent", [{"slot-1": "9" * 5000}, {"slot-" + "9" * 5000: "1"}, {"slot-٣": "٣"}])
def test_a_number_without_end_is_no_error_of_the_server(
    client: Browser, database: Database, sent: dict[str, str]
) -> None:
    client.send(_invite(database, make_host(database)))
    before = [row["seats"] for row in rows_of(database, "opening_slot")]

    answer = client.post("/host/seats", data={"csrf_token": client.token("/host"), **sent})

    assert answer.status_code in (303, 422)
    assert [row["seats"] for row in rows_of(database, "opening_slot")] == before


def test_the_server_believes_no_header_about_the_network_by_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _path, command, _environment: started.append(command))
    serving.serve(Settings.from_environment({"TSUNAGI_KEY_FILE": str(tmp_path / "key")}))
    assert started[0][started[0].index("--forwarded-allow-ips") + 1] == ""


def _change(browser: Browser, current: str, new: str) -> int:
    return browser.send("/account/password", current=current, new=new, again=new).status_code


def test_the_present_password_cannot_be_guessed_in_a_browser_left_open(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser, began = sign_in_as(Role.CSW), now()
    fresh = "aoi-kasa-to-furui-tokei"
    with frozen(began):
        assert [_change(browser, f"guess{number}", fresh) for number in range(6)] == [422] * 5 + [429]
        assert _change(browser, PASSWORD, fresh) == 429
    with frozen(began + timedelta(seconds=31)):
        assert _change(browser, PASSWORD, fresh) == 303


def test_a_new_password_that_is_too_weak_is_no_guess(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.CSW)
    assert {_change(browser, PASSWORD, "aaaaaaaaaaaa") for _ in range(8)} == {422}
    assert _change(browser, PASSWORD, "aoi-kasa-to-furui-tokei") == 303


def test_a_first_password_opens_no_more_than_residents_see(app: Flask, database: Database) -> None:
    partners_only = make_resource(database, name="関係者の場", disclosure=Disclosure.PARTNERS)
    with database.writing(BY.scope) as session:
        account, first_password = create_account(
            session,
            login_name="new.worker",
            display_name="新しい人",
            affiliation=Affiliation.CITY,
            organisation="福祉課",
            roles={Role.CSW},
            by=BY,
            at=now(),
        )
    browser = new_browser(app)
    assert browser.sign_in(account.login_name, first_password).status_code == 303
    assert browser.get(f"/resources/{partners_only}").status_code == 404
    better = "みどりの風と古い時計 41"
    browser.send("/account/password", current=first_password, new=better, again=better)
    assert browser.get(f"/resources/{partners_only}").status_code == 200
