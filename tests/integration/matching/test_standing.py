"""What stands beside a score: summed over other teams, told coarsely, and without any power over score and order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.accounts.service import teams
from app.accounts.vocabulary import Actor, Role, Scope
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.matching import queries
from app.matching.engine.explanation import Explanation, explain
from app.matching.engine.standing import exposure_words
from app.matching.queries import Standing
from app.matching.vocabulary import ProposalReason, ProposalState, Side
from app.resources.engine.traits import TakingPart
from app.resources.queries.openings import list_openings
from tests.factories.cases import IDENTITY, actor_of, make_actor, make_case, protect, sees
from tests.factories.needs import make_cafe, move, propose, write_need
from tests.factories.openings import make_host
from tests.support.accounts import SignInAs, make_account

SYSTEM = Actor.system("test")
WORK: dict[str, Any] = {"kinds_now": frozenset({TakingPart.ROLE}), "limits": {}, "free_slots": None}


@pytest.fixture
def csw(database: Database) -> Actor:
    """Who looks."""
    return make_actor(database, Role.CSW)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """The case that is looked at."""
    made = make_case(database, csw)
    write_need(database, made, csw, **WORK)
    return made


@pytest.fixture
def opening(database: Database) -> tuple[int, int, int]:
    """An opening with many seats: resource, opening, slot."""
    make_host(database, seats=30)
    with database.reading(SYSTEM.scope) as session:
        found = list_openings(session, scope=SYSTEM.scope)[0]
        return found.resource_id, found.id, found.slots[0].id


def other_case(database: Database) -> tuple[Case, Actor]:
    """A case of another team."""
    other = make_actor(database, Role.CSW)
    made = make_case(database, other)
    write_need(database, made, other, **WORK)
    return made, other


def own_case(database: Database, by: Actor) -> tuple[Case, Actor]:
    """One more case of somebody's own."""
    made = make_case(database, by)
    write_need(database, made, by, **WORK)
    return made, by


def ask(
    database: Database,
    opening: tuple[int, int, int],
    to: ProposalState | None,
    *,
    by: Actor | None = None,
    **told: Any,
) -> tuple[Case, Actor]:
    """A question to the host, and how it ended; None while it is open. It is another team's unless `by` says whose."""
    made, other = own_case(database, by) if by else other_case(database)
    resource_id, opening_id, slot_id = opening
    asked_at = told.pop("asked_at", now())
    key = propose(database, made, other, resource_id, opening_id=opening_id, slot_id=slot_id)
    move(database, key, ProposalState.AGREED, other)
    move(database, key, ProposalState.ASKED, other, at=asked_at)
    if to is not None:
        move(database, key, to, other, **told)
    return made, other


def standing(
    database: Database, opening: tuple[int, int, int], *, asked_by: Scope = SYSTEM.scope
) -> Standing:
    """What somebody is told; by default somebody who proposed nothing and belongs to no team."""
    with database.reading(SYSTEM.scope) as session:
        return queries.get_standing(
            session,
            resource_ids=[opening[0]],
            opening_ids=[opening[1]],
            asked_by=asked_by,
            at=now(),
            scope=SYSTEM.scope,
        )


def reply(
    database: Database, opening: tuple[int, int, int], *, asked_by: Scope = SYSTEM.scope
) -> tuple[int | None, int | None]:
    record = standing(database, opening, asked_by=asked_by).hosts[opening[1]]
    return record.tenths, record.days


def test_a_host_is_known_from_five_questions_on(database: Database, opening: tuple[int, int, int]) -> None:
    two_days_ago = now() - timedelta(days=2)
    for _ in range(4):
        ask(database, opening, ProposalState.ACCEPTED, asked_at=two_days_ago)
    assert reply(database, opening) == (None, None)
    ask(
        database,
        opening,
        ProposalState.DECLINED,
        asked_at=two_days_ago,
        side=Side.HOST,
        reason=ProposalReason.HOST_FULL,
    )
    assert reply(database, opening) == (10, 2)


