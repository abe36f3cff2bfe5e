"""The pages of taking part without JavaScript, parsed strictly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Right, Role
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from app.followup import queries
from app.followup.vocabulary import Met, Party
from app.resources.queries import catalogue
from tests.factories.cases import actor_of, protect
from tests.factories.followup import TEXT, facts, log, make_place, make_proposal, planned, ready_case, start
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import assert_statements, rows_of, statements

DAYS = timedelta(days=1)


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
    """A case that may start."""
    return ready_case(database, csw)


def actions(database: Database) -> list[object]:
    return [row["action"] for row in rows_of(database, "audit_event")]


def test_nothing_to_do_teaches_the_next_step(browser: Browser) -> None:
    browser.get("/today")
    assert "約束はありません" in browser.text
    assert "ケースをひらく" in browser.text


def test_today_shows_what_is_overdue_first(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    start(database, case, csw, starts_on=today() - 7 * DAYS)
    browser.get("/today")
    order = [browser.text.index(words) for words in ("日が過ぎています（2件）", "今日（2件）")]
    assert order == sorted(order)
    assert "つゆさん" in browser.text
    assert "秘田" not in browser.text
    assert "case.listed" in actions(database)


def test_the_list_of_cases_says_when_the_next_contact_is(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    start(database, case, csw, starts_on=today() - 5 * DAYS)
    browser.get("/cases")
    assert "4日前" in browser.text
    log(database, case, csw, facts(Met.PERSON, Met.HOST))
    browser.get("/cases")
    assert "4日前" in browser.text, "the host is asked about one placement, which the visit did not name"


def test_others_see_nothing_of_it(database: Database, csw: Actor, case: Case, sign_in_as: SignInAs) -> None:
    placement_id = start(database, case, csw, starts_on=today() - 7 * DAYS)
    contact, visit_id = planned(database, case, csw)[0], log(database, case, csw)
    stranger, planner = sign_in_as(Role.COORDINATOR), sign_in_as(Role.PLANNER)
    for path in (
        f"/placements/{placement_id}",
        f"/touchpoints/{contact.id}/visit",
        f"/touchpoints/{contact.id}/move",
        f"/cases/{case.id}/visits",
        f"/cases/{case.id}/visits/new",
        f"/cases/{case.id}/placements/new",
        f"/visits/{visit_id}",
        f"/visits/{visit_id}/correct",
    ):
        assert stranger.get(path).status_code == 404, path
        assert planner.get(path).status_code == 404, path
    stranger.get("/today")
    assert "つゆさん" not in stranger.text


def test_a_visit_is_logged_from_today(database: Database, csw: Actor, case: Case, browser: Browser) -> None:
    start(database, case, csw, starts_on=today() - 1 * DAYS)
    contact = planned(database, case, csw, Party.HOST)[0]
    path = f"/touchpoints/{contact.id}/visit"
    sent = browser.send(path, means="host_visit", person_mood="4", host_mood="5", text=TEXT, next_when="week")
    assert (sent.status_code, sent.location) == (303, "/today")
    with database.reading(csw.scope) as session:
        (visit,) = queries.list_visits(session, case.id, most=5, scope=csw.scope)
    assert visit.current.note.text == TEXT
    assert visit.current.next_on == today() + 7 * DAYS
    assert [met.value for met in visit.current.note.met] == ["host"]
    browser.get("/today")
    assert "次の約束は" in browser.text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    path = f"/cases/{case.id}/visits/new"
    sent = browser.send(path, met=[], text=TEXT, next_when="day")
    assert sent.status_code == 422
    assert TEXT in browser.text
    assert "次の約束の日付を入力してください。" in browser.text
    sent = browser.submit(path, met=["nobody", "person"], next_when="none")
    assert sent.status_code == 422
    assert TEXT in browser.text
    assert browser.submit(path, met=["person"]).status_code == 303


def test_a_visit_without_a_basis_of_sharing_is_asked_for_one(case: Case, browser: Browser) -> None:
    path = f"/cases/{case.id}/visits/new"
    typed = {"csrf_token": browser.token(path), "text": TEXT, "met": "person", "next_when": "none"}
    for basis in ("", "anybody"):
        assert browser.post(path, data={**typed, "sharing_basis": basis}).status_code == 422
        assert "だれが読めるかを" in browser.text


def test_a_second_press_is_told_and_keeps_the_text(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    start(database, case, csw, starts_on=today() - 1 * DAYS)
    path = f"/touchpoints/{planned(database, case, csw)[0].id}/visit"
    browser.get(path)
    form = next(form for form in browser.forms() if form.action == path)
    headers = {"Referer": browser.address}
    assert browser.post(path, data=form.fields, headers=headers).status_code == 303
    assert browser.post(path, data=form.fields, headers=headers).status_code == 422
    assert "もう記録されたか" in browser.text
    assert len(rows_of(database, "visit")) == 1
    assert browser.get(path).location == f"/cases/{case.id}"


def test_opening_a_visit_is_written_down_first(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    visit_id = log(database, case, csw)
    browser.get(f"/visits/{visit_id}")
    assert TEXT in browser.text
    assert actions(database).count("visit.read") == 1


def test_a_correction_shows_both_versions(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    visit_id = log(database, case, csw)
    browser.send(f"/visits/{visit_id}/correct", text="軒先で話した。")
    browser.get(f"/visits/{visit_id}")
    assert browser.text.index("軒先で話した。") < browser.text.index(TEXT)
    assert "訂正する前の内容" in browser.text


def test_a_contact_is_moved_with_a_reason(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    placement_id = start(database, case, csw)
    path = f"/touchpoints/{planned(database, case, csw)[0].id}/move"
    later = (today() + 3 * DAYS).isoformat()
    assert browser.send(path, to=later).status_code == 422
    assert browser.send(path, to=later, reason="weather").status_code == 303
    browser.get(f"/placements/{placement_id}")
    assert "天気・災害" in browser.text


def test_taking_part_begins_from_a_case(database: Database, csw: Actor, case: Case, browser: Browser) -> None:
    place, other = make_place(database), make_place(database)
    with database.reading(csw.scope) as session:
        name = catalogue.list_names(session, [place.resource_id], scope=csw.scope)[place.resource_id]
    browser.get(f"/cases/{case.id}/placements/new?q={name}")
    assert name in browser.text
    path = f"/cases/{case.id}/placements/new/{place.resource_id}"
    sent = browser.send(path, stage="trial", slot_ids=[str(place.slot_ids[0])])
    assert sent.status_code == 303
    browser.get(sent.location)
    assert "体験" in browser.text
    browser.get(f"/cases/{case.id}")
    assert name in browser.text
    sent = browser.send(f"/cases/{case.id}/placements/new/{other.resource_id}", starts_on="2001-01-01")
    assert sent.status_code == 422
    assert "180日" in browser.text


def test_taking_part_begins_from_an_accepted_proposal(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    place = make_place(database)
    path = f"/proposals/{make_proposal(database, case, place, csw)}/start"
    assert browser.get(path).status_code == 200
    (form,) = [form for form in browser.forms() if form.action == path]
    assert form.fields["slot_ids"] == str(place.slot_ids[0])
    sent = browser.send(path)
    assert sent.status_code == 303
    browser.get(sent.location)
    assert "見学" in browser.text
    assert browser.send(path).status_code == 422


def test_where_seats_are_chosen_it_says_why_none_is_free_and_what_is_held_already(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    place = make_place(database, seats=1)
    proposal_id = make_proposal(database, case, place, csw)
    browser.get(f"/cases/{case.id}/placements/new/{place.resource_id}")
    assert "火曜 午前 満席" in browser.text
    assert "木曜 午前 あと1人" in browser.text
    browser.get(f"/proposals/{proposal_id}/start")
    assert "火曜 午前 この提案でおさえています" in browser.text


def test_stages_and_the_end_are_recorded_on_the_page(
    database: Database, csw: Actor, case: Case, browser: Browser
) -> None:
    placement_id = start(database, case, csw)
    path = f"/placements/{placement_id}"
    sent = browser.send(path, action=f"{path}/stage", **{"stage-stage": "ongoing"})
    assert sent.status_code == 303
    assert browser.send(path, action=f"{path}/end").status_code == 422
    sent = browser.send(path, action=f"{path}/end", **{"end-reason": "moved_on", "end-cause": "person"})
    assert sent.status_code == 303
    browser.get(path)
    assert "次の場へ移った（本人）" in browser.text
    assert "段階を変える" not in browser.text


def test_where_a_protected_person_goes_is_covered(
    database: Database, csw: Actor, case: Case, browser: Browser, sign_in_as: SignInAs
) -> None:
    resource_id = make_resource(database, name="ないしょの畑")
    placement_id = start(database, case, csw, resource_id=resource_id, starts_on=today() - DAYS)
    browser.get("/today")
    assert "ないしょの畑" in browser.text
    protect(database, case, csw)
    for path in (
        "/today",
        f"/cases/{case.id}",
        f"/placements/{placement_id}",
        f"/cases/{case.id}/visits/new",
    ):
        browser.get(path)
        assert "ないしょの畑" not in browser.text, path
    unmasking = make_account(database, Role.CSW, rights=[Right.UNMASK])
    other = ready_case(database, actor_of(database, unmasking))
    start(
        database,
        other,
        actor_of(database, unmasking),
        resource_id=resource_id,
        starts_on=today() - DAYS,
    )
    protect(database, other, actor_of(database, unmasking))
    allowed = sign_in_as(account=unmasking)
    allowed.get("/today")
    assert "ないしょの畑" in allowed.text


def test_visits_are_paged_newest_first(database: Database, csw: Actor, case: Case, browser: Browser) -> None:
    for ago in range(21):
        log(database, case, csw, facts(on=today() - ago * DAYS))
    browser.get(f"/cases/{case.id}")
    assert "記録をぜんぶ見る（21件）" in browser.text
    browser.get(f"/cases/{case.id}/visits?page=2")
    assert "21件のうち 21〜21" in browser.text


def grow(database: Database, csw: Actor, case: Case) -> None:
    """One more placement, with its contacts, and some visits."""
    placement_id = start(database, case, csw, starts_on=today() - 7 * DAYS)
    for _ in range(3):
        log(database, case, csw, facts(), placement_id=placement_id)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        lambda case, placement_id: "/today",
        lambda case, placement_id: "/cases",
        lambda case, placement_id: f"/cases/{case.id}",
        lambda case, placement_id: f"/cases/{case.id}/visits",
        lambda case, placement_id: f"/placements/{placement_id}",
        lambda case, placement_id: f"/cases/{case.id}/visits/new",
    ],
)
def test_a_page_asks_as_often_for_many_as_for_few(
    app: Flask,
    database: Database,
    csw: Actor,
    case: Case,
    browser: Browser,
    path: Callable[[Case, str], str],
) -> None:
    placement_id = start(database, case, csw, starts_on=today() - 7 * DAYS)
    log(database, case, csw, facts(on=today() - 9 * DAYS), placement_id=placement_id)
    address = path(case, placement_id)
    browser.get(address)
    with statements(app) as few:
        browser.get(address)
    grow(database, csw, case)
    another = ready_case(database, csw)
    start(database, another, csw, starts_on=today() - 7 * DAYS)
    with assert_statements(app, len(few)):
        browser.get(address)
