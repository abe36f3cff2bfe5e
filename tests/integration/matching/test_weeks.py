"""The page of a week without JavaScript: what fits beside what, pins in the address, and a place shown from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.db.database import Database
from app.matching.vocabulary import ProposalState
from app.people.vocabulary import NeverMeetKind
from app.resources.engine.traits import ALL_SLOTS, Purpose, TakingPart, slot_bit
from app.resources.vocabulary import DayPart
from tests.factories.cases import actor_of, keep_away, make_case, protect
from tests.factories.needs import make_cafe, propose, see_proposal, write_need
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of, statements

THURSDAY = {"weekday_mask": 0b1000, "schedule": "0Th"}
FRIDAY = {"weekday_mask": 0b10000, "schedule": "0Fr"}


@pytest.fixture
def account(database: Database) -> Account:
    """Who is signed in."""
    return make_account(database, Role.CSW)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case of theirs."""
    return make_case(database, csw)


def week(case: Case) -> str:
    return f"/cases/{case.id}/week"


def test_places_of_other_days_stand_in_one_week_and_fill_the_hours_together(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "木曜の縁側", **THURSDAY)
    make_cafe(database, "金曜の広間", **FRIDAY)
    write_need(database, case, csw, free_slots=ALL_SLOTS, min_hours_per_week=5.0)
    browser.get(f"/cases/{case.id}/candidates")
    assert "合う場はありません" in browser.text
    browser.get(week(case))
    text = browser.text
    assert "案1 3か所" in text
    assert "週に約6時間で、望む5時間に足りる" in text
    assert text.count("「居場所」につながる") >= 3
    assert "案2" not in text
    assert [row["action"] for row in rows_of(database, "audit_event")][-1] == "week.read"


def test_what_is_short_and_what_is_not_known_is_said(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "木曜の縁側", **THURSDAY)
    purposes = {Purpose.OWN_PLACE: 5, Purpose.LASTING_WORK: 3, Purpose.HEALTH: 1}
    write_need(database, case, csw, free_slots=ALL_SLOTS, min_hours_per_week=9.0, purposes=purposes)
    browser.get(week(case))
    assert "週に約4時間で、望む9時間に約5時間足りない" in browser.text
    assert "「続けられる仕事」につながる場は、この案にない" in browser.text
    assert "「健康」につながるかは不明" in browser.text


def test_two_of_one_morning_are_two_weeks_and_not_one(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "向かいのカフェ")
    make_cafe(database, "日の決まらない場", weekday_mask=None, schedule=None)
    make_resource(database, name="縁側のお茶", is_light=True)
    write_need(database, case, csw)
    browser.get(week(case))
    assert "案1 1か所" in browser.text
    assert "案2 1か所" in browser.text
    assert "いつ開いているかわからない1か所" in browser.text
    assert "近くのつながり" in browser.text
    assert "縁側のお茶" in browser.text.split("近くのつながり")[1]