def test_what_ran_out_and_what_had_no_answer_count_against(
    database: Database, opening: tuple[int, int, int]
) -> None:
    for _ in range(3):
        ask(database, opening, ProposalState.ACCEPTED)
    ask(database, opening, ProposalState.DECLINED, side=Side.HOST, reason=ProposalReason.NO_ANSWER)
    ask(database, opening, None, asked_at=now() - timedelta(days=20))
    assert reply(database, opening) == (6, 0)


def test_what_is_open_or_was_taken_back_by_others_says_nothing_of_the_host(
    database: Database, opening: tuple[int, int, int]
) -> None:
    for _ in range(5):
        ask(database, opening, ProposalState.ACCEPTED)
    ask(database, opening, None)
    ask(database, opening, ProposalState.WITHDRAWN, side=Side.SUPPORT, reason=ProposalReason.OTHER)
    ask(database, opening, ProposalState.DECLINED, side=Side.PERSON, reason=ProposalReason.HEALTH)
    assert reply(database, opening) == (10, 0)


def test_a_year_ago_is_forgotten(database: Database, opening: tuple[int, int, int]) -> None:
    for _ in range(5):
        ask(database, opening, None, asked_at=now() - timedelta(days=366))
    assert reply(database, opening) == (None, None)


def test_other_people_of_the_last_thirty_days_are_counted_once_each(
    database: Database, opening: tuple[int, int, int], case: Case, csw: Actor
) -> None:
    for _ in range(3):
        ask(database, opening, None)
    propose(database, case, csw, opening[0], opening_id=opening[1])
    assert standing(database, opening, asked_by=csw.scope).people == {opening[0]: 3}
    assert standing(database, opening).people == {opening[0]: 4}


def test_a_team_finds_no_proposal_of_another_by_its_own_scope(
    database: Database, opening: tuple[int, int, int], csw: Actor
) -> None:
    ask(database, opening, ProposalState.ACCEPTED)
    with database.reading(csw.scope) as session:
        own = queries.get_standing(
            session,
            resource_ids=[opening[0]],
            opening_ids=[opening[1]],
            asked_by=csw.scope,
            at=now(),
            scope=csw.scope,
        )
    assert own.people == {}


def test_nobody_reads_by_proposing_themselves_how_many_of_others_were_sent_there(
    database: Database, opening: tuple[int, int, int], csw: Actor
) -> None:
    """The attack: bring the number over its threshold with cases of one's own, and subtract them."""
    told = []
    for _ in range(4):
        own, _ = own_case(database, csw)
        propose(database, own, csw, opening[0], opening_id=opening[1])
    for _ in range(3):
        told.append(exposure_words(standing(database, opening, asked_by=csw.scope).people.get(opening[0], 0)))
        ask(database, opening, None)
    assert set(told) == {"この30日は、少ない"}
    before = standing(database, opening, asked_by=csw.scope).people
    own, _ = own_case(database, csw)
    propose(database, own, csw, opening[0], opening_id=opening[1])
    assert standing(database, opening, asked_by=csw.scope).people == before == {opening[0]: 3}


@pytest.mark.parametrize("days", [0, 1])
def test_who_left_a_team_still_finds_nothing_of_their_own_in_the_sum(
    database: Database, opening: tuple[int, int, int], case: Case, csw: Actor, days: int
) -> None:
    propose(database, case, csw, opening[0], opening_id=opening[1])
    colleague = make_actor(database, Role.CSW)
    with database.writing(SYSTEM.scope) as session:
        told: dict[str, Any] = {"team_id": case.team_id, "by": csw}
        teams.join_team(session, account_id=colleague.account_id or 0, since=today(), at=now(), **told)
        left_at = now() + timedelta(days=days)
        teams.leave_team(session, account_id=csw.account_id or 0, at=left_at, **told)
    later = replace(csw, on=today() + timedelta(days=days))
    assert not sees(database, later, case)
    assert standing(database, opening, asked_by=later.scope).people == {}
    assert standing(database, opening).people == {opening[0]: 1}


def test_who_is_protected_is_in_no_sum_over_people(
    database: Database, opening: tuple[int, int, int], csw: Actor
) -> None:
    asked = [ask(database, opening, None) for _ in range(3)]
    protect(database, *asked[0])
    assert standing(database, opening, asked_by=csw.scope).people == {opening[0]: 2}


