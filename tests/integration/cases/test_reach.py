"""Who reaches a case and who never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.accounts.vocabulary import Actor, Role
from app.cases import queries, service
from app.cases.models import Case
from app.cases.vocabulary import CaseStory, ClosingReason, ReferralRow
from app.clock import now, today
from app.db.database import Database
from app.db.scope import ScopeViolation
from app.people import queries as people
from app.people.vocabulary import Identity, NeverMeetKind
from app.web.errors import Missing, Refused
from tests.factories.cases import (
    IDENTITY,
    TOWN,
    actor_of,
    keep_away,
    make_actor,
    make_case,
    sees,
    submit_plan,
)
from tests.support.accounts import make_account


def join(database: Database, case: Case, account_id: int | None, by: Actor) -> None:
    with database.writing(by.scope) as session:
        service.join_team(session, case_id=case.id, account_id=account_id or 0, by=by, at=now())


def leave(database: Database, case: Case, account_id: int | None, by: Actor) -> None:
    with database.writing(by.scope) as session:
        service.leave_team(session, case_id=case.id, account_id=account_id or 0, by=by, at=now())


@pytest.mark.parametrize("role", list(Role))
def test_without_a_membership_no_role_reaches_a_case(database: Database, role: Role) -> None:
    case = make_case(database, make_actor(database, Role.CSW))
    assert not sees(database, make_actor(database, role), case)


def test_a_member_reaches_it_until_they_leave(database: Database) -> None:
    csw, second = make_actor(database, Role.CSW), make_actor(database, Role.COORDINATOR)
    case = make_case(database, csw)
    join(database, case, second.account_id, csw)
    assert sees(database, second, case)
    leave(database, case, second.account_id, csw)
    assert not sees(database, second, case)


def test_a_membership_of_long_standing_ends_at_once_too(database: Database) -> None:
    csw, second = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    case = make_case(
        database,
        csw,
        member_ids={csw.account_id, second.account_id},
        opened_on=today() - timedelta(days=30),
    )
    leave(database, case, second.account_id, csw)
    assert not sees(database, second, case)


def test_the_last_member_cannot_leave(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused, match="引き継ぐ人"):
        leave(database, case, csw.account_id, csw)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PLANNER, Role.COMMUNITY, Role.REFERRER, Role.CITY_OFFICER])
def test_whose_roles_belong_to_no_team_cannot_be_taken_in(database: Database, role: Role) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused, match="支援チームに入れるのは"):
        join(database, case, make_actor(database, role).account_id, csw)


def test_who_loses_the_role_reaches_nothing_though_the_membership_stands(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    moved = replace(csw, roles=frozenset({Role.PLANNER, Role.ADMIN}))
    assert not sees(database, moved, case)


@pytest.mark.parametrize(
    "roles",
    [(Role.CSW,), (Role.CITY_OFFICER,), (Role.ADMIN, Role.CSW), (Role.CSW, Role.CITY_OFFICER)],
    ids=lambda roles: "+".join(roles),
)
def test_who_is_kept_away_loses_the_case_at_once_whatever_else_they_hold(
    database: Database, roles: tuple[Role, ...]
) -> None:
    csw, feared = make_actor(database, Role.CSW), make_actor(database, *roles)
    case = make_case(database, csw)
    if Role.CSW in roles:
        join(database, case, feared.account_id, csw)
    submit_plan(database, case, csw)
    assert sees(database, feared, case)
    keep_away(database, case, account_id=feared.account_id, by=csw)
    assert not sees(database, feared, case)
    with pytest.raises(Refused, match="会ってはいけない"):
        join(database, case, feared.account_id, csw)


def test_who_is_kept_away_from_one_is_kept_away_from_the_whole_household(database: Database) -> None:
    daughters, mothers = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    feared = make_actor(database, Role.CSW)
    daughter = make_case(database, daughters)
    mother = make_case(
        database,
        daughters,
        identity=Identity("", "", "お母さん"),
        household_of=daughter.person_id,
        member_ids={mothers.account_id, feared.account_id},
    )
    assert sees(database, feared, mother)
    entry = keep_away(database, daughter, account_id=feared.account_id, by=daughters)
    assert not sees(database, feared, mother)
    brother = make_case(
        database,
        daughters,
        household_of=daughter.person_id,
        member_ids={mothers.account_id, feared.account_id},
    )
    assert not sees(database, feared, brother), "who comes into the household later is covered too"
    with database.writing(TOWN.scope) as session:
        service.remove_never_meet(session, case_id=daughter.id, never_meet_id=entry, by=daughters, at=now())
    assert sees(database, feared, mother)


def test_nobody_keeps_themselves_away(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    with pytest.raises(Refused, match="自分自身"):
        keep_away(database, make_case(database, csw), account_id=csw.account_id, by=csw)


def test_two_who_must_not_meet_are_excluded_on_both_sides_and_only_the_writer_is_told(
    database: Database,
) -> None:
    one, other = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    hers = make_case(database, one)
    both = {one.account_id, other.account_id}
    his = make_case(database, other, member_ids=both, identity=Identity("", "", "ほかの人"))
    entry = keep_away(database, hers, kind=NeverMeetKind.OTHER_PERSON, other_number=his.number, by=one)
    with database.reading(other.scope) as session:
        assert people.list_never_meets(session, his.person_id, scope=other.scope) == []
        excluded = people.get_exclusions(session, his.person_id, scope=other.scope)
        assert excluded.person_ids == {hers.person_id}
    with database.reading(one.scope) as session:
        assert [e.name for e in people.list_never_meets(session, hers.person_id, scope=one.scope)] == [
            his.number
        ]
    with database.writing(TOWN.scope) as session:
        service.remove_never_meet(session, case_id=hers.id, never_meet_id=entry, by=one, at=now())
    with database.reading(other.scope) as session:
        assert not people.get_exclusions(session, his.person_id, scope=other.scope).person_ids


def test_nobody_names_a_case_that_they_do_not_see_to_learn_where_its_person_goes(database: Database) -> None:
    one, other = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    hers, his = make_case(database, one), make_case(database, other)
    refusals = []
    for number in (his.number, "T-9999"):
        with pytest.raises(Refused) as refusal:
            keep_away(database, hers, kind=NeverMeetKind.OTHER_PERSON, other_number=number, by=one)
        refusals.append(refusal.value.message)
    assert len(set(refusals)) == 1


def test_an_officer_sees_a_case_only_while_it_waits_and_nobody_in_it(database: Database) -> None:
    csw, officer = make_actor(database, Role.CSW), make_actor(database, Role.CITY_OFFICER)
    case = make_case(database, csw)
    assert not sees(database, officer, case)
    submit_plan(database, case, csw)
    assert sees(database, officer, case)
    with database.reading(officer.scope) as session:
        assert people.find_facts(session, case.person_id, scope=officer.scope) is None
        assert people.list_consents(session, case.person_id, scope=officer.scope) == []
        assert not queries.get_case_view(session, case.id, scope=officer.scope).is_member
        with pytest.raises(Missing):
            queries.get_own_case(session, case.id, scope=officer.scope)
    with database.writing(officer.scope) as session:
        service.decide_plan(session, case_id=case.id, by=officer, at=now())
    assert not sees(database, officer, case)


def test_seeing_a_case_for_a_decision_lets_nobody_change_it(database: Database) -> None:
    csw, both = make_actor(database, Role.CSW), make_actor(database, Role.CITY_OFFICER, Role.CSW)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    told: dict[str, Any] = {"case_id": case.id, "by": both, "at": now()}
    with database.writing(both.scope) as session:
        for act in (
            lambda: service.write_story(session, story=CaseStory(), **told),
            lambda: service.close_case(session, reason=ClosingReason.GOAL, note="", **told),
            lambda: service.join_team(session, account_id=both.account_id or 0, **told),
            lambda: service.take_plan_back(session, **told),
            lambda: service.open_identity(session, **told),
            lambda: accounts.join_team(
                session,
                team_id=case.team_id,
                account_id=both.account_id or 0,
                since=today(),
                by=both,
                at=now(),
            ),
        ):
            with pytest.raises(Missing):
                act()


def test_a_row_of_a_foreign_team_is_not_written_even_by_hand(database: Database) -> None:
    csw, stranger = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    case = make_case(database, csw)
    make_case(database, stranger)
    smuggled = Case(
        id="a" * 22,
        number="T-9999",
        team_id=case.team_id,
        person_id=case.person_id,
        state=case.state,
        opened_on=today(),
        route=case.route,
        awaits_decision=True,
        sealed=b"",
    )
    for by in (stranger, make_actor(database, Role.CITY_OFFICER)):
        with database.open(write=True, scope=by.scope) as session:
            session.add(smuggled)
            with pytest.raises(ScopeViolation):
                session.flush()
            session.rollback()
    with database.writing(stranger.scope) as session:
        changed = session.execute(
            sa.update(Case).where(Case.id == case.id).values(origin_mesh="1"),
            execution_options={"synchronize_session": False},
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_what_concerns_a_whole_household_refuses_a_workers_own_session(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(RuntimeError, match="whole household"), database.writing(csw.scope) as session:
        service.protect_household(session, case_id=case.id, reason="申出", by=csw, at=now())


def test_a_person_is_found_by_the_whole_kana_in_ones_own_teams_only(database: Database) -> None:
    csw, stranger = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    case = make_case(database, csw)
    make_case(database, csw, identity=Identity("", "", "名なしさん"))

    def found(by: Actor, kana: str, **more: object) -> list[str]:
        with database.reading(by.scope) as session:
            return people.list_person_ids_by_kana(session, kana, scope=by.scope, **more)  # type: ignore[arg-type]

    assert found(csw, "ひめだつゆこ") == [case.person_id]
    assert found(csw, "ひめだつゆこ", birth_date=IDENTITY.birth_date) == [case.person_id]
    assert found(csw, "ひめだつゆこ", birth_date=today()) == []
    assert found(csw, "ヒメダ") == found(csw, "") == found(stranger, "ヒメダツユコ") == []


def test_a_sender_learns_what_became_of_it_and_no_more(database: Database) -> None:
    csw, window = make_actor(database, Role.CSW), make_actor(database, Role.REFERRER)
    with database.writing(TOWN.scope) as session:
        case = service.note_referral(
            session,
            identity=IDENTITY,
            asked="外に出る場を",
            sender="窓口",
            consent_way=None,
            receiver_id=csw.account_id or 0,
            by=window,
            at=now(),
        )
    assert sees(database, csw, case)
    assert not sees(database, window, case)
    with database.writing(csw.scope) as session:
        service.tell_sender(session, case_id=case.id, reply="お会いできました", by=csw, at=now())
    rows = referrals(database, window)
    assert [(row.number, row.alias, row.reply) for row in rows] == [
        (case.number, "つゆさん", "お会いできました")
    ]
    assert referrals(database, make_actor(database, Role.REFERRER)) == []
    keep_away(database, case, account_id=window.account_id, by=csw)
    assert referrals(database, window) == [], "a window that is to be kept away learns nothing either"


def referrals(database: Database, window: Actor) -> list[ReferralRow]:
    with database.reading(TOWN.scope) as session:
        return queries.list_referrals(session, scope=window.scope)


def test_only_a_window_sends_a_referral(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    with pytest.raises(Refused, match="相談窓口"), database.writing(TOWN.scope) as session:
        service.note_referral(
            session,
            identity=IDENTITY,
            asked="x",
            sender="x",
            consent_way=None,
            receiver_id=csw.account_id or 0,
            by=csw,
            at=now(),
        )


def test_an_account_that_was_closed_is_taken_into_no_team(database: Database) -> None:
    csw, gone = make_actor(database, Role.CSW), make_account(database, Role.CSW)
    with database.writing(TOWN.scope) as session:
        accounts.close_account(session, account_id=gone.id, by=TOWN, at=now())
    with pytest.raises(Refused):
        join(database, make_case(database, csw), actor_of(database, gone).account_id, csw)
