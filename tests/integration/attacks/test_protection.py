"""Somebody in the team who wants to know where a protected household lives, without the right to."""

from __future__ import annotations

import pytest

from app.accounts.vocabulary import Right, Role
from app.cases import service
from app.clock import now
from app.db.database import Database
from app.people.vocabulary import NeverMeetKind
from app.web.errors import Missing
from tests.factories.cases import TOWN, actor_of, keep_away, make_actor, make_case, protect
from tests.support.accounts import SignInAs, make_account
from tests.support.databases import rows_of

PLACE = ("隠町", "4649", "勝手口")


def test_protection_is_not_lifted_by_who_may_not_uncover_the_place(
    database: Database, sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.CSW)
    csw = actor_of(database, account)
    case = make_case(database, csw)
    protect(database, case, csw)
    browser = sign_in_as(account=account)

    answer = browser.send(f"/cases/{case.id}/protection", reason="本人の申出")

    assert answer.status_code == 422
    assert "権限を持つ人に頼んでください" in browser.text
    assert rows_of(database, "household")[0]["is_protected"] in (True, 1)
    opened = browser.send(f"/cases/{case.id}/identity", reason="visit")
    assert "秘田 露子" in opened.text
    assert not [word for word in PLACE if word in opened.text]


def test_the_page_of_a_case_offers_the_lifting_to_who_may(database: Database, sign_in_as: SignInAs) -> None:
    account = make_account(database, Role.CSW)
    case = make_case(database, actor_of(database, account))
    protect(database, case, actor_of(database, account))
    allowed = make_account(database, Role.CSW, rights=(Right.UNMASK,))
    browser = sign_in_as(account=account)
    browser.send(f"/cases/{case.id}/team", account_id=str(allowed.id))

    assert "支援措置を解除する" not in browser.get(f"/cases/{case.id}").text
    assert "支援措置を解除する" in sign_in_as(account=allowed).get(f"/cases/{case.id}").text


def test_the_right_to_uncover_lifts_nothing_in_a_case_of_others(database: Database) -> None:
    csw, stranger = make_actor(database, Role.CSW), make_actor(database, Role.CSW, rights=(Right.UNMASK,))
    case = make_case(database, csw)
    protect(database, case, csw)
    with pytest.raises(Missing), database.writing(TOWN.scope) as session:
        service.lift_protection(session, case_id=case.id, reason="x", by=stranger, at=now())
    assert rows_of(database, "household")[0]["is_protected"] in (True, 1)


def test_naming_somebodys_number_stands_in_the_log_of_that_person(database: Database) -> None:
    curious, csw = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    sought = make_case(database, csw, member_ids={csw.account_id, curious.account_id})
    own = make_case(database, curious)
    keep_away(database, own, by=curious, kind=NeverMeetKind.OTHER_PERSON, other_number=sought.number)
    told = [
        (row["action"], row["actor_id"])
        for row in rows_of(database, "audit_event")
        if row["subject_id"] == sought.person_id
    ]
    assert ("never_meet.mirrored", curious.account_id) in told
