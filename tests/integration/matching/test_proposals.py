"""Proposals: person first, then host; one step at a time, a seat held from the question on, nobody met who must not be."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Role
from app.audit.service import verify_log
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.jobs.service.working import Worker
from app.matching import queries, service
from app.matching.service import lapsing
from app.matching.vocabulary import ProposalReason, ProposalState, RuleId, Side, holder_of
from app.operations.handlers import HANDLERS
from app.people.vocabulary import NeverMeetKind
from app.resources.engine.traits import TakingPart
from app.resources.queries.openings import list_openings
from app.web.errors import Missing, Refused
from tests.factories.cases import TOWN, keep_away, make_actor, make_case
from tests.factories.needs import make_cafe, move, propose, see_proposal, write_need
from tests.factories.openings import make_host
from tests.support.seats import free_by_slot

SYSTEM = Actor.system("test")
WORK: dict[str, Any] = {"kinds_now": frozenset({TakingPart.ROLE}), "limits": {}, "free_slots": None}


@pytest.fixture
def csw(database: Database) -> Actor:
    return make_actor(database, Role.CSW)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    made = make_case(database, csw)
    write_need(database, made, csw)
    return made


def make_opening(database: Database, *, seats: int = 1) -> tuple[int, int, int]:
    """A host's opening on one seat: resource, opening, slot."""
    make_host(database, seats=seats)
    with database.reading(SYSTEM.scope) as session:
        opening = list_openings(session, scope=SYSTEM.scope)[0]
        return opening.resource_id, opening.id, opening.slots[0].id


def ask(database: Database, case: Case, by: Actor, opening: tuple[int, int, int]) -> str:
    """A proposal about which the host is asked."""
    resource_id, opening_id, slot_id = opening
    proposal_id = propose(database, case, by, resource_id, opening_id=opening_id, slot_id=slot_id)
    move(database, proposal_id, ProposalState.AGREED, by)
    move(database, proposal_id, ProposalState.ASKED, by)
    return proposal_id


def seats_in_use(database: Database, slot_id: int) -> int:
    with database.reading(SYSTEM.scope) as session:
        return free_by_slot(session, on=today(), now=now(), scope=SYSTEM.scope)[slot_id].used


@pytest.fixture
def opening(database: Database, case: Case, csw: Actor) -> tuple[int, int, int]:
    write_need(database, case, csw, **WORK)
    return make_opening(database)


def test_what_was_computed_is_frozen(database: Database, case: Case, csw: Actor) -> None:
    proposal_id = propose(database, case, csw, make_cafe(database))
    snapshot = see_proposal(database, proposal_id, csw).snapshot
    assert snapshot.need_version == 1
    assert (snapshot.position, snapshot.of_places) == (1, 1)
    assert sum(part["low"] for part in snapshot.parts) == snapshot.total_low
    assert {verdict["rule"] for verdict in snapshot.verdicts} >= {RuleId.HOURS.value, RuleId.NOISE.value}


def test_a_place_that_does_not_fit_is_refused_with_the_rule(
    database: Database, case: Case, csw: Actor
) -> None:
    loud = make_cafe(database, traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    with pytest.raises(Refused, match="静けさ"):
        propose(database, case, csw, loud)


def test_the_same_place_is_not_proposed_twice(database: Database, case: Case, csw: Actor) -> None:
    cafe = make_cafe(database)
    proposal_id = propose(database, case, csw, cafe)
    with pytest.raises(Refused, match="もう"):
        propose(database, case, csw, cafe)
    move(
        database,
        proposal_id,
        ProposalState.DECLINED,
        csw,
        side=Side.PERSON,
        reason=ProposalReason.NOT_NOW,
    )
    assert propose(database, case, csw, cafe) != proposal_id


def test_a_place_to_be_kept_from_is_refused_at_the_last_moment_and_without_a_reason(
    database: Database, case: Case, csw: Actor
) -> None:
    cafe = make_cafe(database)
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, name="店", resource_id=cafe)
    with pytest.raises(Refused, match="いま案内できません") as refusal:
        propose(database, case, csw, cafe)
    with pytest.raises(Refused) as gone:
        propose(database, case, csw, 4_711)
    assert refusal.value.message == gone.value.message