def test_a_place_is_pinned_left_out_and_let_go_again_by_the_address(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    first = make_cafe(database)
    other = make_cafe(database, "向かいのカフェ")
    write_need(database, case, csw)
    browser.get(f"{week(case)}?with={other}&with=x&with=0&places=2")
    assert browser.text.count("案1") >= 1
    assert "留めた場：向かいのカフェ" in browser.text
    assert "案2" not in browser.text
    browser.get(f"{week(case)}?without={first}")
    assert "外した場：窓辺のカフェ" in browser.text
    assert "窓辺のカフェ" not in browser.text.split("案1")[1]
    browser.get(f"{week(case)}?with={first}&with={other}")
    assert "留めた場どうしの時間が重なります" in browser.text
    browser.get(f"{week(case)}?with=99999")
    assert "留められない場があります" in browser.text
    assert "案1" in browser.text


def test_a_place_of_the_week_is_shown_to_the_person_with_its_slot(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_host(database)
    cafe = make_cafe(database, "金曜の広間", **FRIDAY)
    work: dict[str, Any] = {"kinds_now": frozenset({TakingPart.ROLE, TakingPart.BEING}), "limits": {}}
    write_need(database, case, csw, **work, free_slots=ALL_SLOTS, min_hours_per_week=3.0, purposes={})
    shown = browser.get(f"{week(case)}?with={cafe}")
    form = next(form for form in browser.forms() if form.fields.get("opening_id"))
    assert form.fields["slot_id"]
    assert f'action="{form.action}?with={cafe}"' in shown.text
    answer = browser.post(
        f"{form.action}?with={cafe}", data=form.fields, headers={"Referer": browser.address}
    )
    assert answer.status_code == 303
    assert answer.location.endswith(f"/week?with={cafe}")
    browser.get(answer.location)
    assert "本人に見せる場に加えました" in browser.text
    assert "提案を見る" in browser.text
    (row,) = rows_of(database, "proposal")
    assert str(row["slot_id"]) == form.fields["slot_id"]
    assert see_proposal(database, str(row["id"]), csw).state is ProposalState.SHOWN


def test_full_slots_are_not_in_a_week(database: Database, case: Case, csw: Actor, browser: Browser) -> None:
    host = make_host(database, seats=0)
    make_opening(database, host, task="苗の植え替え", seats=1)
    write_need(database, case, csw, kinds_now=frozenset(), limits={}, free_slots=ALL_SLOTS, purposes={})
    browser.get(week(case))
    slots = {form.fields["slot_id"] for form in browser.forms() if "slot_id" in form.fields}
    free = {str(row["id"]) for row in rows_of(database, "opening_slot") if row["seats"]}
    assert slots
    assert slots <= free


def test_what_there_is_not_is_said_with_what_to_do(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    browser.get(week(case))
    assert "まだ、本人のニーズを聞いていません" in browser.text
    write_need(database, case, csw)
    browser.get(week(case))
    assert "組み合わせられる場はありません" in browser.text
    make_cafe(database, "日の決まらない場", weekday_mask=None, schedule=None)
    browser.get(week(case))
    assert "曜日と時間がわかっている場が、ありません" in browser.text
    write_need(database, case, csw, kinds_now=frozenset(), as_is=True, seen_version=1)
    browser.get(week(case))
    assert "今のままも、りっぱな答えです" in browser.text
    assert "日の決まらない場" not in browser.text


def test_a_place_to_be_kept_from_is_in_no_week(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    feared = make_cafe(database, "こわい人の店", **THURSDAY)
    make_cafe(database)
    write_need(database, case, csw, free_slots=ALL_SLOTS)
    browser.get(week(case))
    assert "こわい人の店" in browser.text
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, name="あの人", resource_id=feared)
    browser.get(week(case))
    assert "こわい人の店" not in browser.text
    browser.get(f"{week(case)}?with={feared}")
    assert "入りません" in browser.text
    assert "案1 1か所" in browser.text


def test_of_a_protected_household_no_way_from_home_is_told_and_nothing_printed(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    write_need(database, case, csw)
    browser.get(week(case))
    assert "印刷する" in browser.text
    protect(database, case, csw)
    browser.get(week(case))
    assert "印刷する" not in browser.text
    assert "道のりは" not in browser.text


def test_another_team_sees_no_week(database: Database, case: Case, csw: Actor, sign_in_as: SignInAs) -> None:
    write_need(database, case, csw)
    stranger = sign_in_as(account=make_account(database, Role.COORDINATOR))
    assert stranger.get(week(case)).status_code == 404


def test_as_many_statements_whatever_the_week(
    app: Flask, database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    write_need(database, case, csw, free_slots=ALL_SLOTS)
    browser.get(week(case))
    with statements(app) as few:
        browser.get(week(case))
    for number in range(12):
        make_cafe(database, f"場{number}", weekday_mask=1 << number % 7, schedule=None)
    browser.get(week(case))
    with statements(app) as many:
        browser.get(week(case))
    assert len(many) == len(few)


def test_a_running_proposal_leads_to_its_page(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    cafe = make_cafe(database)
    write_need(database, case, csw, free_slots=slot_bit(1, DayPart.MORNING))
    proposal_id = propose(database, case, csw, cafe)
    answer = browser.get(week(case))
    assert re.search(f"/proposals/{proposal_id}", answer.text)
    assert not [form for form in browser.forms() if form.action.startswith(f"/cases/{case.id}/proposals")]
