"""What limits cost while a need is written: counted like the candidates, kept nowhere, and never an exception page."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import now
from app.db.database import Database
from app.matching import queries, service
from app.matching.vocabulary import RuleId
from app.people.vocabulary import NeverMeetKind
from tests.factories.cases import actor_of, keep_away, make_actor, make_case
from tests.factories.needs import TUESDAY_MORNING, make_cafe, write_need
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
TUESDAY = str(TUESDAY_MORNING.bit_length() - 1)


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


def count(browser: Browser, case: Case, *, alive: bool = True, **typed: Any) -> TestResponse:
    """Have the form counted as it stands: by what a change sends, or by the button."""
    browser.get(f"/cases/{case.id}/need")
    form = next(form for form in browser.forms() if form.action == f"/cases/{case.id}/need")
    headers = {"Referer": browser.address, **(PART if alive else {})}
    return browser.post(f"{form.action}/costs", data={**form.fields, **typed}, headers=headers)


def noted(database: Database) -> int:
    return sum(row["action"] == "need_costs.read" for row in rows_of(database, "audit_event"))


def test_each_limit_tells_its_cost_and_nothing_is_kept(
    database: Database, case: Case, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "にぎやかな食堂", traits={"静けさ": "にぎやか"})
    make_cafe(database, "知らない場", traits={})
    answer = count(browser, case, limit_noise="1", free_slots=[TUESDAY])
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "いま合う場 2か所" in browser.text
    assert "静けさ：この条件で −1か所" in browser.text
    assert rows_of(database, "need") == []


def test_it_is_noted_once_in_a_sitting(database: Database, case: Case, browser: Browser) -> None:
    for fee in ("0", "100", "200"):
        count(browser, case, fee_limit_yen=fee)
    assert noted(database) == 1


def test_without_javascript_a_button_shows_the_same_and_saves_nothing(
    database: Database, case: Case, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "にぎやかな食堂", traits={"静けさ": "にぎやか"})
    assert count(browser, case, alive=False, limit_noise="1", own_words="まだ途中").status_code == 200
    assert browser.heading == "ニーズを聞く"
    assert "静けさ：この条件で −1か所" in browser.text
    assert rows_of(database, "need") == []
    # What was typed still stands in the form, and the form still leads to where it is saved.
    browser.submit(f"/cases/{case.id}/need")
    assert len(rows_of(database, "need")) == 1


@pytest.mark.parametrize("alive", [True, False])
def test_what_cannot_stand_is_said_and_not_counted(
    database: Database, case: Case, browser: Browser, *, alive: bool
) -> None:
    make_cafe(database)
    typed = {"musts": ["MALE_STAFF"], "must_nots": ["MALE_STAFF"], "as_is": "y", "kinds_now": ["BEING"]}
    answer = count(browser, case, alive=alive, **typed, has_no_time="y", free_slots=[TUESDAY])
    assert answer.status_code == (200 if alive else 422)
    assert "まだ数えられません" in browser.text
    assert browser.text.count("どちらかにしてください") >= 3
    assert "か所" not in browser.text


def test_no_time_at_all_is_another_answer_than_not_asked(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_resource(database, name="縁側のお茶", is_light=True)
    count(browser, case)
    assert "いま合う場 1か所" in browser.text
    count(browser, case, has_no_time="y")
    assert "いま合う場 0か所" in browser.text
    assert "曜日の決まった場は合いません" in browser.text
    browser.send(f"/cases/{case.id}/need", has_no_time="y")
    with database.reading(csw.scope) as session:
        need = queries.find_need(session, case.id, scope=csw.scope)
    assert need is not None
    assert need.content.profile.free_slots == 0
    browser.get(f"/cases/{case.id}/need")
    assert next(form for form in browser.forms() if "has_no_time" in form.names).fields["has_no_time"]


def test_an_empty_catalogue_and_things_as_they_are_have_words(case: Case, browser: Browser) -> None:
    count(browser, case)
    assert "数えられる場が、まだありません" in browser.text
    count(browser, case, as_is="y")
    assert "りっぱな答えです" in browser.text


def test_whom_the_person_must_not_meet_is_in_no_count(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    loud = make_cafe(database, "にぎやかな食堂", traits={"静けさ": "にぎやか"})
    make_cafe(database)
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, resource_id=loud)
    count(browser, case, limit_noise="1")
    assert "いま合う場 1か所" in browser.text
    assert "−" not in browser.text


def test_the_last_bus_is_a_limit_by_the_hours_of_the_place(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "夕方の食堂", opens_minute=900, closes_minute=1140)
    make_cafe(database, "時刻のない場", opens_minute=None, closes_minute=None)
    count(browser, case, leaves_by="13:00")
    # The evening one begins after the last bus; of the one without hours nobody knows.
    assert "帰りの足：この条件で −1か所" in browser.text
    assert "いま合う場 2か所" in browser.text
    write_need(database, case, csw, free_slots=None, limits={}, leaves_by_minute=780)
    browser.get(f"/cases/{case.id}/candidates")
    assert "12:00に終わるので、13:00までに出ることができる" in browser.text
    assert "15:00に始まるので、13:00までに出ることができない" in browser.text
    assert "13:00までに出ることができるか（いつ終わるかは不明）" in browser.text


def test_another_teams_case_does_not_exist(
    database: Database, browser: Browser, csw: Actor, case: Case
) -> None:
    foreign = make_case(database, make_actor(database, Role.CSW))
    browser.get(f"/cases/{case.id}/need")
    token = browser.token(f"/cases/{case.id}/need")
    answer = browser.post(
        f"/cases/{foreign.id}/need/costs",
        data={"csrf_token": token},
        headers={"Referer": browser.address, **PART},
    )
    assert answer.status_code == 404
    assert noted(database) == 0
    assert csw.account_id


def test_an_answer_does_not_undo_a_draft_that_waits(database: Database, case: Case, csw: Actor) -> None:
    cafe = make_cafe(database, fee=None, traits={"参加の形": "居るだけ"})
    write_need(database, case, csw)
    write_need(database, case, csw, is_draft=True, own_words="書きかけのことば")
    with database.writing(csw.scope) as session:
        service.answer_question(
            session,
            case_id=case.id,
            rule=RuleId.NOISE,
            resource_id=cafe,
            fits=True,
            seen_version=1,
            avoided=(),
            by=csw,
            at=now(),
        )
    with database.reading(csw.scope) as session:
        current = queries.find_need(session, case.id, scope=csw.scope)
        latest = queries.find_need(session, case.id, with_drafts=True, scope=csw.scope)
    assert current is not None
    assert latest is not None
    assert (current.version, current.is_draft) == (3, False)
    assert (latest.version, latest.is_draft) == (4, True)
    assert latest.content.profile.own_words == "書きかけのことば"
    assert latest.content.profile.answers == current.content.profile.answers != frozenset()