def test_a_host_is_not_asked_once_somebody_feared_is_there(
    database: Database, case: Case, csw: Actor
) -> None:
    cafe = make_cafe(database)
    proposal_id = propose(database, case, csw, cafe)
    move(database, proposal_id, ProposalState.AGREED, csw)
    with pytest.raises(Refused, match="いま案内できません"):
        move(database, proposal_id, ProposalState.ASKED, csw, avoided={cafe})


def test_where_one_is_proposed_the_other_is_not(database: Database, case: Case, csw: Actor) -> None:
    cafe = make_cafe(database)
    feared_worker = make_actor(database, Role.CSW)
    feared = make_case(database, feared_worker, member_ids={feared_worker.account_id, csw.account_id})
    write_need(database, feared, feared_worker)
    keep_away(
        database,
        case,
        by=csw,
        kind=NeverMeetKind.OTHER_PERSON,
        name="元の夫",
        other_number=feared.number,
    )
    propose(database, feared, feared_worker, cafe)
    with database.reading(TOWN.scope) as session:
        assert queries.list_places_to_avoid(session, case.person_id, scope=TOWN.scope) == {cafe}


def test_a_seat_is_held_from_the_question_on_and_given_back_with_a_refusal(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    resource_id, opening_id, slot_id = opening
    proposal_id = propose(database, case, csw, resource_id, opening_id=opening_id, slot_id=slot_id)
    assert seats_in_use(database, slot_id) == 0
    move(database, proposal_id, ProposalState.AGREED, csw)
    move(database, proposal_id, ProposalState.ASKED, csw)
    assert seats_in_use(database, slot_id) == 1
    move(
        database,
        proposal_id,
        ProposalState.DECLINED,
        csw,
        side=Side.HOST,
        reason=ProposalReason.HOST_CONDITION,
    )
    assert seats_in_use(database, slot_id) == 0
    ended = see_proposal(database, proposal_id, csw)
    assert (ended.ended_side, ended.ended_reason) == ("受け入れ先", "受け入れ先の事情")


def test_an_accepted_person_keeps_the_seat(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    proposal_id = ask(database, case, csw, opening)
    move(database, proposal_id, ProposalState.ACCEPTED, csw)
    assert seats_in_use(database, opening[2]) == 1
    assert holder_of(proposal_id) == f"proposal:{proposal_id}"


def test_a_host_is_asked_about_a_day_and_only_about_one_of_its_own(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    resource_id, opening_id, slot_id = opening
    proposal_id = propose(database, case, csw, resource_id, opening_id=opening_id)
    move(database, proposal_id, ProposalState.AGREED, csw)
    with pytest.raises(Refused, match="曜日と時間"):
        move(database, proposal_id, ProposalState.ASKED, csw)
    with pytest.raises(Refused, match="選び直して"):
        move(database, proposal_id, ProposalState.ASKED, csw, slot_id=slot_id + 1_000)
    move(database, proposal_id, ProposalState.ASKED, csw, slot_id=slot_id)
    assert seats_in_use(database, slot_id) == 1


def test_an_end_needs_who_and_why(database: Database, case: Case, csw: Actor) -> None:
    proposal_id = propose(database, case, csw, make_cafe(database))
    with pytest.raises(Refused) as who:
        move(database, proposal_id, ProposalState.DECLINED, csw)
    with pytest.raises(Refused) as why:
        move(database, proposal_id, ProposalState.DECLINED, csw, side=Side.PERSON)
    assert (who.value.field, why.value.field) == ("side", "reason")


def test_showing_is_undone_before_it_was_seen(database: Database, case: Case, csw: Actor) -> None:
    proposal_id = propose(database, case, csw, make_cafe(database))
    move(database, proposal_id, ProposalState.DRAFT, csw)
    assert see_proposal(database, proposal_id, csw).state is ProposalState.DRAFT
    with pytest.raises(Refused, match="準備中"):
        move(database, proposal_id, ProposalState.AGREED, csw)


def test_of_two_who_ask_at_once_one_wins(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    resource_id, opening_id, slot_id = opening
    proposal_id = propose(database, case, csw, resource_id, opening_id=opening_id, slot_id=slot_id)
    move(database, proposal_id, ProposalState.AGREED, csw)
    seen = see_proposal(database, proposal_id, csw).version
    start, told = threading.Barrier(2), list[str]()

    def step(to: ProposalState, **more: Any) -> None:
        start.wait()
        try:
            move(database, proposal_id, to, csw, seen_version=seen, **more)
            told.append("done")
        except Refused as refusal:
            told.append(refusal.message)

    steps = [
        threading.Thread(target=step, args=(ProposalState.ASKED,)),
        threading.Thread(
            target=step,
            args=(ProposalState.DECLINED,),
            kwargs={"side": Side.PERSON, "reason": ProposalReason.NOT_NOW},
        ),
    ]
    for thread in steps:
        thread.start()
    for thread in steps:
        thread.join()
    assert told.count("done") == 1
    assert any("先に変更" in text for text in told)
    state = see_proposal(database, proposal_id, csw).state
    assert seats_in_use(database, slot_id) == int(state is ProposalState.ASKED)
    with database.reading(SYSTEM.scope) as session:
        assert verify_log(session).holds


def test_the_last_seat_goes_to_one_of_two_persons(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    second_worker = make_actor(database, Role.COORDINATOR)
    second = make_case(database, second_worker)
    write_need(database, second, second_worker, **WORK)
    resource_id, opening_id, slot_id = opening
    rival = propose(database, second, second_worker, resource_id, opening_id=opening_id, slot_id=slot_id)
    move(database, rival, ProposalState.AGREED, second_worker)
    ask(database, case, csw, opening)
    with pytest.raises(Refused, match="いっぱい"):
        move(database, rival, ProposalState.ASKED, second_worker)


def test_an_answer_that_never_comes_lapses_by_the_daily_work(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    proposal_id = ask(database, case, csw, opening)
    late = now() + timedelta(days=15)
    with pytest.raises(Refused, match="期限が過ぎ"):
        move(database, proposal_id, ProposalState.ACCEPTED, csw, at=late)
    with database.writing(SYSTEM.scope) as session:
        lapsing.queue_lapsing(session, by=SYSTEM, at=now())
        assert service.expire_proposals(session, by=SYSTEM, at=late) == 1
        assert service.expire_proposals(session, by=SYSTEM, at=late) == 0
    assert Worker(database, HANDLERS).run_all() == 1
    lapsed = see_proposal(database, proposal_id, csw)
    assert lapsed.state is ProposalState.EXPIRED
    assert lapsed.steps[-1].by is None
    assert seats_in_use(database, opening[2]) == 0


def test_a_proposal_that_led_to_a_start_waits_for_nobody(
    database: Database, case: Case, csw: Actor, opening: tuple[int, int, int]
) -> None:
    proposal_id = ask(database, case, csw, opening)
    move(database, proposal_id, ProposalState.ACCEPTED, csw)
    with database.writing(csw.scope) as session:
        service.close_proposal(session, proposal_id=proposal_id, by=csw, at=now())
    with pytest.raises(Refused, match="もう参加が始まって"):
        move(
            database,
            proposal_id,
            ProposalState.WITHDRAWN,
            csw,
            side=Side.SUPPORT,
            reason=ProposalReason.OTHER,
        )


def test_another_teams_proposal_is_not_there(database: Database, case: Case, csw: Actor) -> None:
    proposal_id = propose(database, case, csw, make_cafe(database))
    other = make_actor(database, Role.COORDINATOR)
    with pytest.raises(Missing):
        see_proposal(database, proposal_id, other)
    with pytest.raises(Missing):
        move(database, proposal_id, ProposalState.AGREED, other)