def test_a_slip_that_was_taken_back_before_the_person_said_anything_is_not_counted(
    database: Database, opening: tuple[int, int, int]
) -> None:
    taken_back: dict[str, Any] = {"side": Side.SUPPORT, "reason": ProposalReason.OTHER}
    made, other = other_case(database)
    slip = propose(database, made, other, opening[0], opening_id=opening[1])
    move(database, slip, ProposalState.WITHDRAWN, other, **taken_back)
    assert standing(database, opening).people == {}
    ask(database, opening, ProposalState.WITHDRAWN, **taken_back)
    assert standing(database, opening).people == {opening[0]: 1}


def test_nobody_reads_by_asking_themselves_how_a_host_answered_another_team(
    database: Database, opening: tuple[int, int, int], csw: Actor
) -> None:
    """The attack: four questions of one's own, of which one knows the end, and one of somebody else."""
    for _ in range(4):
        ask(database, opening, ProposalState.ACCEPTED, by=csw)
    ask(database, opening, ProposalState.ACCEPTED)
    assert reply(database, opening, asked_by=csw.scope) == (None, None)
    for _ in range(4):
        ask(database, opening, ProposalState.ACCEPTED)
    no_answer: dict[str, Any] = {"side": Side.HOST, "reason": ProposalReason.NO_ANSWER}
    ask(database, opening, ProposalState.DECLINED, by=csw, **no_answer)
    assert reply(database, opening, asked_by=csw.scope) == (10, 0)


def test_how_one_more_question_ended_does_not_show_in_the_share(
    database: Database, opening: tuple[int, int, int], csw: Actor
) -> None:
    earlier = now() - timedelta(days=1)
    for _ in range(5):
        ask(database, opening, ProposalState.ACCEPTED, asked_at=earlier)
    before = reply(database, opening, asked_by=csw.scope)
    ask(database, opening, ProposalState.DECLINED, side=Side.HOST, reason=ProposalReason.NO_ANSWER)
    assert reply(database, opening, asked_by=csw.scope) == before == (10, 1)


def outcome(database: Database, case: Case, by: Actor) -> list[Explanation]:
    with database.reading(by.scope) as session:
        facts = queries.get_facts(session, case.id, on=today(), scope=by.scope)
        need = queries.find_need(session, case.id, scope=by.scope)
        assert need is not None
        profile = facts.completed(need.content.profile, avoided=())
        found = queries.get_match(session, profile, at=now(), scope=by.scope)
        return [explain(found, row) for row in found.ranked.tolist()]


def test_it_moves_no_score_and_no_order(
    database: Database, opening: tuple[int, int, int], case: Case, csw: Actor
) -> None:
    for name in ("一", "二"):
        make_cafe(database, f"手伝いの家{name}", traits={"参加の形": "役割・手伝い"})
    before = outcome(database, case, csw)
    assert len(before) == 3
    for _ in range(3):
        ask(database, opening, ProposalState.ACCEPTED)
    ask(database, opening, None, asked_at=now() - timedelta(days=20))
    assert standing(database, opening).people == {opening[0]: 4}
    assert outcome(database, case, csw) == before


def test_the_page_tells_it_beside_the_points_and_never_of_one_or_two(
    database: Database, opening: tuple[int, int, int], sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.CSW)
    csw = actor_of(database, account)
    case = make_case(database, csw)
    write_need(database, case, csw, **WORK)
    browser = sign_in_as(account=account)
    for _ in range(2):
        ask(database, opening, ProposalState.ACCEPTED)
    browser.get(f"/cases/{case.id}/candidates")
    assert "点に入れていないこと" in browser.text
    assert "ほかのチームへの返事：まだ記録が少ない" in browser.text
    assert "ほかのチームでの提案：この30日は、少ない" in browser.text
    for _ in range(3):
        ask(database, opening, ProposalState.ACCEPTED)
    browser.get(f"/cases/{case.id}/candidates")
    assert "ほぼ毎回、期限までに返事" in browser.text
    assert "この30日で、3〜5人" in browser.text
    assert IDENTITY.name not in browser.text
