"""A placement from its start to its end, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Role
from app.cases import service as cases
from app.cases.vocabulary import BasisKind, ClosingReason
from app.clock import TOKYO, frozen, now, today
from app.db.database import Database
from app.followup import queries, service
from app.followup.vocabulary import CONTACT_DAYS, Cause, EndReason, Occasion, Party, Stage
from app.people.vocabulary import NeverMeetKind
from app.resources.queries.openings import list_openings
from app.web.errors import Missing, Refused
from tests.factories.cases import make_actor, make_case, submit_plan
from tests.factories.followup import (
    INSURED,
    TOWN,
    add_basis,
    make_place,
    make_proposal,
    placement_of,
    planned,
    ready_case,
    start,
)
from tests.factories.resources import make_resource
from tests.integration.conftest import InParallel
from tests.support.databases import rows_of
from tests.support.seats import free_by_slot

DAYS = timedelta(days=1)


def free_seats(database: Database, slot_id: int, on: date) -> int:
    with database.reading(TOWN.scope) as session:
        return free_by_slot(session, on=on, now=now(), scope=TOWN.scope)[slot_id].count


def test_without_a_basis_nothing_starts(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused, match="早期開始"):
        start(database, case, csw)
    assert rows_of(database, "placement") == []
    assert rows_of(database, "touchpoint") == []


def test_a_decided_plan_is_a_basis(database: Database) -> None:
    csw, officer = make_actor(database, Role.CSW), make_actor(database, Role.CITY_OFFICER)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    with pytest.raises(Refused):
        start(database, case, csw)
    with database.writing(officer.scope) as session:
        cases.decide_plan(session, case_id=case.id, by=officer, at=now())
    assert placement_of(database, start(database, case, csw), csw).stage is Stage.VISIT


def test_an_early_start_bears_until_its_day_and_no_longer(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    add_basis(database, case, csw, BasisKind.EARLY, confirm_by=today() + 10 * DAYS)
    with pytest.raises(Refused, match="始まりの根拠"):
        start(database, case, csw, starts_on=today() + 11 * DAYS)
    assert start(database, case, csw, starts_on=today() + 10 * DAYS)


def test_a_start_plans_contacts_with_both_sides_apart(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    placement_id = start(database, case, csw)
    expected = [today() + days * DAYS for days in CONTACT_DAYS]
    for party in Party:
        contacts = planned(database, case, csw, party)
        assert [contact.due_on for contact in contacts] == expected
        assert {contact.placement_id for contact in contacts} == {placement_id}
        assert {contact.owner_id for contact in contacts} == {csw.account_id}


def test_a_start_records_who_and_when(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    placement_id = start(database, case, csw)
    (step,) = rows_of(database, "placement_step")
    assert (step["stage"], step["recorded_by"]) == ("visit", csw.account_id)
    assert str(step["happened_on"]) == today().isoformat()
    events = [row for row in rows_of(database, "audit_event") if row["subject_id"] == placement_id]
    assert [(row["action"], row["actor_id"]) for row in events] == [("placement.started", csw.account_id)]


def test_a_place_that_is_kept_away_is_refused_without_saying_why(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case, resource_id = ready_case(database, csw), make_resource(database)
    with database.writing(TOWN.scope) as session:
        cases.add_never_meet(
            session,
            case_id=case.id,
            kind=NeverMeetKind.RESOURCE,
            name="前の職場",
            resource_id=resource_id,
            by=csw,
            at=now(),
        )
    with pytest.raises(Refused) as refusal:
        start(database, case, csw, resource_id=resource_id, avoided=())
    assert "会" not in refusal.value.message


def test_two_who_must_not_meet_are_not_taken_to_one_place(database: Database) -> None:
    csw, other = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    both = {csw.account_id, other.account_id}
    feared, fearing = ready_case(database, other, member_ids=both), ready_case(database, csw)
    with database.writing(TOWN.scope) as session:
        cases.add_never_meet(
            session,
            case_id=fearing.id,
            kind=NeverMeetKind.OTHER_PERSON,
            other_number=feared.number,
            by=csw,
            at=now(),
        )
    resource_id = make_resource(database)
    placement_id = start(database, feared, other, resource_id=resource_id)
    with pytest.raises(Refused):
        start(database, fearing, csw, resource_id=resource_id)
    end(database, placement_id, other)
    start(database, fearing, csw, resource_id=resource_id)
    with pytest.raises(Refused):
        start(database, feared, other, resource_id=resource_id)


@pytest.mark.parametrize("facts", [{}, INSURED | {"insured_to": date(2021, 3, 31)}])
def test_work_without_a_valid_cover_is_refused(database: Database, facts: dict[str, Any]) -> None:
    csw = make_actor(database, Role.CSW)
    case, place = ready_case(database, csw), make_place(database, kind="就労体験", **facts)
    with pytest.raises(Refused, match="保険"):
        start(database, case, csw, place=place)
    assert free_seats(database, place.slot_ids[0], today()) == 1


def test_work_with_a_cover_begins(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place = make_place(database, kind="就労体験", **INSURED)
    assert start(database, ready_case(database, csw), csw, place=place)


def test_a_start_takes_the_seat_and_an_end_gives_it_back(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place, case = make_place(database, seats=1), ready_case(database, csw)
    placement_id = start(database, case, csw, place=place)
    assert free_seats(database, place.slot_ids[0], today()) == 0
    with pytest.raises(Refused, match="いっぱい"):
        start(database, ready_case(database, csw), csw, place=place)
    end(database, placement_id, csw)
    assert free_seats(database, place.slot_ids[0], today()) == 1


def test_what_a_refused_start_touched_is_as_before(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place = make_place(database, seats=1)
    start(database, ready_case(database, csw), csw, place=place)
    before = {table: rows_of(database, table) for table in ("placement", "touchpoint", "reservation")}
    with pytest.raises(Refused):
        start(database, ready_case(database, csw), csw, place=place)
    assert {table: rows_of(database, table) for table in before} == before


def test_of_several_at_once_one_gets_the_last_seat(database: Database, in_parallel: InParallel) -> None:
    csw, place = make_actor(database, Role.CSW), make_place(database, seats=1)
    waiting = [ready_case(database, csw) for _ in range(4)]
    refused: list[Refused] = []

    def try_it(number: int) -> None:
        try:
            start(database, waiting[number], csw, place=place)
        except Refused as refusal:
            refused.append(refusal)

    in_parallel(4, try_it)
    assert len(refused) == 3
    assert len(rows_of(database, "placement")) == 1


def test_a_button_that_is_pressed_twice_begins_once(database: Database, in_parallel: InParallel) -> None:
    csw, resource_id = make_actor(database, Role.CSW), make_resource(database)
    case = ready_case(database, csw)
    refused: list[Refused] = []

    def press(_number: int) -> None:
        try:
            start(database, case, csw, resource_id=resource_id)
        except Refused as refusal:
            refused.append(refusal)

    in_parallel(3, press)
    assert len(refused) == 2
    assert len(rows_of(database, "placement")) == 1


def test_seats_of_another_place_are_refused(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    here, there = make_place(database), make_place(database)
    with pytest.raises(Refused, match="枠"):
        start(database, ready_case(database, csw), csw, place=here, slot_ids=there.slot_ids)


def test_nobody_begins_twice_at_one_place(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case, resource_id = ready_case(database, csw), make_resource(database)
    start(database, case, csw, resource_id=resource_id)
    with pytest.raises(Refused, match="もう始まって"):
        start(database, case, csw, resource_id=resource_id)


def test_a_closed_case_starts_nothing(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    with database.writing(csw.scope) as session:
        cases.close_case(
            session, case_id=case.id, reason=ClosingReason.OWN_WISH, note="またいつでも", by=csw, at=now()
        )
    with pytest.raises(Refused):
        start(database, case, csw)


def move(database: Database, placement_id: str, stage: Stage, by: Actor, on: date | None = None) -> None:
    with database.writing(by.scope) as session:
        service.move_stage(session, placement_id=placement_id, stage=stage, on=on or today(), by=by, at=now())


def end(database: Database, placement_id: str, by: Actor, on: date | None = None) -> None:
    with database.writing(by.scope) as session:
        service.end_placement(
            session,
            placement_id=placement_id,
            reason=EndReason.MOVED_ON,
            cause=Cause.PERSON,
            on=on or today(),
            by=by,
            at=now(),
        )


def test_stages_go_forth_and_back_with_day_and_actor(database: Database) -> None:
    csw, second = make_actor(database, Role.CSW), make_actor(database, Role.COORDINATOR)
    case = ready_case(database, csw)
    with database.writing(csw.scope) as session:
        cases.join_team(session, case_id=case.id, account_id=second.account_id or 0, by=csw, at=now())
    placement_id = start(database, case, csw, starts_on=today() - 5 * DAYS)
    move(database, placement_id, Stage.ONGOING, csw, today() - 3 * DAYS)
    move(database, placement_id, Stage.TRIAL, second)
    steps = placement_of(database, placement_id, csw).steps
    assert [(step.stage, step.recorded_by) for step in steps] == [
        (Stage.VISIT, csw.account_id),
        (Stage.ONGOING, csw.account_id),
        (Stage.TRIAL, second.account_id),
    ]
    with pytest.raises(Refused):
        move(database, placement_id, Stage.VISIT, csw, today() - 1 * DAYS)
    with pytest.raises(Refused, match="参加を終える"):
        move(database, placement_id, Stage.ENDED, csw)


def test_a_stage_that_the_host_does_not_take_is_refused(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place = make_place(database, allows_ongoing=False)
    placement_id = start(database, ready_case(database, csw), csw, place=place)
    with pytest.raises(Refused, match="継続"):
        move(database, placement_id, Stage.ONGOING, csw)


def test_an_end_keeps_its_reason_and_leaves_one_farewell(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    placement_id = start(database, case, csw)
    end(database, placement_id, csw)
    ended = placement_of(database, placement_id, csw)
    assert (ended.stage, ended.ended_on) == (Stage.ENDED, today())
    assert (ended.end_reason, ended.end_cause) == (EndReason.MOVED_ON, Cause.PERSON)
    (last,) = planned(database, case, csw)
    assert (last.occasion, last.party) == (Occasion.FAREWELL, Party.PERSON)
    dropped = [row for row in rows_of(database, "touchpoint") if row["dropped_at"]]
    assert len(dropped) == 2 * len(CONTACT_DAYS)
    with pytest.raises(Refused, match="終わって"):
        end(database, placement_id, csw)


def test_what_has_not_begun_yet_can_be_called_off(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place = make_place(database)
    begins = today() + 14 * DAYS
    placement_id = start(database, ready_case(database, csw), csw, place=place, starts_on=begins)
    end(database, placement_id, csw, begins)
    assert free_seats(database, place.slot_ids[0], begins) == 1


def test_another_team_reaches_nothing_of_it(database: Database) -> None:
    csw, stranger = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    placement_id = start(database, case, csw)
    with pytest.raises(Missing):
        placement_of(database, placement_id, stranger)
    with pytest.raises(Missing):
        end(database, placement_id, stranger)
    with pytest.raises(Missing):
        start(database, case, stranger)
    assert planned(database, case, stranger) == []


def test_what_a_proposal_held_becomes_the_seat(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place, case = make_place(database, seats=1), ready_case(database, csw)
    proposal_id = make_proposal(database, case, place, csw)
    with pytest.raises(Refused, match="いっぱい"):
        start(database, case, csw, place=place)
    placement_id = start(database, case, csw, place=place, proposal_id=proposal_id)
    assert placement_of(database, placement_id, csw).proposal_id == proposal_id
    with pytest.raises(Refused, match="もう始まって"):
        start(database, case, csw, place=place, proposal_id=proposal_id)
    assert free_seats(database, place.slot_ids[0], today()) == 0


def test_what_was_held_for_somebody_is_kept_where_the_host_offers_nothing_more(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place, case = make_place(database, seats=1), ready_case(database, csw)
    proposal_id = make_proposal(database, case, place, csw)
    with database.writing(TOWN.scope) as session:
        (opening,) = list_openings(session, resource_ids=[place.resource_id], scope=TOWN.scope)
        opening.ended_on, opening.monthly_limit = today(), 0
        for slot in opening.slots:
            slot.seats = 0
    with pytest.raises(Refused, match="枠は終わりました"):
        start(database, ready_case(database, csw), csw, place=place)
    placement_id = start(database, case, csw, place=place, proposal_id=proposal_id)
    (seat,) = rows_of(database, "reservation")
    assert (seat["holder"], seat["state"]) == (placement_id, "taken")


def test_a_proposal_of_another_case_or_another_team_starts_nothing(database: Database) -> None:
    csw, stranger = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    place, case = make_place(database), ready_case(database, csw)
    proposal_id = make_proposal(database, case, place, csw)
    with pytest.raises(Refused, match="別のケース"):
        start(database, ready_case(database, csw), csw, place=place, proposal_id=proposal_id)
    with pytest.raises(Missing):
        start(database, ready_case(database, stranger), stranger, place=place, proposal_id=proposal_id)


def test_the_day_is_that_of_japan(database: Database) -> None:
    with frozen(now().replace(hour=0, minute=30, tzinfo=TOKYO)):
        csw = make_actor(database, Role.CSW)
        case = ready_case(database, csw)
        start(database, case, csw)
        with database.reading(csw.scope) as session:
            due = queries.list_due(
                session, owner_id=csw.account_id or 0, until=today() + DAYS, scope=csw.scope
            )
    assert [contact.due_on for contact in due] == [today() + DAYS] * 2
